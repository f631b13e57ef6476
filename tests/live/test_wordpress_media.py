"""Files on a real WordPress: uploaded once, named as people named them."""

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests

from connector.domain.errors import ContentRefused, TargetError
from connector.rehearsal.wordpress import WordPress
from tests.live.on_wordpress import a_file, a_png, target_of
from tests.live.proxy import FaultProxy, fault_proxy

pytestmark = pytest.mark.live

MEDIA = "/wp/v2/media"


@pytest.fixture
def proxy(wordpress_site: WordPress) -> Iterator[FaultProxy]:
    with fault_proxy(wordpress_site.url) as proxy:
        yield proxy


def held(site: WordPress, media_id: str) -> dict[str, Any]:
    """Return a file as the media library shows it to those who may edit it."""
    answer = requests.get(
        f"{site.url}/wp-json{MEDIA}/{media_id}?context=edit",
        auth=("editor", site.users["editor"]),
        timeout=30,
    )
    found: dict[str, Any] = answer.json()
    return found


def entries(site: WordPress, sha256: str) -> list[str]:
    """Return the ids of the library's entries for these bytes."""
    rows = site.sql(
        "SELECT ID FROM wp_posts WHERE post_type = 'attachment'"  # noqa: S608 -- a name of ours
        f" AND post_name LIKE 'lib-{sha256[:16]}%' ORDER BY ID"
    )
    return [number for (number,) in rows]


def test_a_kind_of_file_that_the_site_forbids_is_refused_for_good(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    content = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    file = replace(a_file("bản đồ.svg", content), media_type="image/svg+xml")

    with pytest.raises(ContentRefused, match="rest_upload_unknown_error"):
        target.put_media(file, content)


def test_a_lost_answer_to_an_upload_leaves_one_file(
    wordpress_site: WordPress, proxy: FaultProxy
) -> None:
    target = target_of(wordpress_site, url=proxy.url)
    content = a_png(2)
    file = a_file("ảnh.png", content)
    proxy.cut_answer_of("POST", "/wp/v2/media")

    first = target.put_media(file, content)
    again = target.put_media(file, content)

    assert entries(wordpress_site, file.sha256) == [first.id]
    assert again == first


def test_a_photograph_keeps_the_name_that_people_gave_it_as_its_title(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    content = b64decode(
        wordpress_site.php(
            "ob_start(); imagejpeg( imagecreatetruecolor( 3, 2 ) );"
            " echo base64_encode( ob_get_clean() );"
        )
    )
    file = replace(
        a_file("Thông báo nghỉ Tết (1).jpg", content, alt='Bảng "nghỉ Tết" & lịch'),
        media_type="image/jpeg",
    )

    media = target.put_media(file, content)

    stored = held(wordpress_site, media.id)
    assert media.url.rpartition("/")[2] == f"lib-{file.sha256[:16]}.jpg"
    assert stored["title"]["raw"] == "Thông báo nghỉ Tết (1)"
    assert stored["alt_text"] == 'Bảng "nghỉ Tết" & lịch'
    assert requests.get(media.url, timeout=30).content == content


def test_a_pdf_is_served_byte_by_byte_under_an_ascii_name(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    content = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    file = a_file("Quyết định số 12 (bản ký).pdf", content)

    media = target.put_media(file, content)

    assert target.put_media(file, content) == media
    assert media.url.rpartition("/")[2] == f"lib-{file.sha256[:16]}.pdf"
    assert held(wordpress_site, media.id)["title"]["raw"] == (
        "Quyết định số 12 (bản ký)"
    )
    assert requests.get(media.url, timeout=30).content == content


def test_of_three_files_the_first_is_not_sent_again_after_the_second_failed(
    wordpress_site: WordPress, proxy: FaultProxy
) -> None:
    target = target_of(wordpress_site, url=proxy.url)
    contents = [a_png(shade) for shade in (11, 12, 13)]
    files = [a_file(f"ảnh {n}.png", content) for n, content in enumerate(contents)]

    first = target.put_media(files[0], contents[0])
    proxy.answer(500, {"Content-Type": "text/html"}, "<h1>500</h1>", "POST", MEDIA)
    with pytest.raises(TargetError):
        target.put_media(files[1], contents[1])
    after = [
        target.put_media(file, content)
        for file, content in zip(files, contents, strict=True)
    ]

    assert after[0] == first
    assert [entries(wordpress_site, file.sha256) for file in files] == [
        [media.id] for media in after
    ]
    assert sum(method == "POST" for method, _ in proxy.seen) == 4


def test_a_file_that_was_deleted_on_the_server_is_uploaded_again(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    content = a_png(14)
    file = a_file("ảnh bị xóa.png", content)
    broken = target.put_media(file, content)
    wordpress_site.php(f"unlink( get_attached_file( {broken.id} ) );")

    media = target.put_media(file, content)

    assert requests.get(media.url, timeout=30).content == content
    assert target.put_media(file, content) in {media, broken}
    assert len(entries(wordpress_site, file.sha256)) == 2
