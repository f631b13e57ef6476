"""
The whole procedure by commands, on the site that comes with the connector.

A text is returned and corrected; the public page is changed behind the connector's
back, found, published again and proved; then it is withdrawn.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connector.cli.desk import Exit
from connector.domain.decision import Step
from connector.domain.person import Role
from tests.cli.conftest import BODY, TITLE, Librarian

FINDER, CHECKER, DEPUTY = "bien-tap", "kiem-tra", "pho-giam-doc"
CORRECT, WRONG = "21 giờ", "12 giờ"


def ends(
    librarian: Librarian, code: Exit, *words: str, by: str = FINDER
) -> list[dict[str, Any]]:
    """Run a command for programs, insist on how it ends, return its rows."""
    said = librarian.types(*words, "--json", "--as", by)
    assert (said.code, said.err) == (code, "")
    rows: list[dict[str, Any]] = said.json
    return rows


@pytest.fixture
def approved(librarian: Librarian) -> Librarian:
    """A library with one item that waits to be published."""
    ends(librarian, Exit.DONE, "receive", librarian.writes("tin.md"))
    ends(librarian, Exit.DONE, "check", "1", "--accurate", by=CHECKER)
    ends(librarian, Exit.DONE, "classify", "1", "--proposed", by=CHECKER)
    ends(librarian, Exit.DONE, "approve", "1", by=DEPUTY)
    return librarian


@pytest.fixture
def complete(approved: Librarian) -> Librarian:
    """A library with one item whose public page is proved."""
    ends(approved, Exit.DONE, "publish")
    ends(approved, Exit.DONE, "verify")
    return approved


def page(librarian: Librarian) -> Path:
    (row,) = ends(librarian, Exit.DONE, "list")
    path = str(row["urls"][0]).removeprefix(librarian.web.home)
    return librarian.home / "public" / path / "index.html"


def tamper(librarian: Librarian) -> None:
    """Change the page as somebody who can write to the web server could."""
    file = page(librarian)
    text = file.read_text(encoding="utf-8")
    assert CORRECT in text
    file.unlink()  # it is a hard link into the tree before
    file.write_text(text.replace(CORRECT, WRONG), encoding="utf-8")


def test_a_text_is_received_once(librarian: Librarian) -> None:
    file = librarian.writes("tin.md")

    assert ends(librarian, Exit.DONE, "receive", file) == [
        {"outcome": "new", "item": 1, "title": TITLE}
    ]
    assert ends(librarian, Exit.DONE, "receive", file) == [
        {"outcome": "known", "item": 1, "title": TITLE}
    ]


def test_an_inaccurate_text_is_returned_and_corrected(librarian: Librarian) -> None:
    wrong = librarian.writes("tin.md", body="Liên hệ: [cần bổ sung] trước ngày 20/3.")
    ends(librarian, Exit.DONE, "receive", wrong)

    (checked,) = ends(librarian, Exit.FINDINGS, "check", "1")
    (blocked,) = ends(librarian, Exit.FINDINGS, "check", "1", "--accurate", by=CHECKER)
    returned = ends(
        librarian, Exit.DONE, "return", "1", "--reason", "Thiếu liên hệ", by=CHECKER
    )
    corrected = ends(
        librarian, Exit.DONE, "receive", librarian.writes("tin.md"), "--item", "1"
    )

    assert [(f["rule"], f["level"]) for f in checked["findings"]] == [
        ("placeholder", "block")
    ]
    assert blocked["error"] == "Blocked"
    assert returned == [{"item": 1, "state": "returned"}]
    assert corrected == [
        {"outcome": "corrected", "item": 1, "title": TITLE, "changed": ["body"]}
    ]
    assert ends(librarian, Exit.DONE, "diff", "1") == [
        {"before": 1, "after": 2, "parts": ["body"]}
    ]
    assert ends(librarian, Exit.DONE, "check", "1")[0]["findings"] == []


def test_a_rule_proposes_and_a_person_decides(librarian: Librarian) -> None:
    ends(librarian, Exit.DONE, "receive", librarian.writes("tin.md"))
    ends(librarian, Exit.DONE, "check", "1", "--accurate", by=CHECKER)

    (proposed,) = ends(librarian, Exit.DONE, "classify")
    decided = ends(librarian, Exit.DONE, "classify", "1", "news", by=CHECKER)
    (unknown,) = ends(librarian, Exit.FAILED, "classify", "1", "la", by=CHECKER)

    assert (proposed["proposal"], proposed["rule"]) == ("announcement", "thong-bao")
    assert decided == [{"item": 1, "state": "classified"}]
    assert unknown["error"] == "UnknownCategory"


def test_the_same_eyes_may_not_see_twice(approved: Librarian) -> None:
    (row,) = ends(approved, Exit.FAILED, "approve", "1", by=FINDER)
    ends(approved, Exit.DONE, "receive", approved.writes("2.md", "Tin thứ hai"))
    (second,) = ends(approved, Exit.FAILED, "check", "2", "--accurate", by=FINDER)

    assert row["error"] == "OutcomeNotAllowed"
    assert second["error"] == "FourEyes"


def test_what_is_approved_is_published_and_proved(approved: Librarian) -> None:
    (published,) = ends(approved, Exit.DONE, "publish")
    (verified,) = ends(approved, Exit.DONE, "verify")
    (listed,) = ends(approved, Exit.DONE, "list", "--state", "complete")

    url = published.pop("url")
    assert url.startswith("http://127.0.0.1:8070/thong-bao/")
    assert published == {"item": 1, "target": "portal", "state": "live", "losses": []}
    assert verified.pop("equal")["blocks"] == 1
    assert verified == {
        "item": 1,
        "target": "portal",
        "url": url,
        "judgement": "PASS",
        "differences": [],
    }
    assert listed == {
        "item": 1,
        "state": "complete",
        "category": "announcement",
        "title": TITLE,
        "urls": [url],
    }


def test_a_second_time_changes_nothing(complete: Librarian) -> None:
    before = page(complete).read_bytes()

    assert ends(complete, Exit.DONE, "publish") == []
    assert ends(complete, Exit.DONE, "verify") == []
    assert ends(complete, Exit.DONE, "run") == []
    assert page(complete).read_bytes() == before


def test_a_changed_page_is_found_published_again_and_proved(
    complete: Librarian,
) -> None:
    report = complete.home / "so-sanh.html"
    tamper(complete)

    (found,) = ends(complete, Exit.MISMATCH, "verify", "1", "--html", str(report))
    (waiting,) = ends(complete, Exit.DONE, "list")
    (again,) = ends(complete, Exit.DONE, "publish")
    (proved,) = ends(complete, Exit.DONE, "verify")

    (difference,) = found["differences"]
    assert found["judgement"] == "FAIL"
    assert (difference["code"], difference["severity"]) == ("text.number", "fail")
    assert WRONG in difference["shown"]
    assert CORRECT in difference["approved"]
    assert WRONG in report.read_text(encoding="utf-8")
    assert waiting["state"] == "approved"
    assert again["state"] == "live"
    assert proved["judgement"] == "PASS"
    assert CORRECT in page(complete).read_text(encoding="utf-8")


def test_a_difference_is_shown_by_sign_and_says_what_to_do(complete: Librarian) -> None:
    tamper(complete)

    said = complete.types("verify", "1")

    assert said.code == Exit.MISMATCH
    lines = said.out.splitlines()
    assert lines[0].startswith("Item 1 on portal: FAIL http://127.0.0.1:8070/")
    (approved,) = [line for line in lines if line.startswith("    - ")]
    (shown,) = [line for line in lines if line.startswith("    + ")]
    assert shown == approved.replace("- ", "+ ").replace(CORRECT, WRONG)
    assert f"    {BODY.replace('21', '[−21] [+12]')}" in lines
    assert lines[-1] == (
        "  The item went back to publishing. When the cause is mended,"
        " `connector publish 1` sends it again."
    )


def test_a_site_that_is_down_is_no_difference(approved: Librarian) -> None:
    ends(approved, Exit.DONE, "publish")
    approved.web.down = True

    (seen,) = ends(approved, Exit.UNREACHABLE, "verify")
    (listed,) = ends(approved, Exit.DONE, "list")

    assert (seen["judgement"], seen["differences"]) == ("UNREACHABLE", [])
    assert listed["state"] == "published"


def test_run_does_what_waits_for_nobody(approved: Librarian) -> None:
    published, verified, end = ends(approved, Exit.DONE, "run")

    assert published["state"] == "live"
    assert verified["judgement"] == "PASS"
    assert end == {"item": 1, "state": "complete"}


def test_run_leaves_to_people_what_is_theirs(approved: Librarian) -> None:
    policy = approved.library.parts.policy
    people = {**policy.responsible, Step.VERIFY: frozenset({Role.LIBRARIAN})}
    parts = replace(approved.library.parts, policy=replace(policy, responsible=people))
    by_people = replace(approved, library=replace(approved.library, parts=parts))

    *_, waits = ends(by_people, Exit.DONE, "run")
    (verified,) = ends(by_people, Exit.DONE, "verify")

    assert (waits["state"], waits["error"]) == ("published", "RoleNotAllowed")
    assert verified["judgement"] == "PASS"


def test_what_is_withdrawn_is_gone_for_readers(complete: Librarian) -> None:
    file = page(complete)

    (gone,) = ends(
        complete, Exit.DONE, "withdraw", "1", "--reason", "Đã hết hạn", by=DEPUTY
    )

    assert gone == {"item": 1, "state": "withdrawn"}
    assert not file.exists()


def test_what_is_rejected_does_not_come_back(librarian: Librarian) -> None:
    file = librarian.writes("tin.md")
    ends(librarian, Exit.DONE, "receive", file)

    rejected = ends(
        librarian, Exit.DONE, "reject", "1", "--reason", "Ngoài phạm vi", by=CHECKER
    )
    (known,) = ends(librarian, Exit.DONE, "receive", file)

    assert rejected == [{"item": 1, "state": "rejected"}]
    assert (known["outcome"], known["error"]) == ("known", "AlreadyRejected")


def test_an_item_is_shown_with_all_that_is_known_of_it(complete: Librarian) -> None:
    (row,) = ends(complete, Exit.DONE, "show", "1")
    people = complete.types("show", "1").out

    fields = (
        "item key state allowed title body excerpt category language revision"
        " digest source link received_at files publications check"
    )
    assert list(row) == fields.split()
    assert (row["state"], row["allowed"]) == (
        "complete",
        ["receive", "verify", "withdraw"],
    )
    assert row["publications"][0]["state"] == "verified"
    assert people.splitlines()[:2] == [
        f"Item 1: {TITLE}",
        "State: complete. Can be done now: receive, verify, withdraw.",
    ]
    assert people.endswith(f"{BODY}\n")


def test_the_history_tells_who_did_what_in_order(complete: Librarian) -> None:
    rows = ends(complete, Exit.DONE, "history", "1")
    people = complete.types("history", "1").out

    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
    decided = [(row["by"], row["event"]) for row in rows]
    steps = ("receive", "check", "classify", "approve", "publish", "verify", "complete")
    assert [one for one in decided if one[1] in steps] == [
        (FINDER, "receive"),
        (CHECKER, "check"),
        (CHECKER, "classify"),
        (DEPUTY, "approve"),
        (FINDER, "publish"),
        (FINDER, "verify"),
        (FINDER, "complete"),
    ]
    assert people.splitlines()[0] == (
        "16/03/2026 08:30  receive: done, by bien-tap (librarian)"
    )


def test_a_history_that_somebody_changed_is_told(complete: Librarian) -> None:
    with complete.library.engine.begin() as connection:
        for (name,) in connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            " AND tbl_name = 'audit'"
        ).all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("UPDATE audit SET by = 'ai-do' WHERE number = 2")

    rows = ends(complete, Exit.FAILED, "history", "1")

    assert rows[-1] == {"broken_at": 2}


def test_the_doctor_finds_a_fresh_library_in_order(librarian: Librarian) -> None:
    set_up, target = ends(librarian, Exit.DONE, "doctor")

    assert set_up["config"] == str(librarian.home / "config")
    assert target["target"] == "portal"
    assert (target["may_create"], target["may_publish"], target["advice"]) == (
        True,
        True,
        [],
    )


def test_a_difference_in_the_cms_is_shown_by_diff(complete: Librarian) -> None:
    same = ends(complete, Exit.DONE, "diff", "1")[-1]
    assert same["losses"] == []
    assert same["approved"] == same["sent"] == same["theirs"]
