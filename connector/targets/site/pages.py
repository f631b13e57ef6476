"""What readers see: every file of the site, from the posts that are live."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from connector.domain.item import sha256
from connector.markup import clean
from connector.targets.site.options import Options
from connector.targets.site.public import Page
from connector.targets.site.state import Record
from connector.targets.site.words import WORDS

if TYPE_CHECKING:
    from jinja2 import Environment

NEWEST = 20
"""Posts on the home page and in the feed."""
AT_ONCE = 50
"""Posts on one page of a section."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A live post as the templates know it."""

    key: str
    url: str
    """Absolute."""
    path: str
    """From the root of the server, as links in our pages have it."""
    title: str
    excerpt: str
    body: str
    """Clean HTML, the one value that goes into a page unescaped."""
    language: str
    sections: tuple[tuple[str, str], ...]
    """Path and label of each."""
    picture: str
    """The address of the featured image, unless the body shows it; or empty."""
    live_since: datetime
    """In the zone of the library."""
    changed_at: datetime


class Pages:
    """Makes the files of one site. Pure, but for reading the templates."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._root = urlsplit(options.url).path
        self._zone = ZoneInfo(options.zone)

    def url(self, record: Record) -> str:
        """Return where readers find the post once it is live."""
        return f"{self._options.url}{_folder(record)}/"

    def media_url(self, name: str) -> str:
        """Return where readers find a file once a post that uses it is live."""
        return f"{self._options.url}media/{name}"

    def media(self, records: Mapping[str, Record]) -> set[str]:
        """Return the names of the files that live posts use."""
        return {
            name
            for record in records.values()
            if record.live
            for name in (*record.media, record.featured)
            if name
        }

    @functools.cached_property
    def layout(self) -> str:
        """Changes when pages of the same posts would come out differently."""
        templates = resources.files(__package__) / "templates"
        parts = [file.read_text("utf-8") for file in _sorted_files(templates)]
        parts.append(self._options.model_dump_json(exclude={"folder"}))
        parts.append(repr(WORDS[self._options.language]))
        return sha256("\n".join(parts).encode())[:8]

    def all(self, records: Mapping[str, Record]) -> Iterator[Page]:
        """Yield every file of the site that is not media."""
        live = sorted(
            ((key, record) for key, record in records.items() if record.live),
            key=lambda post: (post[1].live_since or post[1].changed_at, post[0]),
            reverse=True,
        )
        for key, record in live:
            yield self._item(key, record)
        shown = functools.cache(lambda: [self._shown(k, r) for k, r in live[:NEWEST]])
        yield Page(
            path="index.html",
            render=lambda: self._render("home.html", self._root, posts=shown()),
        )
        for section in dict.fromkeys(chain(self._options.sections, _terms(live))):
            yield from self._section(
                section, [p for p in live if section in p[1].terms]
            )
        yield Page(
            path="feed.xml",
            render=lambda: self._render("feed.xml", "feed.xml", posts=shown()),
        )
        yield Page(
            path="sitemap.xml",
            render=lambda: self._render(
                "sitemap.xml",
                "sitemap.xml",
                posts=[(self.url(r), r.changed_at.isoformat()) for _, r in live],
            ),
        )
        yield Page(path="404.html", render=lambda: self._render("404.html", "404.html"))
        yield Page(path="style.css", render=lambda: self._render("style.css", ""))

    def _item(self, key: str, record: Record) -> Page:
        def render() -> str:
            post = self._shown(key, record)
            return self._render("item.html", post.path, post=post)

        return Page(
            path=f"{_folder(record)}/index.html",
            stamp=f"{self.layout}-{record.version}",
            render=render,
        )

    def _section(
        self, section: str, posts: Sequence[tuple[str, Record]]
    ) -> Iterator[Page]:
        numbered = list(enumerate(_batches(posts, AT_ONCE), start=1))
        for number, batch in numbered:
            yield Page(
                path=f"{_numbered(section, number)}index.html",
                render=functools.partial(
                    self._render_section, section, number, len(numbered), batch
                ),
            )

    def _render_section(
        self,
        section: str,
        number: int,
        numbers: int,
        posts: Sequence[tuple[str, Record]],
    ) -> str:
        here = self._root + _numbered(section, number)
        newer = self._root + _numbered(section, number - 1) if number > 1 else ""
        older = self._root + _numbered(section, number + 1) if number < numbers else ""
        return self._render(
            "section.html",
            here,
            section=section,
            label=self._label(section),
            number=number,
            newer=newer,
            older=older,
            posts=[self._shown(key, record) for key, record in posts],
        )

    def _shown(self, key: str, record: Record) -> Shown:
        picture = self.media_url(record.featured) if record.featured else ""
        sections = tuple(
            (f"{self._root}{term}/", self._label(term)) for term in record.terms
        )
        return Shown(
            key=key,
            url=self.url(record),
            path=f"{self._root}{_folder(record)}/",
            title=record.title,
            excerpt=record.excerpt,
            # Cleaned when it was received, and again here: the file in the state
            # folder is the one thing between the two that a hand can reach.
            body=clean(record.body),
            language=record.language,
            sections=sections,
            picture="" if picture in record.body else picture,
            live_since=(record.live_since or record.changed_at).astimezone(self._zone),
            changed_at=record.changed_at.astimezone(self._zone),
        )

    def _label(self, section: str) -> str:
        # A section may have been taken out of the configuration after it was used.
        return self._options.sections.get(section, section)

    def _render(self, template: str, here: str, **values: object) -> str:
        return (
            _templates()
            .get_template(template)
            .render(
                site=self._options,
                root=self._root,
                here=here,
                layout=self.layout,
                words=WORDS[self._options.language],
                **values,
            )
        )


@functools.cache
def _templates() -> "Environment":
    from jinja2 import (  # noqa: PLC0415 -- slow import, and most commands write no page
        Environment,
        PackageLoader,
        StrictUndefined,
    )

    environment = Environment(
        loader=PackageLoader("connector.targets.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["day"] = lambda at: at.strftime("%d/%m/%Y")
    environment.filters["rfc822"] = format_datetime
    return environment


def _sorted_files(folder: Traversable) -> list[Traversable]:
    return sorted(folder.iterdir(), key=lambda file: file.name)


def _folder(record: Record) -> str:
    return f"{record.terms[0]}/{record.slug}"


def _terms(posts: Sequence[tuple[str, Record]]) -> Iterator[str]:
    return (term for _, record in posts for term in record.terms)


def _numbered(section: str, number: int) -> str:
    return f"{section}/" if number == 1 else f"{section}/trang/{number}/"


def _batches(
    posts: Sequence[tuple[str, Record]], size: int
) -> list[Sequence[tuple[str, Record]]]:
    """Return at least one batch: a section without posts has a page, too."""
    starts = range(0, max(len(posts), 1), size)
    return [posts[start : start + size] for start in starts]
