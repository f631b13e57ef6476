"""
The acceptance scenarios of publishing as a draft, on every kind of target.

Where each scenario is tried; what another test shows wholly is not repeated:

S18  test_scenarios: a lost answer
S19  test_scenarios: killed at each point (two tests); at random times, test_faults
S20  test_scenarios: a cache that answers with the list; test_odd_servers
S21  test_scenarios: another status than was asked for; test_wordpress_losses
S22  test_scenarios_trouble: a target that asks to be left alone
S23  test_scenarios_trouble: a refused log-in
S24  test_scenarios_trouble: the doctor, in two languages; each kind, test_odd_servers
S25  test_scenarios: the second of three pictures; test_wordpress_media
S26  test_wordpress_media: a photograph keeps the name that people gave it
S27  test_scenarios_trouble: what the account may not write
S28  test_scenarios_hands: somebody edited the post in the CMS
S29  test_scenarios_trouble: a category that no target takes
S30  test_scenarios_time: one urgent among five hundred, among a dozen on WordPress
S31  test_scenarios_time: a site that nobody visits (two tests)
S32  test_scenarios_time: three time zones; the end of being public
"""

import itertools
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connector.cli.desk import Exit
from connector.domain.item import State
from connector.domain.publication import PostState, PublicationState
from connector.rehearsal.wordpress import WordPress
from tests.live import at_work
from tests.live.office import BODY, TITLE, Office, opened
from tests.live.on_wordpress import a_png
from tests.live.places import KINDS, Place, on_wordpress, place_of
from tests.steps.faulty import Fuse, Killed, KilledStaging

pytestmark = pytest.mark.live

WITHOUT_SERVER = ("memory", "site")
WITH_SERVER = ("wordpress", "wordpress-xmlrpc")
REQUESTS = {
    "wordpress": {
        "look": ("GET", "/wp/v2/posts", b""),
        "create": ("POST", "/wp/v2/posts", b""),
        "go live": ("POST", "/wp/v2/posts/*", b""),
    },
    "wordpress-xmlrpc": {
        "look": ("POST", "/xmlrpc.php", b"wp.getPosts"),
        "create": ("POST", "/xmlrpc.php", b"wp.newPost"),
        "go live": ("POST", "/xmlrpc.php", b"wp.editPost"),
    },
}
"""By kind and name: method, path, what it says."""
POINTS = ("look", "create", "look again", "go live")


@pytest.mark.parametrize("kind", KINDS)
def test_s18_a_draft_whose_answer_was_lost_is_found_by_its_mark_and_is_the_only_one(
    kind: str, request: pytest.FixtureRequest
) -> None:
    with place_of(kind, request) as place, opened(request, place) as office:
        item = office.approves()
        place.loses_the_answer_to_a_draft()

        lost, _ = office.runs()
        stored, row = place.held(), office.row(item)
        place.is_well()
        office.clock.tick(seconds=31)
        found, _ = office.runs()

        assert (lost, found) == (Exit.UNREACHABLE, Exit.DONE)
        assert (row.state, row.post_id) == (PublicationState.UNKNOWN, "")
        assert [post.state for post in stored] == [PostState.DRAFT]
        assert [post.id for post in place.held()] == [post.id for post in stored]
        assert place.states() == [PostState.LIVE]
        assert office.row(item).post_id == stored[0].id
        assert office.state(item) is State.COMPLETE


@pytest.mark.parametrize("kind", WITHOUT_SERVER)
def test_s19_killed_at_any_point_nothing_stays_in_hand_and_there_is_one_post(
    kind: str, request: pytest.FixtureRequest
) -> None:
    with place_of(kind, request) as place, opened(request, place) as office:
        for at in itertools.count():
            item = office.approves(f"{TITLE}, đợt {at}", body=f"Đợt {at}.\n\n{BODY}")

            killed = kill(office, place, Fuse(at))
            office.lease_is_over()
            office.runs()

            assert office.state(item) is State.COMPLETE, at
            assert office.in_hand() == [], at
            assert place.states(office.item(item).key) == [PostState.LIVE], at
            if not killed:
                break
        assert at > 20


def kill(office: Office, place: Place, fuse: Fuse) -> bool:
    """Run until the fuse blows; say whether it did."""
    library, watched = office.library, place.watched
    assert watched is not None
    staging = KilledStaging(library.parts.staging, fuse)
    office.library = replace(library, parts=replace(library.parts, staging=staging))
    watched.always = {"*": fuse.point, "*:done": fuse.point}
    try:
        office.runs()
    except Killed:
        return True
    finally:
        office.library = library
        watched.always = {}
    return False


@pytest.mark.parametrize("kind", WITH_SERVER)
def test_s19_a_process_killed_around_each_request_leaves_one_post_and_no_row_in_hand(
    kind: str, request: pytest.FixtureRequest, wordpress_site: WordPress
) -> None:
    with place_of(kind, request) as place, opened(request, place) as office:
        for point, done in itertools.product(POINTS, (False, True)):
            # The process that is to be killed goes by the clock of this machine.
            office.clock.time = datetime.now(UTC)
            name = f"{point} {'done' if done else 'not begun'}"
            item = office.approves(f"{TITLE}: {name}", body=f"{name}.\n\n{BODY}")
            key = office.item(item).key

            ended = killed_at(place, kind, point, done=done)(
                office.home, wordpress_site
            )
            office.clock.time = datetime.now(UTC)
            owner, made = office.row(item).lease_owner, place.states(key)
            office.runs()
            meanwhile = place.states(key)
            office.lease_is_over()
            office.runs()

            assert ended == -signal.SIGKILL, name
            assert owner, name
            # Whose lease is not over yet is not disturbed.
            assert meanwhile == made, name
            assert office.state(item) is State.COMPLETE, name
            assert office.in_hand() == [], name
            assert place.states(key) == [PostState.LIVE], name


