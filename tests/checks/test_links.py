import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.errors import AddressRefused, AnswerTooLarge, NoAnswer
from connector.http.guard import Refusal
from tests.checks.material import COVER, FORM, Pages, remarks, revision, said

PAGE = "https://thuvien.example/gio-mo-cua"
INSIDE = "http://192.168.1.4/muon-sach"


def linking(*addresses: str) -> str:
    """Return a body with links to `addresses`, numbered from one."""
    return "".join(
        f'<p><a href="{address}">Bài {number}</a></p>'
        for number, address in enumerate(addresses, start=1)
    )


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_bad(status: int) -> None:
    web = Pages(answers={PAGE: status})

    found = remarks("links", revision(body=linking(PAGE)), web=web)

    assert [(*one, True) for one in said(found)] == [
        (f"There is nothing at {PAGE} (answer {status}).", "body", "Bài 1", True)
    ]


@pytest.mark.parametrize("title", ["Trang không tồn tại", "LỖI 404 – Cổng thông tin"])
def test_a_page_that_says_so_with_a_good_status_is_bad_too(title: str) -> None:
    web = Pages(titles={PAGE: title})

    found = remarks("links", revision(body=linking(PAGE)), web=web)

    assert said(found) == [
        (f"There is nothing at {PAGE}: the page says “{title}”.", "body", "Bài 1")
    ]


@pytest.mark.parametrize("status", [301, 401, 403, 429, 500, 503])
def test_an_answer_that_settles_nothing_is_not_counted_as_bad(status: int) -> None:
    web = Pages(answers={PAGE: status})

    found = remarks("links", revision(body=linking(PAGE)), web=web)

    assert [(str(one.message), one.checked) for one in found] == [
        (f"Whether {PAGE} is there could not be checked (answer {status}).", False)
    ]


@pytest.mark.parametrize(
    "web",
    [
        Pages(answers={PAGE: NoAnswer(url=PAGE, problem="timeout")}),
        Pages(titles={PAGE: NoAnswer(url=PAGE, problem="timeout")}),
    ],
)
def test_no_answer_is_not_counted_as_bad(web: Pages) -> None:
    found = remarks("links", revision(body=linking(PAGE)), web=web)

    assert [(str(one.message), one.checked) for one in found] == [
        (f"Whether {PAGE} is there could not be checked: no answer.", False)
    ]


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (
            Refusal.PRIVATE,
            f"{INSIDE} leads into a private network: readers cannot open it.",
        ),
        (Refusal.NOT_WEB, f"{INSIDE} is not a complete web address."),
        (
            Refusal.NAMES_USER,
            f"The address {INSIDE} contains a user name or a password.",
        ),
        ("its port is closed", f"Readers cannot open {INSIDE}: its port is closed."),
    ],
)
def test_an_address_that_may_not_be_asked_is_bad_with_its_reason(
    problem: str, sentence: str
) -> None:
    web = Pages(answers={INSIDE: AddressRefused(url=INSIDE, problem=problem)})

    found = remarks("links", revision(body=linking(INSIDE)), web=web)

    assert [(str(one.message), one.checked) for one in found] == [(sentence, True)]


def test_a_large_download_is_there() -> None:
    large = AnswerTooLarge(url=PAGE, limit_mb=1)
    web = Pages(titles={PAGE: large})

    assert remarks("links", revision(body=linking(PAGE)), web=web) == []


@pytest.mark.parametrize("title", ["<title" * 100_000, "<title>" * 100_000])
def test_a_page_made_to_confuse_is_looked_at_once(title: str) -> None:
    web = Pages(titles={PAGE: title})

    assert remarks("links", revision(body=linking(PAGE)), web=web) == []


def test_the_same_address_is_asked_once() -> None:
    web = Pages(answers={PAGE: 404})

    found = remarks("links", revision(body=linking(PAGE, PAGE, PAGE)), web=web)

    assert web.asked == [PAGE]
    assert len(found) == 1


@given(links=st.integers(0, 9), at_most=st.integers(0, 9))
def test_no_more_addresses_are_asked_than_the_library_allows(
    links: int, at_most: int
) -> None:
    web = Pages()
    body = linking(*(f"https://a.vn/{number}" for number in range(links)))

    found = remarks("links", revision(body=body), web=web, at_most=at_most)

    left = max(0, links - at_most)
    assert len(web.asked) == links - left
    assert [(one.message.facts["left"], one.checked) for one in found] == (
        [(left, False)] if left else []
    )


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("mailto:thuvien", "“mailto:thuvien” is no e-mail address."),
        ("mailto:a@b", "“mailto:a@b” is no e-mail address."),
        ("tel:quầy", "“tel:quầy” is no telephone number."),
        ("tel:--- ---", "“tel:--- ---” is no telephone number."),
        ("", "The link “Bài 1” has no address."),
        ("/tin-tuc", "The address “/tin-tuc” is not complete: it names no site."),
        ("www.a.vn", "The address “www.a.vn” is not complete: it names no site."),
        ("ftp://a.vn/b", "Readers cannot open an address such as “ftp://a.vn/b”."),
        (
            "attachment:0",
            "The link “Bài 1” is to a file that the item does not have.",
        ),
    ],
)
def test_an_address_that_cannot_be_right_is_found_without_asking(
    address: str, sentence: str
) -> None:
    web = Pages()

    found = remarks("links", revision(body=linking(address)), web=web)

    assert said(found) == [(sentence, "body", "Bài 1")]
    assert web.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "mailto:thuvien@dhdn.edu.vn?subject=M%C6%B0%E1%BB%A3n%20s%C3%A1ch",
        "mailto:a@dhdn.edu.vn,b@dhdn.edu.vn",
        "tel:+84-236-3000.000",
        "tel:114",
        "#gio-mo-cua",
        f"attachment:{FORM}",
    ],
)
def test_an_address_that_can_be_right_passes_without_asking(address: str) -> None:
    web = Pages()

    assert remarks("links", revision(body=linking(address)), web=web) == []
    assert web.asked == []


def test_a_link_without_words_is_found_unless_a_picture_speaks_for_it() -> None:
    silent = f'<a href="{PAGE}"> </a>'
    cover = f'<a href="{PAGE}"><img src="attachment:{COVER}" alt="Bìa sách"></a>'

    found = remarks("links", revision(body=silent))

    assert said(found) == [
        (f"The link to {PAGE} has no words that a reader could follow.", "body", PAGE)
    ]
    assert remarks("links", revision(body=cover)) == []


def test_a_long_link_is_quoted_by_its_first_words() -> None:
    words = "Danh mục sách mới bổ sung tháng ba của " + "các khoa " * 20
    body = f'<p><a href="/sach-moi">{words}</a></p>'

    quotes = [one.quote for one in remarks("links", revision(body=body))]

    assert quotes == [
        "Danh mục sách mới bổ sung tháng ba của các khoa các khoa các khoa các khoa các"
    ]


@given(status=st.integers(100, 599))
def test_only_what_is_surely_gone_is_bad(status: int) -> None:
    web = Pages(answers={PAGE: status})

    found = remarks("links", revision(body=linking(PAGE)), web=web)

    bad, unsettled = status in {404, 410}, not 200 <= status < 300
    assert [one.checked for one in found] == ([bad] if unsettled else [])
