"""`connector reconcile`: what it says, how it ends, and that it asks first."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO

import pytest

from connector.domain.errors import CredentialsRefused, NotSent, Unclear
from connector.domain.item import ItemId
from connector.domain.publication import PostState, PublicationState
from tests.cli.conftest import Librarian
from tests.fakes.web import FakeWeb
from tests.steps.faulty import FaultyTarget, raising

DOES = ("--as", "quan-tri")
"""Publishes, but does not verify."""
LIBRARIAN = ("--as", "kiem-tra")
SHORT = "Từ ngày 20/3, phòng đọc đóng cửa."


@pytest.fixture
def site() -> FaultyTarget:
    return FaultyTarget("portal")


@pytest.fixture
def shop(librarian: Librarian, site: FaultyTarget) -> Librarian:
    """A library with one complete item on a site in memory."""
    sites(librarian, site)
    librarian.types("receive", librarian.writes("tin.md"), "--as", "bien-tap")
    librarian.types("check", "1", "--accurate", "--as", "kiem-tra")
    librarian.types("classify", "1", "announcement", "--as", "kiem-tra")
    librarian.types("approve", "1", "--as", "pho-giam-doc")
    ended = librarian.types("run", "--json")
    assert ended.json[-1]["state"] == "complete"
    return librarian


def sites(librarian: Librarian, *targets: FaultyTarget) -> None:
    """Let the library publish on these."""
    parts = librarian.library.parts
    route = parts.routes["portal"]
    routes = {
        target.name: replace(route, target=target, web=FakeWeb(target))
        for target in targets
    }
    parts = replace(parts, routes=routes)
    librarian.library = replace(librarian.library, parts=parts)


def spare_draft(librarian: Librarian, site: FaultyTarget) -> str:
    with librarian.library.parts.staging.reading() as tx:
        [row] = tx.publications(ItemId(1))
    assert row.post is not None
    return site.by_hand.put_draft(row.post).id


def state(librarian: Librarian) -> PublicationState:
    with librarian.library.parts.staging.reading() as tx:
        return tx.publications(ItemId(1))[0].state


@contextmanager
def answering(monkeypatch: pytest.MonkeyPatch, answer: str) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setattr("sys.stdin", StringIO(f"{answer}\n"))
        yield


def test_where_all_is_in_order_it_says_so(shop: Librarian) -> None:
    said = shop.types("reconcile")

    assert (said.code, said.err) == (0, "")
    assert said.out == (
        "Target portal: posts of ours 1, items 1.\n  Nothing is to be mended.\n"
    )
    assert shop.types("reconcile", "--json").json == [
        {
            "target": "portal",
            "posts": 1,
            "items": 1,
            "busy": [],
            "conflicts": [],
            "found": 0,
        }
    ]


def test_what_was_found_is_told_with_what_would_be_done(
    shop: Librarian, site: FaultyTarget
) -> None:
    draft = spare_draft(shop, site)

    said = shop.types("reconcile")

    assert said.code == 3
    assert said.out == (
        "Target portal: posts of ours 2, items 1.\n"
        f"  portal has drafts beside the post of item 1: {draft}.\n"
        "    → They go to the trash.\n"
        "`connector reconcile --repair` does what is said above.\n"
    )
    assert site.read(draft).state is PostState.DRAFT


def test_programs_are_told_by_codes(shop: Librarian, site: FaultyTarget) -> None:
    draft = spare_draft(shop, site)

    said = shop.types("reconcile", "portal", "--json")

    assert said.code == 3
    assert said.json[0]["found"] == 1
    assert said.json[1:] == [
        {
            "target": "portal",
            "kind": "spare-drafts",
            "item": 1,
            "posts": [draft],
            "found": f"portal has drafts beside the post of item 1: {draft}.",
            "repair": "trash",
            "plan": "They go to the trash.",
        }
    ]


def test_nothing_is_repaired_that_was_not_shown_and_wanted(
    shop: Librarian, site: FaultyTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = spare_draft(shop, site)

    with answering(monkeypatch, "n"):
        said = shop.types("reconcile", "--repair", *DOES)

    assert said.code == 3
    assert "    → They go to the trash.\n" in said.out
    assert said.out.endswith("Nothing was changed.\n")
    assert said.err.startswith("Do this now? [y/N]: ")
    assert site.read(draft).state is PostState.DRAFT


def test_what_is_wanted_is_repaired_and_in_order_then(
    shop: Librarian, site: FaultyTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = spare_draft(shop, site)

    with answering(monkeypatch, "y"):
        said = shop.types("reconcile", "--repair", *DOES)
    again = shop.types("reconcile", "--repair", *DOES)

    assert (said.code, again.code) == (0, 0)
    assert said.out.endswith("Mended: 1 of 1.\n")
    assert again.out.endswith("  Nothing is to be mended.\n")
    assert site.read(draft).state is PostState.TRASHED


def test_a_script_is_not_asked(shop: Librarian, site: FaultyTarget) -> None:
    spare_draft(shop, site)

    said = shop.types("reconcile", "--repair", "--yes", "--json", *DOES)

    assert (said.code, said.err) == (0, "")
    assert [row.get("repaired") for row in said.json] == [None, True]


def test_a_script_that_could_not_see_the_plan_must_say_yes(shop: Librarian) -> None:
    said = shop.types("reconcile", "--repair", "--json", *DOES)

    assert said.code == 2
    assert said.json[0]["message"] == "With --json nobody is asked: add --yes."


def test_the_end_of_the_input_is_no_yes(
    shop: Librarian, site: FaultyTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = spare_draft(shop, site)
    monkeypatch.setattr("sys.stdin", StringIO(""))

    said = shop.types("reconcile", "--repair", *DOES)

    assert said.code == 1
    assert site.read(draft).state is PostState.DRAFT


def test_what_is_left_to_people_stays_a_finding(
    shop: Librarian, site: FaultyTarget
) -> None:
    with shop.library.parts.staging.reading() as tx:
        [row] = tx.publications(ItemId(1))
    assert row.post is not None
    site.by_hand.put_draft(replace(row.post, key="0123456789ab"))

    said = shop.types("reconcile", "--repair", "--yes", "--json", *DOES)

    assert said.code == 3
    assert [row.get("kind") for row in said.json] == [None, "unknown"]


def test_one_failure_keeps_nothing_else_back(
    shop: Librarian, site: FaultyTarget
) -> None:
    draft = spare_draft(shop, site)
    [public] = [p for p in site.everything() if p.state is PostState.LIVE]
    site.edit(public.id, body=SHORT)

    said = shop.types("reconcile", "--repair", "--yes", "--json", *DOES)

    changed, spare = said.json[1:]
    assert said.code == 1
    assert (changed["kind"], changed["repaired"]) == ("changed", False)
    assert changed["error"] == "RoleNotAllowed"
    assert (spare["kind"], spare["repaired"]) == ("spare-drafts", True)
    assert site.read(draft).state is PostState.TRASHED


def test_an_edited_post_becomes_a_conflict_that_waits_for_a_person(
    shop: Librarian, site: FaultyTarget
) -> None:
    [public] = site.everything()
    site.edit(public.id, body=SHORT)

    mended = shop.types("reconcile", "--repair", "--yes", *LIBRARIAN)
    after = shop.types("reconcile")

    assert (mended.code, after.code) == (0, 0)
    assert state(shop) is PublicationState.CONFLICT
    assert "  These are conflicts that wait for a person already: 1.\n" in after.out
    assert site.everything()[0].body == SHORT


def test_a_lost_answer_ends_as_a_target_that_is_not_to_be_had(
    shop: Librarian, site: FaultyTarget
) -> None:
    spare_draft(shop, site)
    lost = Unclear(target="portal", problem="time-out")
    site.once["trash:done"] = raising(lost)

    said = shop.types("reconcile", "--repair", "--yes", *DOES)
    again = shop.types("reconcile")

    assert (said.code, again.code) == (5, 0)
    assert said.err.startswith("portal gave no clear answer (time-out).\n")
    assert said.out.endswith("Item 1 on portal: not mended.\nMended: 0 of 1.\n")


@pytest.mark.parametrize(
    "trouble",
    [
        NotSent(target="chi-nhanh", problem="đứt cáp"),
        CredentialsRefused(target="chi-nhanh", user="robot"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_target_that_is_not_to_be_had_keeps_no_other_back(
    shop: Librarian, site: FaultyTarget, trouble: NotSent | CredentialsRefused
) -> None:
    branch = FaultyTarget("chi-nhanh")
    branch.always["ours"] = raising(trouble)
    sites(shop, branch, site)
    spare_draft(shop, site)

    said = shop.types("reconcile", "--json")
    alone = shop.types("reconcile", "portal")

    assert (said.code, alone.code) == (5, 3)
    assert said.json[0]["error"] == type(trouble).__name__
    assert [row.get("kind") for row in said.json[1:]] == [None, "spare-drafts"]


def test_a_target_that_there_is_not_is_a_misuse(shop: Librarian) -> None:
    said = shop.types("reconcile", "potral")

    assert said.code == 2
    assert said.err.endswith(
        "Error: There is no target “potral”. Targets there are: portal.\n"
    )


def test_who_is_not_known_is_told_before_the_site_is_asked(
    shop: Librarian, site: FaultyTarget
) -> None:
    site.calls.clear()

    said = shop.types("reconcile", "--repair", "--as", "nguoi-la")

    assert said.code == 1
    assert said.err.startswith("Error: There is no user “nguoi-la” in roles.toml.\n")
    assert site.calls == []


def test_who_may_not_publish_mends_nothing(shop: Librarian, site: FaultyTarget) -> None:
    draft = spare_draft(shop, site)

    said = shop.types("reconcile", "--repair", "--yes", "--as", "pho-giam-doc")

    assert said.code == 1
    assert said.err.startswith("“publish” belongs to: ")
    assert site.read(draft).state is PostState.DRAFT


def test_anybody_may_look(shop: Librarian) -> None:
    assert shop.types("reconcile", "--as", "pho-giam-doc").code == 0