def killed_at(
    place: Place, kind: str, point: str, *, done: bool
) -> Callable[[Path, WordPress], int]:
    """Return what runs a process that ends at a point, and returns how it ended."""
    requests, proxy = REQUESTS[kind], place.proxy
    assert proxy is not None
    method, path, saying = requests["look" if point == "look again" else point]

    def run(home: Path, site: WordPress) -> int:
        place.is_well()
        worker = at_work.process(home, place, "run", readers=site.url)

        def wait_for_it() -> None:
            proxy.when(method, path, worker.kill, saying=saying, done=done)

        if point == "look again":
            method_, path_, saying_ = requests["create"]
            proxy.when(
                method_, path_, wait_for_it, saying=saying_, done=True, answered=True
            )
        else:
            wait_for_it()
        ended = worker.wait(timeout=60)
        place.is_well()
        return ended

    return run


_CACHE = (
    "add_filter( 'rest_pre_dispatch', fn( $r, $s, $q ) =>"
    " 'POST' === $q->get_method() && '/wp/v2/posts' === $q->get_route()"
    " ? rest_do_request( new WP_REST_Request( 'GET', '/wp/v2/posts' ) ) : $r, 10, 3 );"
)


def test_s20_a_reply_that_is_the_list_of_posts_is_not_taken_for_ours(
    request: pytest.FixtureRequest, wordpress_site: WordPress
) -> None:
    with on_wordpress(request) as place, opened(request, place) as office:
        other = office.approves("Thông báo đã đăng từ trước")
        office.runs()
        item = office.approves(body=f"Bản tin thứ hai.\n\n{BODY}")
        with wordpress_site.mu_plugin(_CACHE):
            _, rows = office.runs()
        row, key = office.row(item), office.item(item).key
        made = place.held(key)
        office.clock.tick(minutes=10)
        office.runs()

        assert rows[0]["error"] == "NotOurAnswer"
        assert "the reply is not our post" in str(rows[0]["message"])
        assert (row.post_id, row.url, made) == ("", "", [])
        assert office.state(item) is State.COMPLETE
        assert place.states(key) == [PostState.LIVE]
        assert office.row(item).post_id != office.row(other).post_id


@pytest.mark.parametrize(
    ("meant", "told"),
    [
        ("draft", "changed or dropped something in the draft: state"),
        ("publish", "did not make the post public; it says “hidden”"),
    ],
)
def test_s21_what_a_plugin_made_private_is_recorded_as_it_was_read_back(
    meant: str,
    told: str,
    request: pytest.FixtureRequest,
    wordpress_site: WordPress,
) -> None:
    private = (
        "add_filter( 'wp_insert_post_data', fn( $data ) =>"
        f" '{meant}' === $data['post_status']"
        " ? ['post_status' => 'private'] + $data : $data );"
    )
    with on_wordpress(request) as place, opened(request, place) as office:
        item = office.approves()

        with wordpress_site.mu_plugin(private):
            _, rows = office.runs()

        row = office.row(item)
        assert (rows[0]["state"], row.state) == ("held", PublicationState.HELD)
        assert told in office.reads("show", str(item))
        assert office.state(item) is State.APPROVED
        assert place.states() == [PostState.HIDDEN]


def test_s25_after_the_second_of_three_pictures_failed_the_first_is_not_sent_again(
    request: pytest.FixtureRequest, wordpress_site: WordPress
) -> None:
    with on_wordpress(request) as place, opened(request, place) as office:
        proxy = place.proxy
        assert proxy is not None
        for number in (1, 2, 3):
            (office.home / f"ảnh {number}.png").write_bytes(a_png(100 + number))
        shown = "\n\n".join(f"![Phòng {n}](<ảnh {n}.png>)" for n in (1, 2, 3))
        item = office.approves(body=f"{shown}\n\n{BODY}")

        def fail_the_next() -> None:
            proxy.answer(500, {}, "<h1>500</h1>", "POST", "/wp/v2/media")

        proxy.when("POST", "/wp/v2/media", fail_the_next, done=True, answered=True)
        office.runs()
        made = place.held()
        office.clock.tick(minutes=3)
        office.runs()
        sent = [target for method, target in proxy.seen if method == "POST"]

        assert made == []
        assert sum("/wp/v2/media" in target for target in sent) == 4
        assert [_count(wordpress_site, office, item, n) for n in range(3)] == [1, 1, 1]
        assert place.states() == [PostState.LIVE]
        assert office.state(item) is State.COMPLETE


def _count(site: WordPress, office: Office, item: int, number: int) -> int:
    """Return how many files of the site are the picture of this number."""
    with office.library.parts.staging.reading() as tx:
        file = tx.revision(item).files[number]  # type: ignore[arg-type]
    rows = site.sql(
        "SELECT ID FROM wp_posts WHERE post_type = 'attachment'"  # noqa: S608 -- a digest
        f" AND guid LIKE '%lib-{file.sha256[:16]}%'"
    )
    return len(rows)
