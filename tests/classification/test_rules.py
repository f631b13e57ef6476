import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.classification.rules import CategoryRule, propose
from connector.domain.item import CategoryCode
from connector.ports.parts import Proposal
from tests.checks.material import item, revision

NEWS = CategoryCode("news")
BRIEF = CategoryCode("brief")
ANNOUNCEMENT = CategoryCode("announcement")
ACQUISITIONS = CategoryCode("acquisitions")

RULES = (
    CategoryRule(
        name="bảng sách mới", category=ACQUISITIONS, source=("phong-bien-muc",)
    ),
    CategoryRule(
        name="tiêu đề sách mới",
        category=ACQUISITIONS,
        title_contains=("sách mới", "tài liệu mới"),
    ),
    CategoryRule(
        name="tiêu đề thông báo",
        category=ANNOUNCEMENT,
        title_starts=("Thông báo", "Lịch nghỉ"),
    ),
    CategoryRule(
        name="tin báo chí ngắn",
        category=BRIEF,
        source=("press",),
        shorter_than_words=20,
    ),
    CategoryRule(name="tin báo chí", category=NEWS, source=("press", "feed")),
)

SHORT = "<p>Sáng 16/3, thư viện mở cửa lại.</p>"


def sentence(proposal: Proposal | None) -> str:
    return str(proposal.reason) if proposal else ""


@pytest.mark.parametrize(
    ("title", "source", "category", "reason"),
    [
        (
            "Danh mục tháng 3",
            "phong-bien-muc",
            ACQUISITIONS,
            "Rule “bảng sách mới”: it comes from the source phong-bien-muc.",
        ),
        (
            "GIỚI THIỆU SÁCH MỚI THÁNG 3",
            "hom-thu",
            ACQUISITIONS,
            "Rule “tiêu đề sách mới”: the title contains “sách mới”.",
        ),
        (
            "“Thông  báo” về giờ mở cửa",
            "hom-thu",
            ANNOUNCEMENT,
            "Rule “tiêu đề thông báo”: the title begins with “Thông báo”.",
        ),
        (
            "Đà Nẵng khai mạc Ngày Sách",
            "feed",
            NEWS,
            "Rule “tin báo chí”: it comes from the source feed.",
        ),
    ],
)
def test_the_category_is_proposed_with_its_reason(
    title: str, source: str, category: CategoryCode, reason: str
) -> None:
    proposal = propose(revision(title=title), item(source=source), RULES)

    assert (proposal.category if proposal else None, sentence(proposal)) == (
        category,
        reason,
    )


def test_all_conditions_of_a_rule_must_hold() -> None:
    short, long = revision(body=SHORT), revision()

    proposals = [propose(text, item(source="press"), RULES) for text in (short, long)]

    assert [one.category for one in proposals if one] == [BRIEF, NEWS]
    assert sentence(proposals[0]) == (
        "Rule “tin báo chí ngắn”: source = press, words = 7."
    )


def test_a_rule_by_length_says_how_many_words_there_are() -> None:
    rules = [CategoryRule(name="ngắn", category=BRIEF, shorter_than_words=8)]

    assert sentence(propose(revision(body=SHORT), item(), rules)) == (
        "Rule “ngắn”: it has only 7 words."
    )


def test_the_limit_itself_is_not_shorter() -> None:
    rules = [CategoryRule(name="ngắn", category=BRIEF, shorter_than_words=7)]

    assert propose(revision(body=SHORT), item(), rules) is None


def test_a_rule_without_conditions_is_for_all_the_others() -> None:
    rules = [*RULES, CategoryRule(name="còn lại", category=NEWS)]

    proposal = propose(revision(title="Góc đọc"), item(source="hom-thu"), rules)

    assert sentence(proposal) == "Rule “còn lại”: it is for all other items."


@pytest.mark.parametrize(
    "title",
    ["Tinh thần đọc sách", "Bản tin thư viện", "Đọc sách, mới hiểu người", "", "…"],
)
def test_only_whole_words_count_where_the_rule_says(title: str) -> None:
    rules = [
        CategoryRule(name="đầu", category=BRIEF, title_starts=("Tin", "")),
        CategoryRule(name="chứa", category=BRIEF, title_contains=("sách mới", " ")),
    ]

    assert propose(revision(title=title), item(), rules) is None


def test_no_rule_proposes_nothing() -> None:
    assert propose(revision(), item(), ()) is None


_CONDITIONS = st.builds(
    CategoryRule,
    name=st.text(min_size=1, max_size=5),
    category=st.sampled_from([NEWS, BRIEF, ANNOUNCEMENT]),
    source=st.sampled_from([(), ("press",), ("feed",)]),
    title_starts=st.sampled_from([(), ("Thông báo",), ("Sách", "Thư viện")]),
    title_contains=st.sampled_from([(), ("phòng đọc",), ("{}", "\\d")]),
    shorter_than_words=st.none() | st.integers(0, 200),
)


@given(rules=st.lists(_CONDITIONS, max_size=6), body=st.sampled_from(["", SHORT]))
def test_the_first_rule_that_fits_alone_decides(
    rules: list[CategoryRule], body: str
) -> None:
    text = revision(body=body)
    alone = [propose(text, item(), [rule]) for rule in rules]

    together = propose(text, item(), rules)

    assert together == next(filter(None, alone), None)
    assert together is None or sentence(together)


@given(
    title=st.sampled_from(["Thông báo nghỉ lễ", "Giới thiệu sách mới", "Đà Nẵng"]),
    form=st.sampled_from(["NFC", "NFD"]),
    case=st.sampled_from([str.upper, str.lower, str.title]),
)
def test_capitals_and_the_form_of_unicode_make_no_difference(
    title: str, form: str, case: type[str]
) -> None:
    written = unicodedata.normalize("NFD" if form == "NFD" else "NFC", case(title))

    assert propose(revision(title=written), item(source="feed"), RULES) == (
        propose(revision(title=title), item(source="feed"), RULES)
    )
