"""Pictures and attachments: the right one, in its place, with its bytes."""

from dataclasses import replace

import pytest

from connector.comparison import Approved, Profile, Resource, compare, wanted
from connector.comparison.addresses import Derivation, absolute, derivation, srcset
from connector.domain.verdict import Judgement, Severity
from tests.comparison.pages import (
    FILES,
    PICTURE,
    PLAN,
    SITE,
    UPLOADS,
    around,
    codes,
    page,
    simple,
)

MEDIA = {
    f"attachment:{PICTURE}": "/wp-content/uploads/2025/04/phong-doc.jpg",
    f"attachment:{PLAN}": f"{UPLOADS}/lich-mo-cua.pdf",
}
OTHER = Resource(status=200, media_type="image/jpeg", sha256="d" * 64, size=1)


def with_picture() -> Approved:
    return simple(
        f'<p>Một hai ba.</p><p><img src="attachment:{PICTURE}" alt="Phòng đọc"></p>'
        "<p>Bốn năm sáu.</p>",
        media=MEDIA,
    )


def shown(src: str, more: str = "") -> str:
    return around(
        f'<p>Một hai ba.</p><p><img src="{src}" alt="Phòng đọc"{more}></p>'
        "<p>Bốn năm sáu.</p>"
    )


ITSELF = FILES[f"{UPLOADS}/phong-doc.jpg"]
BASE = "/wp-content/uploads/2025/04"


@pytest.mark.parametrize(
    ("src", "resource", "judgement", "found"),
    [
        ("phong-doc.jpg", None, Judgement.PASS, set()),
        (
            "phong-doc.jpg?ver=2",
            FILES[f"{UPLOADS}/phong-doc.jpg"],
            Judgement.PASS,
            set(),
        ),
        ("phong-doc-300x200.jpg", None, Judgement.PASS, set()),
        ("phong-doc-scaled.jpg", OTHER, Judgement.REVIEW, {"image.reworked"}),
        ("phong-doc.jpg.webp", OTHER, Judgement.REVIEW, {"image.reworked"}),
        ("phong-doc.webp", OTHER, Judgement.REVIEW, {"image.reworked"}),
        ("phong-doc.jpg", OTHER, Judgement.FAIL, {"image.bytes"}),
        ("phong-doc.jpg", replace(OTHER, status=404), Judgement.FAIL, {"image.dead"}),
        (
            "phong-doc.jpg",
            replace(OTHER, media_type="text/html"),
            Judgement.FAIL,
            {"image.bytes", "image.dead"},
        ),
        ("phong-hop.jpg", OTHER, Judgement.FAIL, {"image.added", "image.missing"}),
    ],
)
def test_a_picture_is_known_by_its_address_and_its_bytes(
    src: str, resource: Resource | None, judgement: Judgement, found: set[str]
) -> None:
    files = {**FILES, f"{UPLOADS}/{src}": resource} if resource else FILES

    verdict = compare(with_picture(), page(shown(f"{BASE}/{src}"), resources=files))

    assert (verdict.judgement, codes(verdict)) == (judgement, found)


def test_a_picture_that_was_not_fetched_is_not_proved() -> None:
    verdict = compare(
        with_picture(), page(shown(f"{BASE}/phong-doc.jpg"), resources={})
    )

    assert (verdict.judgement, codes(verdict)) == (
        Judgement.REVIEW,
        {"image.unfetched"},
    )


def test_a_dead_candidate_is_a_broken_picture_on_some_screens() -> None:
    candidate = f"{UPLOADS}/phong-doc-768x512.jpg"
    html = shown(f"{BASE}/phong-doc.jpg", f' srcset="{candidate} 768w"')

    assert candidate in wanted(with_picture(), page(html))

    files = {**FILES, candidate: replace(OTHER, status=404)}
    verdict = compare(with_picture(), page(html, resources=files))

    assert codes(verdict) == {"image.dead"}


def test_a_lazy_picture_is_the_one_that_will_be_shown() -> None:
    html = shown("data:image/gif;base64,R0lG", f' data-src="{BASE}/phong-doc.jpg"')

    assert compare(with_picture(), page(html)).judgement is Judgement.PASS


@pytest.mark.parametrize(
    "body",
    [
        '<p><img src="{}" alt="Phòng đọc"></p><p>Một hai ba.</p><p>Bốn năm sáu.</p>',
        '<p>Một hai ba.</p><p>Bốn năm sáu.</p><p><img src="{}" alt="Phòng đọc"></p>',
        '<p>Một hai <img src="{}" alt="Phòng đọc">ba.</p><p>Bốn năm sáu.</p>',
    ],
)
def test_a_picture_stands_between_the_same_words(body: str) -> None:
    html = around(body.format(f"{BASE}/phong-doc.jpg"))

    verdict = compare(with_picture(), page(html))

    assert codes(verdict) == {"image.place"}


