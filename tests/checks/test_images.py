import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.item import Use
from tests.checks.material import COVER, form, picture, remarks, revision, said


@pytest.mark.parametrize(
    "image",
    [f'<img src="attachment:{COVER}">', f'<img src="attachment:{COVER}" alt=" ">'],
)
def test_a_picture_without_a_description_is_found(image: str) -> None:
    found = remarks("image-alt", revision(body=f"<p>{image}</p>"))

    assert [(str(one.message), one.part) for one in found] == [
        (
            "The picture phòng đọc.jpg has no description for those who cannot see it.",
            "body",
        )
    ]


@pytest.mark.parametrize("alt", ["IMG_0123", "IMG_0123.JPG", "ảnh bìa sách.png"])
def test_a_file_name_is_no_description(alt: str) -> None:
    body = f'<img src="https://a.vn/anh/IMG_0123.JPG" alt="{alt}">'

    assert said(remarks("image-alt", revision(body=body, files=()))) == [
        (
            "The description of the picture IMG_0123.JPG is only its file name.",
            "body",
            alt,
        )
    ]


@pytest.mark.parametrize(
    "alt", ["Sinh viên đọc sách bên cửa sổ", "phòng đọc", "Bìa sách"]
)
def test_a_description_in_words_passes(alt: str) -> None:
    body = f'<img src="attachment:{COVER}" alt="{alt}">'

    assert remarks("image-alt", revision(body=body)) == []


def test_a_featured_picture_wants_a_description_of_its_own() -> None:
    featured = picture(use=Use.FEATURED, alt="")
    text = revision(body="<p>Phòng đọc mới.</p>", files=(featured,))

    assert said(remarks("image-alt", text)) == [
        (
            "The picture phòng đọc.jpg has no description for those who cannot see it.",
            "file phòng đọc.jpg",
            "",
        )
    ]


def test_a_picture_that_the_body_describes_needs_no_second_description() -> None:
    assert remarks("image-alt", revision(files=(picture(alt=""), form()))) == []


def test_a_document_for_download_needs_no_description() -> None:
    text = revision(body="<p>Mẫu phiếu kèm theo.</p>", files=(form(alt=""),))

    assert remarks("image-alt", text) == []


@given(
    stem=st.from_regex(r"\A[a-zA-Z0-9_-]{1,20}\Z"), kind=st.sampled_from(["jpg", "PNG"])
)
def test_the_name_of_the_file_is_never_its_description(stem: str, kind: str) -> None:
    name = f"{stem}.{kind}"
    texts = [
        revision(body="<p>Sách</p>", files=(picture(name=name, alt=alt),))
        for alt in (name, stem)
    ]

    assert [len(remarks("image-alt", text)) for text in texts] == [1, 1]
