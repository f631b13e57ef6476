"""Whatever happens, readers have one whole site, and the next call goes on."""

import multiprocessing
import threading
from pathlib import Path

import pytest

from connector.domain.errors import NotSent, Unclear
from connector.domain.publication import PostState
from connector.targets.site.public import Public
from connector.targets.site.state import Record, State
from connector.targets.site.target import SiteTarget
from tests.targets.site.sites import (
    DEATHS,
    OPTIONS,
    DyingPages,
    DyingState,
    a_post,
    a_site,
    files,
    is_complete,
    live,
    publish_and_die,
    publish_many,
    ticking,
)

SPAWN = multiprocessing.get_context("spawn")


def a_dying_site(folder: Path, *, pages: DyingPages, state: State) -> SiteTarget:
    return SiteTarget(
        "portal",
        options=OPTIONS,
        state=state,
        pages=pages,
        public=Public(folder / "public", state.folder / "trees", target="portal"),
        now=ticking(),
    )


def full_disk() -> None:
    raise OSError(28, "No space left on device")


def broken_template() -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize("nth", range(1, 11))
def test_a_page_that_cannot_be_made_changes_nothing(tmp_path: Path, nth: int) -> None:
    site = a_site(tmp_path)
    live(site, a_post(1))
    draft = site.put_draft(a_post(2))
    before = files(tmp_path / "public")
    dying = a_dying_site(
        tmp_path,
        pages=DyingPages(OPTIONS, broken_template, nth),
        state=State(tmp_path / "public.state", target="portal"),
    )

    with pytest.raises(ZeroDivisionError):
        dying.go_live(draft.id)

    assert files(tmp_path / "public") == before
    assert is_complete(tmp_path / "public")
    assert site.read(draft.id) == draft


def test_a_full_disk_before_the_post_is_stored_is_not_sent(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    draft = site.put_draft(a_post(1))
    before = files(tmp_path / "public")
    dying = a_dying_site(
        tmp_path,
        pages=DyingPages(OPTIONS, full_disk, 3),
        state=State(tmp_path / "public.state", target="portal"),
    )

    with pytest.raises(NotSent) as error:
        dying.go_live(draft.id)

    assert error.value.facts == {
        "target": "portal",
        "problem": "[Errno 28] No space left on device",
    }
    assert files(tmp_path / "public") == before
    assert site.read(draft.id) == draft


@pytest.mark.parametrize("death", DEATHS[3:])
def test_a_full_disk_from_then_on_is_unclear(tmp_path: Path, death: str) -> None:
    site = a_site(tmp_path)
    draft = site.put_draft(a_post(1))
    state = DyingState(tmp_path / "public.state", target="portal")
    state.death_at, state.death = death, full_disk
    dying = a_dying_site(tmp_path, pages=DyingPages(OPTIONS, full_disk, 0), state=state)

    with pytest.raises(Unclear):
        dying.go_live(draft.id)

    assert is_complete(tmp_path / "public")
    assert site.go_live(draft.id).state is PostState.LIVE
    assert (tmp_path / "public" / "tin-tuc" / a_post(1).slug / "index.html").is_file()


@pytest.mark.parametrize("death", DEATHS)
def test_after_a_power_cut_the_next_call_goes_on(tmp_path: Path, death: str) -> None:
    site = a_site(tmp_path)
    live(site, a_post(1))
    draft = site.put_draft(a_post(2))
    before = files(tmp_path / "public")

    dying = SPAWN.Process(target=publish_and_die, args=(tmp_path, death, draft.id))
    dying.start()
    dying.join()

    assert dying.exitcode == -9
    swapped = death == "after the swap"
    assert (files(tmp_path / "public") == before) is not swapped
    assert is_complete(tmp_path / "public")

    found = site.find(a_post(2))

    stored = death in {"after the post is stored", "after the swap"}
    page = tmp_path / "public" / "tin-tuc" / a_post(2).slug / "index.html"
    assert found is not None
    assert (found.state is PostState.LIVE) is stored
    assert page.is_file() is stored

    site.go_live(draft.id)

    assert page.is_file()
    assert (tmp_path / "public" / "tin-tuc" / a_post(1).slug / "index.html").is_file()
    assert is_complete(tmp_path / "public")
    assert not (tmp_path / "public.state" / "unsettled").exists()
    assert len(list((tmp_path / "public.state" / "trees").iterdir())) <= 4


def test_two_processes_that_publish_at_once_lose_nothing(tmp_path: Path) -> None:
    processes = [
        SPAWN.Process(target=publish_many, args=(tmp_path, range(start, start + 6)))
        for start in (0, 6)
    ]
    for process in processes:
        process.start()
    while any(process.is_alive() for process in processes):
        # A reader, all the while: the site is there and whole, or not there yet.
        assert not (tmp_path / "public").exists() or _whole(tmp_path / "public")
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0, 0]
    assert is_complete(tmp_path / "public")
    feed = (tmp_path / "public" / "feed.xml").read_text("utf-8")
    assert all(a_post(number).slug in feed for number in range(12))


def _whole(public: Path) -> bool:
    while True:
        root = public.resolve()
        try:
            return is_complete(public)
        except FileNotFoundError:
            # Only a reader so slow that two more sites were made meanwhile.
            assert root != public.resolve()


def test_threads_that_share_a_site_lose_nothing(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    threads = [
        threading.Thread(target=live, args=(site, a_post(number)))
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    feed = (tmp_path / "public" / "feed.xml").read_text("utf-8")
    assert all(a_post(number).slug in feed for number in range(8))


def test_a_record_is_stored_whole_or_not_at_all(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    draft = site.put_draft(a_post(1))
    posts = tmp_path / "public.state" / "posts"
    (posts / f".{draft.id}.json").write_bytes(b'{"state": "dra')

    assert site.read(draft.id) == draft
    stored = Record.model_validate_json((posts / f"{draft.id}.json").read_bytes())
    assert stored.version == draft.version
    assert site.find(a_post(2)) is None
