"""S30–S32, and the end of being public. The table stands in test_scenarios."""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from connector.cli.desk import Exit
from connector.domain.item import CategoryCode, ItemId, State
from connector.domain.publication import PostState
from connector.ports.target import Target
from connector.rehearsal.wordpress import TIMEZONE, WordPress
from connector.steps.approve import approve
from connector.steps.check import accurate
from connector.steps.classify import classify
from connector.worker.runner import PAGE, sweep
from tests.faults.observer import watching
from tests.live.office import BODY, TITLE, Office, opened
from tests.live.places import (
    KINDS,
    Place,
    Watched,
    in_memory,
    on_wordpress,
    place_of,
)

pytestmark = pytest.mark.live

VIETNAM = ZoneInfo(TIMEZONE)
LARGE, SMALL, OTHER = "khoa-lon", "khoa-nho", "phong-ban"


def typed(when: datetime) -> str:
    """Return a moment as a librarian types it."""
    return when.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")


# S30


def units(config: Path) -> None:
    """Let each unit hand in its news in a folder of its own."""
    tables = [
        f'[sources.{unit}]\nkind = "folder"\npath = "{unit}"\n'
        for unit in (LARGE, SMALL, OTHER)
    ]
    (config / "sources.toml").write_text("".join(tables), encoding="utf-8")


def hands_in(office: Office, unit: str, number: int, name: str = "tin") -> list[ItemId]:
    """Let a unit hand in news; return the items."""
    folder = office.home / unit
    folder.mkdir(exist_ok=True)
    for n in range(number):
        text = f"# {TITLE}: {unit}, {name} {n}\n\nĐợt {name} {n}.\n\n{BODY}\n"
        (folder / f"{name}-{n:03}.md").write_text(text, encoding="utf-8")
    code, rows = office.types("receive", unit)
    assert code == Exit.DONE
    return [ItemId(int(str(row["item"]))) for row in rows if row["outcome"] == "new"]


def carry(office: Office, items: Sequence[ItemId]) -> None:
    """Do by its steps what the commands do; five hundred times."""
    library = office.library
    checker, deputy = library.person("kiem-tra"), library.person("pho-giam-doc")
    for item in items:
        accurate(item, by=checker, parts=library.parts)
        classify(item, CategoryCode("announcement"), by=checker, parts=library.parts)
        approve(item, by=deputy, parts=library.parts)


def unit_of(title: str) -> str:
    return next(unit for unit in (LARGE, SMALL, OTHER) if unit in title)


def test_s30_of_five_hundred_waiting_the_urgent_one_goes_next_and_all_take_turns(
    request: pytest.FixtureRequest,
) -> None:
    with (
        in_memory(request) as place,
        opened(request, place, config=units) as office,
    ):
        later = hands_in(office, OTHER, 20, "hẹn giờ")
        carry(office, later)
        tomorrow = typed(office.clock.now() + timedelta(days=1))
        office.types(
            *("schedule", *map(str, later), "--at", tomorrow, "--as", "pho-giam-doc")
        )
        office.runs()
        drafts = place.states()
        many = [
            *hands_in(office, LARGE, 470),
            *hands_in(office, SMALL, 15),
            *hands_in(office, OTHER, 15),
        ]
        carry(office, many)
        urgent = office.approves("Thông báo khẩn: cúp điện toàn trường", "--urgent")

        # The first of them are enough to see the order.
        list(islice(sweep(office.library.parts), PAGE))
        made = place.held()[len(drafts) :]

        assert drafts == [PostState.DRAFT] * 20
        assert made[0].id == office.row(urgent).post_id
        assert [post.state for post in made] == [PostState.LIVE] * PAGE
        first = [unit_of(post.title) for post in made[1:46]]
        assert {unit: first.count(unit) for unit in first} == {
            LARGE: 15,
            SMALL: 15,
            OTHER: 15,
        }
        assert place.states()[:20] == drafts


