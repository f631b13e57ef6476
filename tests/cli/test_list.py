import pytest

from connector.cli import listing
from tests.cli.conftest import Librarian


@pytest.fixture
def three(librarian: Librarian) -> Librarian:
    for number in (1, 2, 3):
        body = f"Nội dung {number}: phòng đọc tầng 2 phục vụ bạn đọc đến 21 giờ."
        librarian.types(
            "receive", librarian.writes(f"{number}.md", f"Tin 図書館 số {number}", body)
        )
    return librarian


def test_an_empty_list_says_so(librarian: Librarian) -> None:
    assert librarian.types("list").out == "No items.\n"
    assert librarian.types("list", "--json").out == "[]\n"


def test_a_list_is_a_table(three: Librarian) -> None:
    assert three.types("list").out == (
        "No  State     Category  Title            Address\n"
        "1   received  –         Tin 図書館 số 1\n"
        "2   received  –         Tin 図書館 số 2\n"
        "3   received  –         Tin 図書館 số 3\n"
    )


def test_a_list_for_programs_has_every_field(three: Librarian) -> None:
    said = three.types("list", "--limit", "1", "--json")

    assert said.json == [
        {
            "item": 1,
            "state": "received",
            "category": None,
            "title": "Tin 図書館 số 1",
            "urls": [],
        }
    ]


def test_the_next_page_is_asked_for_with_the_same_question(three: Librarian) -> None:
    first = three.types(
        "list", "--text", "Tin 図", "--state", "received", "--limit", "2"
    )
    more = "--state received --text 'Tin 図' --limit 2 --after 2"
    second = three.types("list", "--text", "Tin 図", *more.split()[-4:])

    assert first.out.splitlines()[-1] == f"More: connector list {more}"
    assert [line[0] for line in second.out.splitlines()[1:]] == ["3"]


def test_a_full_last_page_promises_no_other(three: Librarian) -> None:
    assert "More:" not in three.types("list", "--limit", "3").out


def test_only_items_in_the_states_asked_for_are_listed(three: Librarian) -> None:
    three.types("reject", "2", "--reason", "ngoài phạm vi", "--as", "kiem-tra")

    rejected = three.types("list", "--state", "rejected", "--json").json
    both = three.types(
        "list", "--state", "rejected", "--state", "received", "--json"
    ).json

    assert [row["item"] for row in rejected] == [2]
    assert [row["item"] for row in both] == [1, 2, 3]


def test_a_title_is_cut_to_the_terminal_but_never_for_programs(
    librarian: Librarian, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = "Giờ mở cửa của 図書館 trong kỳ thi"
    librarian.types("receive", librarian.writes("tin.md", title))
    # A test has no terminal of its own.
    monkeypatch.setattr(listing, "width", lambda: 46)

    shown = librarian.types("list").out

    assert shown == (
        "No  State     Category  Title\n"
        "1   received  –         Giờ mở cửa của 図書館…\n"
    )
    assert librarian.types("list", "--json").json[0]["title"] == title


def test_a_title_with_escape_codes_does_not_reach_the_terminal(
    librarian: Librarian,
) -> None:
    title = "Tin \x9b2J mới về phòng đọc"
    librarian.types("receive", librarian.writes("tin.md", title))

    said = librarian.types("list")

    assert "\x9b" not in said.out
