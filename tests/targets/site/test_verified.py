"""The verifier passes the site's pages without being told where anything stands."""

from dataclasses import replace
from pathlib import Path

import pytest

from connector.comparison import Approved, Page, Resource, compare
from connector.domain.item import Attachment, Sha256, Use, sha256
from connector.domain.publication import Media, Post
from connector.domain.verdict import Judgement, Verdict
from tests.targets.site.sites import URL, a_post, a_site

PICTURE = b"\x89PNG\r\n\x1a\n anh bia"
ADDRESS = f"attachment:{sha256(PICTURE)}"
TITLE = 'Thông báo "nghỉ Tết" <30/12–05/01> & “mở lại” 🎉'
BODY = (
    "<p>Thư viện nghỉ Tết từ ngày 30/12 đến hết ngày 05/01; "
    'xem <a href="https://opac.example/?q=t%E1%BA%BFt">mục lục</a>.</p>'
    "<h2>Lịch phục vụ</h2>"
    "<table><tbody><tr><th>Phòng</th><th>Từ</th></tr>"
    "<tr><td>Phòng đọc</td><td>7 giờ 30</td></tr></tbody></table>"
    "<ul><li>Kho mở</li><li>Phòng mượn<ul><li>tầng 1</li></ul></li></ul>"
    f'<p><img src="{ADDRESS}" alt="Bìa sách mới"></p>'
    "<p>Trân trọng thông báo.</p>"
)


def published(folder: Path, *, featured: bool, body: str = BODY) -> tuple[Page, Media]:
    site = a_site(folder)
    file = Attachment(
        name="Bìa.png",
        media_type="image/png",
        sha256=sha256(PICTURE),
        size=len(PICTURE),
        use=Use.FEATURED,
    )
    media = site.put_media(file, PICTURE)
    post: Post = replace(
        a_post(1, title=TITLE, body=body.replace(ADDRESS, media.url)),
        media=(media,),
        featured=media.id if featured else "",
    )
    live = site.go_live(site.put_draft(site.prepared(post)).id)
    path = folder / "public" / live.url.removeprefix(URL) / "index.html"
    page = Page(
        url=live.url,
        final_url=live.url,
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        body=path.read_bytes(),
        resources={
            media.url: Resource(
                status=200,
                media_type="image/png",
                sha256=Sha256(media.sha256),
                size=len(PICTURE),
            )
        },
    )
    return page, media


def verdict(page: Page, media: Media, **changes: str) -> Verdict:
    approved = Approved(
        title=TITLE,
        body=BODY,
        excerpt="Sách tiếng Việt và tiếng Anh.",
        category="Tin tức",
        language="vi",
        url=page.url,
        media={ADDRESS: media.url},
        post_id="000000000001",
    )
    return compare(replace(approved, **changes), page)  # type: ignore[arg-type]


@pytest.mark.parametrize("featured", [False, True])
def test_the_page_passes(tmp_path: Path, *, featured: bool) -> None:
    page, media = published(tmp_path, featured=featured)

    found = verdict(page, media)

    assert found.differences == ()
    assert found.judgement is Judgement.PASS


def test_a_featured_image_that_the_body_does_not_show_passes(tmp_path: Path) -> None:
    body = "<p>Kho mở tầng 3 có sách mới, mời bạn đọc đến xem.</p>"
    page, media = published(tmp_path, featured=True, body=body)

    found = verdict(page, media, body=body)

    assert found.judgement is Judgement.PASS


@pytest.mark.parametrize(
    "changes",
    [
        {"title": TITLE.replace("30/12", "31/12")},
        {"body": BODY.replace("7 giờ 30", "8 giờ")},
        {"body": BODY.replace("opac.example", "opac.example.net")},
        {"category": "Thông báo"},
        {"post_id": "000000000002"},
    ],
)
def test_a_page_that_says_something_else_does_not_pass(
    tmp_path: Path, changes: dict[str, str]
) -> None:
    page, media = published(tmp_path, featured=False)

    assert verdict(page, media, **changes).judgement is not Judgement.PASS