def test_s30_among_a_dozen_on_wordpress_the_urgent_one_is_public_first(
    wordpress_site: WordPress, request: pytest.FixtureRequest
) -> None:
    with (
        on_wordpress(request) as place,
        opened(request, place, config=units) as office,
        watching(wordpress_site),
    ):
        waiting = [*hands_in(office, LARGE, 10), *hands_in(office, SMALL, 2)]
        carry(office, waiting)
        [later, urgent] = hands_in(office, OTHER, 2, "báo")
        carry(office, [later, urgent])
        tomorrow = typed(office.clock.now() + timedelta(days=1))
        deputy = ("--as", "pho-giam-doc")
        office.types("schedule", str(later), "--at", tomorrow, *deputy)
        office.types("schedule", str(urgent), "--urgent", *deputy)

        # One after the other, so that the site sees the order.
        one_by_one(place, office)
        office.runs()
        public = [title for _, status, title in journal(wordpress_site) if status]

        assert len(public) == 13
        assert "báo 1" in public[0]
        assert [unit_of(title) for title in public[1:5]].count(SMALL) == 2
        assert office.state(later) is State.APPROVED
        assert place.states().count(PostState.DRAFT) == 1


def one_by_one(place: Place, office: Office) -> None:
    """Let the target take one post at a time."""
    parts = office.library.parts
    route = parts.routes[place.name]
    watched = cast("Target", Watched(route.target))
    routes = {place.name: replace(route, target=watched)}
    office.library = replace(office.library, parts=replace(parts, routes=routes))


def journal(site: WordPress) -> list[tuple[str, bool, str]]:
    """Return each change of a post's status: its id, whether it is public, title."""
    rows = site.sql("SELECT post, status, title FROM seen ORDER BY n")
    return [(post, status == "publish", title) for post, status, title in rows]


# S31


@pytest.mark.parametrize("kind", ["wordpress", "wordpress-xmlrpc"])
def test_s31_on_a_site_that_nobody_visits_it_is_public_in_its_minute_and_once(
    kind: str, wordpress_site: WordPress, request: pytest.FixtureRequest
) -> None:
    with (
        place_of(kind, request) as place,
        opened(request, place) as office,
        watching(wordpress_site),
    ):
        idle = wordpress_site.php("echo DISABLE_WP_CRON ? 'idle' : '';")
        at = office.clock.now() + timedelta(days=1)
        item = office.approves(TITLE, "--at", typed(at))
        office.runs()
        seen: list[tuple[datetime, list[PostState]]] = []

        office.clock.time = at - timedelta(seconds=77)
        office.clock.ends = at + timedelta(minutes=5)
        office.clock.looks = lambda: seen.append((office.clock.time, place.states()))
        office.types("run", "--every", "30")

        assert idle == "idle"
        before = [states for when, states in seen if when < at]
        public = [when for when, states in seen if states == [PostState.LIVE]]
        assert before == [[PostState.DRAFT]] * len(before)
        assert before
        assert at <= public[0] <= at + timedelta(seconds=60)
        assert statuses(wordpress_site) == ["draft", "publish"]
        assert office.state(item) is State.COMPLETE


def statuses(site: WordPress) -> list[str]:
    """Return every status that any post ever had, in order."""
    seen = site.sql("SELECT status FROM seen ORDER BY n")
    # By XML-RPC, WordPress makes an empty post first, and fills it in the same request.
    return [status for (status,) in seen if status != "auto-draft"]


def test_s31_what_was_due_while_nobody_ran_is_public_at_once_and_once(
    wordpress_site: WordPress, request: pytest.FixtureRequest
) -> None:
    with (
        on_wordpress(request) as place,
        opened(request, place) as office,
        watching(wordpress_site),
    ):
        at = office.clock.now() + timedelta(days=1)
        item = office.approves(TITLE, "--at", typed(at))
        office.runs()

        office.clock.time = at + timedelta(hours=3)
        before = place.states()
        office.runs()
        again = office.runs()

        assert before == [PostState.DRAFT]
        assert statuses(wordpress_site) == ["draft", "publish"]
        assert again == (Exit.DONE, [])
        assert office.state(item) is State.COMPLETE
        assert stored(wordpress_site) == at