def test_pictures_stand_in_order() -> None:
    approved = simple(
        f'<p>Một hai ba.</p><img src="attachment:{PICTURE}" alt="a">'
        f'<img src="{SITE}/b.jpg" alt="b">'
    )
    approved = replace(approved, media=MEDIA)
    html = around(
        f'<p>Một hai ba.</p><img src="/b.jpg" alt="b">'
        f'<img src="{BASE}/phong-doc.jpg" alt="a">'
    )

    assert codes(compare(approved, page(html))) & {"image.moved", "image.duplicated"}


def test_a_body_of_one_picture_is_found() -> None:
    approved = simple(f'<p><img src="attachment:{PICTURE}" alt="Áp phích"></p>')
    approved = replace(approved, media=MEDIA)
    html = around(f'<p><img src="{BASE}/phong-doc.jpg" alt="Áp phích"></p>')

    right = compare(approved, page(html))
    wrong = compare(approved, page(html.replace("phong-doc", "khac")))

    assert (right.judgement, right.equal["images"]) == (Judgement.PASS, 1)
    assert wrong.judgement is not Judgement.PASS


def test_words_in_place_of_a_picture_may_not_be_invented() -> None:
    approved = simple(f'<p>Một hai ba.<img src="attachment:{PICTURE}" alt=""></p>')
    approved = replace(approved, media=MEDIA)
    html = around(f'<p>Một hai ba.<img src="{BASE}/phong-doc.jpg" alt="IMG_01"></p>')

    verdict = compare(approved, page(html))

    assert [(one.code, one.severity) for one in verdict.differences] == [
        ("image.alt", Severity.REVIEW)
    ]


@pytest.mark.parametrize(
    ("resource", "judgement", "found"),
    [
        (None, Judgement.REVIEW, {"attachment.unfetched"}),
        (replace(OTHER, status=404), Judgement.FAIL, {"attachment.dead"}),
        (OTHER, Judgement.FAIL, {"attachment.bytes"}),
        (replace(OTHER, sha256=PLAN), Judgement.PASS, set()),
    ],
)
def test_an_attachment_has_the_bytes_that_were_approved(
    resource: Resource | None, judgement: Judgement, found: set[str]
) -> None:
    approved = simple(
        f'<p>Tải <a href="attachment:{PLAN}">lịch</a> về.</p>', media=MEDIA
    )
    html = around(f'<p>Tải <a href="{BASE}/lich-mo-cua.pdf">lịch</a> về.</p>')
    files = {f"{UPLOADS}/lich-mo-cua.pdf": resource} if resource else {}

    verdict = compare(approved, page(html, resources=files))

    assert (verdict.judgement, codes(verdict)) == (judgement, found)


@pytest.mark.parametrize(
    ("shown_address", "expected"),
    [
        ("https://a.vn/u/x.jpg", Derivation.ITSELF),
        ("https://i0.wp.com/a.vn/u/x.jpg?w=300", Derivation.ITSELF),
        ("https://a.vn/u/x-150x150.jpg", Derivation.SIZED),
        ("https://a.vn/u/x-scaled.jpg", Derivation.REWORKED),
        ("https://a.vn/u/x-300x200.jpg.webp", Derivation.REWORKED),
        ("https://a.vn/u/x-2.jpg", Derivation.OTHER),
        ("https://a.vn/u/yx.jpg", Derivation.OTHER),
        ("https://a.vn/v/x.jpg", Derivation.OTHER),
        ("data:image/gif;base64,R0lG", Derivation.OTHER),
    ],
)
def test_what_a_picture_is_to_another(shown_address: str, expected: Derivation) -> None:
    assert derivation("https://a.vn/u/x.jpg", shown_address) is expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("HTTPS://A.vn:443", "https://a.vn/"),
        ("/thư-viện", "https://b.vn/th%C6%B0-vi%E1%BB%87n"),
        ("/th%C6%B0-vi%e1%bb%87n", "https://b.vn/th%C6%B0-vi%E1%BB%87n"),
        ("#muc", "#muc"),
        ("mailto:A@b.vn", "mailto:A@b.vn"),
        ("http://[", "http://["),
        (" //c.vn/x\n ", "https://c.vn/x"),
    ],
)
def test_addresses_have_one_spelling(written: str, expected: str) -> None:
    assert absolute(written, "https://b.vn/") == expected


def test_a_srcset_is_a_list_of_addresses() -> None:
    assert srcset("a.jpg 1x, https://b.vn/c,d.jpg 2x,/e.jpg") == [
        "a.jpg",
        "https://b.vn/c,d.jpg",
        "/e.jpg",
    ]


def test_a_theme_may_show_the_picture_above_the_text_too() -> None:
    html = shown(f"{BASE}/phong-doc.jpg").replace(
        '<div class="entry-content">',
        f'<div class="entry-content"><img src="{BASE}/phong-doc-300x200.jpg">',
    )

    assert compare(with_picture(), page(html)).judgement is Judgement.PASS
    assert codes(
        compare(with_picture(), page(html), Profile(container=".entry-content"))
    ) & {"image.added", "image.duplicated"}
