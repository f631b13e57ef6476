"""Sites for the tests of the kind `site`, and ways for one to die."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from connector.domain.item import CategoryCode, Sha256, slug_of
from connector.domain.publication import Post, PostState
from connector.targets.site.options import Options
from connector.targets.site.pages import Pages
from connector.targets.site.public import Page, Public
from connector.targets.site.state import Record, State
from connector.targets.site.target import SiteTarget, connect

URL = "https://thuvien.example/"
OPTIONS = Options(folder=Path("public"), url=URL)
START = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


def ticking(start: datetime = START) -> Callable[[], datetime]:
    """Return a clock that moves on by an hour whenever it is asked."""
    hours = iter(range(10_000))
    return lambda: start + timedelta(hours=next(hours))


def a_site(folder: Path, options: Options = OPTIONS) -> SiteTarget:
    return connect("portal", options=options, folder=folder, now=ticking())


def a_post(number: int, *, term: str = "tin-tuc", **changes: str) -> Post:
    title = f"Giới thiệu sách mới, số {number}"
    key = f"{number:012x}"
    post = Post(
        key=key,
        slug=slug_of(title, key),
        title=title,
        body=f"<p>Kho mở tầng {number} có sách mới.</p>",
        excerpt="Sách tiếng Việt và tiếng Anh.",
        language="vi",
        category=CategoryCode("news"),
        terms=(term,),
    )
    return replace(post, **changes)  # type: ignore[arg-type]


def live(site: SiteTarget, post: Post) -> str:
    """Make `post` public, and return its id."""
    return site.go_live(site.put_draft(site.prepared(post)).id).id


def a_record(number: int, *, hour: int = 0, **changes: object) -> Record:
    post = a_post(number)
    at = START + timedelta(hours=hour)
    record = Record(
        state=PostState.LIVE,
        changes=2,
        slug=post.slug,
        title=post.title,
        body=post.body,
        excerpt=post.excerpt,
        language=post.language,
        terms=post.terms,
        featured="",
        media=(),
        changed_at=at,
        live_since=at,
    )
    return record.model_copy(update=changes)


def files(root: Path) -> dict[str, bytes]:
    """Return all files of a folder: path → bytes."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def is_complete(public: Path) -> bool:
    """Tell whether every address of the site map is there, one site for all."""
    root = public.resolve()
    sitemap: Element = fromstring((root / "sitemap.xml").read_text("utf-8"))
    addresses = [loc.text or "" for loc in sitemap.iter() if loc.tag.endswith("}loc")]
    wanted = [f"{address.removeprefix(URL)}index.html" for address in addresses]
    return all(
        (root / name).read_bytes()
        for name in [*wanted, "feed.xml", "404.html", "style.css"]
    )


def die() -> None:
    """End as by a power cut: nothing is caught, nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)


class DyingPages(Pages):
    """Dies before the nth page."""

    def __init__(self, options: Options, death: Callable[[], None], nth: int) -> None:
        super().__init__(options)
        self._death, self._nth = death, nth

    def all(self, records: Mapping[str, Record]) -> Iterator[Page]:
        for number, page in enumerate(super().all(records), start=1):
            if number == self._nth:
                self._death()
            yield page


class DyingState(State):
    """Dies just before or after a post is stored, or before all is said to be done."""

    death_at = ""
    death: Callable[[], None] = staticmethod(die)

    def put(self, key: str, record: Record) -> None:
        if self.death_at == "before the post is stored":
            self.death()
        super().put(key, record)
        if self.death_at == "after the post is stored":
            self.death()

    def settle(self) -> None:
        if self.death_at == "after the swap":
            self.death()
        super().settle()


class DyingPublic(Public):
    """Dies when the new tree is complete."""

    def make(
        self, layout: str, pages: Iterable[Page], media: Mapping[str, Path]
    ) -> Path:
        super().make(layout, pages, media)
        die()
        raise AssertionError


DEATHS = (
    "at the first page",
    "in the middle of the pages",
    "after the pages",
    "before the post is stored",
    "after the post is stored",
    "after the swap",
)


def publish_and_die(folder: Path, death: str, key: Sha256 | str) -> None:
    """Make a post public, and die on the way."""
    name = "portal"
    state = DyingState(folder / "public.state", target=name)
    state.death_at = death
    public = DyingPublic if death == "after the pages" else Public
    nth = {"at the first page": 1, "in the middle of the pages": 5}.get(death, 0)
    site = SiteTarget(
        name,
        options=OPTIONS,
        state=state,
        pages=DyingPages(OPTIONS, die, nth),
        public=public(folder / "public", state.folder / "trees", target=name),
        now=ticking(),
    )
    site.go_live(key)


def publish_many(folder: Path, numbers: Iterable[int]) -> None:
    """Make many posts public, one after the other."""
    site = a_site(folder)
    for number in numbers:
        live(site, a_post(number))
