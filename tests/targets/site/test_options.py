from pathlib import Path

import pytest
from pydantic import ValidationError

from connector.targets.site import Options


def test_a_folder_and_an_address_are_enough() -> None:
    options = Options.model_validate({"folder": "public", "url": "https://tv.example/"})

    assert options == Options(
        folder=Path("public"),
        url="https://tv.example/",
        title="Thư viện",
        language="vi",
        zone="Asia/Ho_Chi_Minh",
        sections={
            "tin-tuc": "Tin tức",
            "bai-viet": "Bài viết",
            "tin-van": "Tin vắn",
            "thong-bao": "Thông báo",
            "tai-lieu-moi": "Giới thiệu tài liệu mới",
        },
    )


def test_the_address_ends_with_a_slash() -> None:
    options = Options(folder=Path("public"), url="http://127.0.0.1:8000/thu-vien")

    assert options.url == "http://127.0.0.1:8000/thu-vien/"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("url", "thuvien.example"),
        ("url", "ftp://thuvien.example/"),
        ("url", "https://thuvien.example/?lang=vi"),
        ("url", "https:///tin"),
        ("title", ""),
        ("language", "fr"),
        ("zone", "Sài Gòn"),
        ("zone", "../etc/passwd"),
        ("sections", {}),
        ("sections", {"Tin tức": "Tin tức"}),
        ("sections", {"media": "Ảnh"}),
        ("sections", {"tin/tuc": "Tin tức"}),
        ("password", "x"),
    ],
)
def test_what_makes_no_site_is_refused(key: str, value: object) -> None:
    table = {"folder": "public", "url": "https://thuvien.example/", key: value}

    with pytest.raises(ValidationError) as error:
        Options.model_validate(table)

    assert error.value.error_count() == 1
    assert error.value.errors()[0]["loc"] == (key,)
