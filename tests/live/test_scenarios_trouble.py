"""S22–S24, S27, S29: a target in trouble. The table stands in test_scenarios."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from connector.cli.desk import Exit
from connector.domain.item import ItemId, State
from connector.domain.publication import Post, PostState, PublicationState
from connector.language import translate
from connector.ports.target import Target
from connector.rehearsal.wordpress import WordPress
from connector.targets.wordpress import fronts
from tests.live.office import ALARM, BODY, TITLE, WELL, Office, opened
from tests.live.on_wordpress import IFRAME
from tests.live.places import Place, in_memory, on_wordpress
from tests.live.proxy import FaultProxy

pytestmark = pytest.mark.live


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    with on_wordpress(request) as place:
        yield place


@pytest.fixture
def proxy(place: Place) -> FaultProxy:
    assert place.proxy is not None
    return place.proxy


def approved(office: Office, number: int) -> list[ItemId]:
    return [
        office.approves(f"{TITLE}, đợt {n}", body=f"Đợt {n}.\n\n{BODY}")
        for n in range(number)
    ]


def states(office: Office, items: list[ItemId]) -> set[State]:
    return {office.state(item) for item in items}


def test_s22_a_target_that_asks_for_120_s_is_left_alone_and_no_other_is(
    place: Place, proxy: FaultProxy, request: pytest.FixtureRequest
) -> None:
    with (
        in_memory(request, name="branch") as branch,
        opened(request, place, branch) as office,
    ):
        items = approved(office, 3)
        busy = {"Retry-After": "120", "Content-Type": "application/json"}
        proxy.answer(429, busy, "{}", "POST", "*", times=9)

        office.runs()
        elsewhere, here = branch.states(), place.states()
        refused = len([one for one in proxy.seen if one[0] == "POST"])
        place.is_well()
        asked = len(proxy.seen)
        office.clock.tick(seconds=119)
        early = office.runs()
        asked_early = len(proxy.seen) - asked
        rows = [office.row(item) for item in items]
        office.clock.tick(seconds=1)
        office.runs()

        assert refused == 1
        assert (elsewhere, here) == ([PostState.LIVE] * 3, [])
        assert (early, asked_early) == ((Exit.UNREACHABLE, []), 0)
        assert [(row.attempt, row.lost) for row in rows] == [(0, 0)] * 3
        assert office.events(None) == []
        assert states(office, items) == {State.COMPLETE}
        assert place.states() == [PostState.LIVE] * 3


def test_s23_a_refused_log_in_is_one_alarm_and_all_go_on_when_the_probe_passes(
    place: Place, proxy: FaultProxy, request: pytest.FixtureRequest
) -> None:
    with opened(request, place) as office:
        items = approved(office, 5)
        refuses_the_log_in(proxy)

        office.runs()
        refused = api_requests(proxy)
        rows = [office.row(item) for item in items]
        office.clock.tick(minutes=9)
        office.runs()
        asked_early = api_requests(proxy)[len(refused) :]
        listed = office.reads("list")
        office.clock.tick(minutes=1)
        office.runs()
        probed = api_requests(proxy)[len(refused) :]
        alarms = office.events(None)
        place.is_well()
        office.clock.tick(minutes=10)
        office.runs()

        assert set(refused) == {"GET /wp/v2/categories"}
        assert PublicationState.BLOCKED in {row.state for row in rows}
        assert all(row.due_at is not None for row in rows)
        assert asked_early == []
        assert "portal has been waiting since" in listed
        assert probed
        assert all(one.startswith("GET /wp/v2/users/me") for one in probed)
        assert alarms == [ALARM]
        assert office.events(None) == [ALARM, WELL]
        assert states(office, items) == {State.COMPLETE}
        assert place.states() == [PostState.LIVE] * 5


def test_s23_a_refused_log_in_is_not_tried_again_for_each_item_of_a_batch(
    place: Place, proxy: FaultProxy, request: pytest.FixtureRequest
) -> None:
    with opened(request, place) as office:
        approved(office, 5)
        refuses_the_log_in(proxy)

        office.runs()

        assert api_requests(proxy) == ["GET /wp/v2/categories"]


def refuses_the_log_in(proxy: FaultProxy) -> None:
    wrong = {"code": "incorrect_password", "message": "", "data": {"status": 401}}
    head = {"Content-Type": "application/json"}
    proxy.answer(401, head, json.dumps(wrong), "*", "/wp/v2/*", times=999)


def api_requests(proxy: FaultProxy) -> list[str]:
    """Return method and route of what was asked with our password."""
    return [
        f"{method} {target.partition('/wp-json')[2].partition('?')[0]}"
        for method, target in proxy.seen
        if "/wp-json/wp/v2/" in target
    ]


_ON_THE_WEB = "if ( 'cli' === PHP_SAPI ) { return; }\n"
_WALL = (
    "http_response_code( 403 ); header( 'Content-Type: text/html' );"
    " echo '<html>Generated by Wordfence</html>'; exit;"
)
_STRIPPED = "unset( $_SERVER['PHP_AUTH_USER'], $_SERVER['PHP_AUTH_PW'] );"


@pytest.mark.parametrize(
    ("code", "front", "directive"),
    [
        (_WALL, fronts.WORDFENCE, "Allowlisted IP addresses"),
        (_STRIPPED, fronts.HEADER_STRIPPED, "SetEnvIf Authorization"),
    ],
    ids=["firewall", "stripped"],
)
def test_s24_the_doctor_names_what_stands_before_the_site_in_both_languages(
    code: str,
    front: fronts.Front,
    directive: str,
    place: Place,
    wordpress_site: WordPress,
    request: pytest.FixtureRequest,
) -> None:
    with opened(request, place) as office:
        with wordpress_site.mu_plugin(_ON_THE_WEB + code):
            ended, _ = office.types("doctor")
            told = {
                lang: office.reads("doctor", "--lang", lang) for lang in ("vi", "en")
            }

        assert ended == Exit.UNREACHABLE
        named = {
            lang: translate(front.problem, lang).format(status=403) for lang in told
        }
        assert named["vi"] != named["en"]
        for lang, text in told.items():
            assert named[lang] in text
            assert directive in text


class Embedding:
    """A WordPress that is sent a frame and a style, as richer sources will."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- whatever the target has
        return getattr(self._target, name)

    def prepared(self, post: Post) -> Post:
        body = self._target.prepared(post).body
        styled = body.replace("<p>Từ ngày", '<p style="position:absolute">Từ ngày')
        return replace(post, body=f"{styled}\n{IFRAME}")