# S32


@pytest.fixture
def far_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this machine stand in another time zone."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(params=["UTC", "Pacific/Auckland", TIMEZONE])
def zone(
    request: pytest.FixtureRequest, wordpress_site: WordPress
) -> Iterator[ZoneInfo]:
    """The time zone of the site."""
    set_zone = "update_option( 'timezone_string', '{}' );".format
    wordpress_site.php(set_zone(request.param))
    yield ZoneInfo(request.param)
    wordpress_site.php(set_zone(TIMEZONE))


def stored(site: WordPress) -> datetime:
    """Return when the one post became public, as the site has it."""
    [[gmt]] = site.sql("SELECT post_date_gmt FROM wp_posts WHERE post_type = 'post'")
    return datetime.fromisoformat(gmt).replace(tzinfo=UTC)


def on_the_page(place: Place, url: str) -> datetime:
    """Return when the post became public, as its page tells its readers."""
    page = place.web.get(url).body.decode()
    [when] = set(re.findall(r'<time datetime="([^"]+)"', page))
    return datetime.fromisoformat(when)


@pytest.mark.usefixtures("far_away")
@pytest.mark.parametrize("kind", ["wordpress", "wordpress-xmlrpc"])
def test_s32_the_minute_is_the_one_typed_in_vietnam_and_no_edit_moves_it(
    kind: str,
    zone: ZoneInfo,
    wordpress_site: WordPress,
    request: pytest.FixtureRequest,
) -> None:
    with place_of(kind, request) as place, opened(request, place) as office:
        at = office.clock.now() + timedelta(hours=20)
        item = office.approves(TITLE, "--at", typed(at))
        office.runs()
        office.clock.time = at + timedelta(seconds=25)
        office.runs()
        url = office.row(item).url
        first = (stored(wordpress_site), on_the_page(place, url))
        # Our own clock goes on, and the site's is two days ahead of it.
        office.clock.tick(hours=5)
        office.corrects(item)
        office.runs()
        corrected = (stored(wordpress_site), on_the_page(place, url))
        [post] = place.held()
        theirs = post.body.replace("22 giờ", "20 giờ")
        place.eyes.change_behind(post.id, body=theirs)
        office.types("verify", str(item))
        why = ("--overwrite", "--reason", "Bị sửa nhầm", "--as", "bien-tap")
        office.types("publish", str(item), *why)
        office.runs()
        restored = (stored(wordpress_site), on_the_page(place, url))

        assert time.timezone != 0
        assert [first, corrected, restored] == [(at, at)] * 3
        assert first[1].utcoffset() == at.astimezone(zone).utcoffset()
        assert office.state(item) is State.COMPLETE
        assert "22 giờ" in place.web.get(url).body.decode()


# The end of being public.


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_approved_for_a_time_is_taken_down_at_its_end_and_seen_to_be_gone(
    kind: str, request: pytest.FixtureRequest
) -> None:
    with place_of(kind, request) as place, opened(request, place) as office:
        until = office.clock.now() + timedelta(hours=30)
        item = office.approves(TITLE, "--until", typed(until))
        office.runs()
        url = office.row(item).url
        public = place.web.get(url).status

        office.clock.time = until - timedelta(minutes=2)
        office.clock.ends = until + timedelta(minutes=2)
        seen: list[tuple[datetime, int]] = []
        office.clock.looks = lambda: seen.append(
            (office.clock.time, place.web.get(url).status)
        )
        office.types("run", "--every", "30")
        office.clock.time = until + timedelta(minutes=5)
        office.runs()  # looks once more, whether a request was carried out late
        again = office.runs()

        gone = [when for when, status in seen if status == 404]
        assert public == 200
        assert until <= gone[0] <= until + timedelta(seconds=60)
        assert {status for when, status in seen if when < until} == {200}
        assert {status for when, status in seen if when > gone[0]} == {404}
        assert office.state(item) is State.WITHDRAWN
        assert place.states() == [PostState.DRAFT]
        assert again == (Exit.DONE, [])
        assert office.types("reconcile")[0] == Exit.DONE
