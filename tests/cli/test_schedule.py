"""What a person types about times, conflicts and targets in trouble."""

import pytest

from connector.domain.errors import Busy, CredentialsRefused
from connector.steps.circuits import note
from tests.cli.conftest import BODY, Librarian


@pytest.fixture
def classified(librarian: Librarian) -> Librarian:
    librarian.types("receive", librarian.writes("tin.md"), "--as", "bien-tap")
    librarian.types("check", "1", "--accurate", "--as", "kiem-tra")
    librarian.types("classify", "1", "announcement", "--as", "kiem-tra")
    return librarian


def test_an_item_is_approved_for_a_time_and_waits_for_it(classified: Librarian) -> None:
    approved = classified.types(
        "approve", "1", "--at", "20/03/2026 08:00", "--as", "pho-giam-doc"
    )
    ran = classified.types("run")
    shown = classified.types("show", "1")

    assert approved.code == 0, approved.err
    assert "goes live on portal at 20/03/2026 08:00" in ran.out
    assert "20/03/2026 08:00" in shown.out
    assert classified.types("list", "--json").json[0]["urls"] == []


def test_times_are_changed_and_told(classified: Librarian) -> None:
    classified.types("approve", "1", "--as", "pho-giam-doc")
    said = classified.types(
        "schedule",
        "1",
        "--at",
        "8h 20/3/2026",
        "--until",
        "2026-03-27 17:00",
        "--urgent",
        "--as",
        "pho-giam-doc",
    )

    assert said.code == 0, said.err
    assert "goes live on portal at 20/03/2026 08:00" in said.out
    assert "taken down from portal at 27/03/2026 17:00" in said.out
    assert "before all others" in said.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["schedule", "1"], "--at, --until or --urgent"),
        (["schedule", "1", "--at", "mai"], "25/11/2026 08:00"),
        (["schedule", "1", "--at", "31/02/2026 08:00"], "31/02/2026"),
    ],
)
def test_a_typing_mistake_is_told_with_what_would_be_right(
    classified: Librarian, words: list[str], told: str
) -> None:
    said = classified.types(*words, "--as", "pho-giam-doc")

    assert said.code == 2
    assert told in said.err


def test_a_time_that_is_past_is_refused(classified: Librarian) -> None:
    said = classified.types(
        "approve", "1", "--at", "01/01/2020 08:00", "--as", "pho-giam-doc"
    )

    assert said.code == 1
    assert "01/01/2020 08:00 is past already" in said.err


def test_a_target_in_trouble_is_told_above_the_list_until_the_doctor_finds_it_well(
    classified: Librarian,
) -> None:
    refused = CredentialsRefused(target="portal", user="thuvien")
    note("portal", [refused], classified.library.parts)

    before = classified.types("list")
    classified.types("doctor")
    after = classified.types("list")

    assert "portal has been waiting since" in before.out
    assert "refused the user" in before.out
    assert "waiting since" not in after.out


def test_what_waits_for_a_busy_target_is_told_and_not_tried(
    classified: Librarian,
) -> None:
    classified.types("approve", "1", "--as", "pho-giam-doc")
    busy = Busy(target="portal", retry_after_s=120)
    note("portal", [busy], classified.library.parts)

    said = classified.types("publish", "1", "--as", "quan-tri")

    assert said.code == 5
    assert "Item 1 waits until portal may be asked again (16/03/2026 08:32)" in said.out
    assert classified.types("list", "--json").json[0]["state"] == "approved"


def test_a_person_need_not_wait_for_a_target_that_lets_us_in_again(
    classified: Librarian,
) -> None:
    classified.types("approve", "1", "--as", "pho-giam-doc")
    refused = CredentialsRefused(target="portal", user="thuvien")
    note("portal", [refused], classified.library.parts)

    by_itself = classified.types("run", "--json")
    typed = classified.types("publish", "--as", "quan-tri")

    assert by_itself.json == []
    assert typed.code == 0, typed.err
    assert "live" in typed.out


def test_there_is_nothing_to_adopt_where_nothing_was_changed(
    classified: Librarian,
) -> None:
    classified.types("approve", "1", "--as", "pho-giam-doc")
    classified.types("run")

    said = classified.types("adopt", "1", "--reason", "thử", "--as", "bien-tap")

    assert said.code == 1
    assert "no other text of item 1" in said.err


def test_a_difference_shows_what_is_approved_sent_and_held(
    classified: Librarian,
) -> None:
    classified.types("approve", "1", "--as", "pho-giam-doc")
    classified.types("run")
    corrected = classified.writes("tin.md", body=BODY.replace("21", "22"))
    classified.types("receive", corrected, "--item", "1", "--as", "bien-tap")

    said = classified.types("diff", "1", "--json").json[-1]

    assert "22 giờ" in said["approved"]["body"]
    assert "21 giờ" in said["sent"]["body"]
    assert "21 giờ" in said["theirs"]["body"]