def test_s27_what_the_account_may_not_write_is_shown_on_the_draft_and_is_decided(
    request: pytest.FixtureRequest,
) -> None:
    with on_wordpress(request, user="author") as place:
        place.replaced = lambda target: cast("Target", Embedding(target))
        with opened(request, place) as office:
            item = office.approves()
            number, yes = str(item), ("--accept-losses", "--reason", "Không cần khung")

            ran, _ = office.runs()
            drafts = place.states()
            text = office.reads("publish", number)
            shown = office.reads("show", number)
            by_itself, _ = office.runs()
            unexplained, _ = office.types("publish", number, "--accept-losses")
            kept, row = place.states(), office.row(item)
            decided, _ = office.types("publish", number, *yes)
            office.runs()

            assert (ran, drafts) == (Exit.FINDINGS, [PostState.DRAFT])
            assert "“iframe” was taken out" in text
            assert "the style “position:absolute” was taken away from “p”" in text
            assert "The CMS changed or dropped something in the draft: body." in shown
            assert (by_itself, unexplained) == (Exit.DONE, Exit.FAILED)
            assert (kept, row.state) == ([PostState.DRAFT], PublicationState.HELD)
            assert decided == Exit.DONE
            assert place.states() == [PostState.LIVE]
            assert office.state(item) is State.COMPLETE
            assert "Không cần khung" in office.reads("history", number)


def test_s29_a_category_that_no_target_takes_is_told_to_whoever_approves(
    request: pytest.FixtureRequest,
) -> None:
    def only_news(config: Path) -> None:
        targets = config / "targets.toml"
        taken = targets.read_text("utf-8") + 'categories = ["news"]\n'
        targets.write_text(taken, encoding="utf-8")

    with (
        in_memory(request) as place,
        opened(request, place, config=only_news) as office,
    ):
        office.types("receive", office.writes("tin"))
        office.types("check", "1", "--accurate", "--as", "kiem-tra")
        office.types("classify", "1", "announcement", "--as", "kiem-tra")

        ended, [told] = office.types("approve", "1", "--as", "pho-giam-doc")

        assert (ended, told["error"]) == (Exit.FAILED, "NoTarget")
        assert told["remedy"]
        assert office.state(ItemId(1)) is State.CLASSIFIED
        assert office.runs() == (Exit.DONE, [])
        assert place.states() == []
