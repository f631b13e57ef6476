"""
Set up a library to try things on: its configuration, a newspaper, a public website.

The website is the embedded one, or a real WordPress on this machine.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from importlib.resources import as_file, files
from pathlib import Path

from connector.bootstrap import Library, open_library
from connector.domain.errors import NoRehearsal
from connector.http import Web, host_and_port
from connector.rehearsal.wordpress import CannotBringUp, WordPress, wordpress
from connector.targets.site.serve import serve

FEED = "bao-vi-du"
"""The newspaper's name among the sources."""

PHONE, WRONG_PHONE = "024 5550 0123", "024 5550 0132"

_FEED_SOURCE = """
# Chỉ dùng trong buổi trình diễn.
[sources.{name}]
kind = "feed"
url = "{url}tin-giao-duc.xml"
attribution = "Báo Ví Dụ"
"""

_WORDPRESS_TARGET = """# WordPress trên máy này, chỉ dùng trong buổi trình diễn.
[targets.portal]
kind = "wordpress"
url = "{url}"
user = "editor"
"""

_TAMPER = (
    f"UPDATE wp_posts SET post_content = REPLACE(post_content, '{PHONE}',"  # noqa: S608 -- ours
    f" '{WRONG_PHONE}') WHERE post_type = 'post'"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A library of its own, with its website running."""

    home: Path
    examples: Path
    """The files of connector/examples/demo."""
    url: str
    """Of the website."""
    library: Library
    tamper: Callable[[str], str]
    """Change the telephone number on a public page, given its address; says where."""


@contextmanager
def stage(home: Path, *, on_wordpress: bool = False) -> Iterator[Stage]:
    """
    Set everything up in `home`, which has its `config/` already, and run it.

    Raises:
        NoRehearsal: a WordPress was asked for, and this machine cannot run one.
    """
    website = _wordpress if on_wordpress else _site
    with (
        as_file(files("connector") / "examples" / "demo") as examples,
        serve(examples) as newspaper,
        website(home) as (url, tamper),
    ):
        with (home / "config" / "sources.toml").open("a", encoding="utf-8") as sources:
            sources.write(_FEED_SOURCE.format(name=FEED, url=newspaper.url))
        library = open_library(home / "config", os.environ)
        # The newspaper is on this machine, where no other feed may ever be asked.
        web = Web(allow=frozenset({host_and_port(newspaper.url)}))
        yield Stage(
            home=home,
            examples=examples,
            url=url,
            library=replace(library, web=web),
            tamper=tamper,
        )


@contextmanager
def _site(home: Path) -> Iterator[tuple[str, Callable[[str], str]]]:
    """Serve the embedded website of `home`."""

    def tamper(url: str) -> str:
        page = home / "public" / url.removeprefix(site.url) / "index.html"
        text = page.read_text(encoding="utf-8").replace(PHONE, WRONG_PHONE)
        # The file may be shared with an earlier state of the site.
        page.unlink()
        page.write_text(text, encoding="utf-8")
        return str(page)

    with serve(home / "public") as site:
        targets = home / "config" / "targets.toml"
        text = targets.read_text(encoding="utf-8")
        here = text.replace("http://127.0.0.1:8070", site.url.rstrip("/"))
        targets.write_text(here, encoding="utf-8")
        yield site.url, tamper


@contextmanager
def _wordpress(home: Path) -> Iterator[tuple[str, Callable[[str], str]]]:
    """Run a real WordPress, and make it the target of `home`."""

    def tamper(url: str) -> str:
        site.sql(_TAMPER)
        return url

    with _running() as site:
        config = home / "config"
        target = _WORDPRESS_TARGET.format(url=site.url)
        (config / "targets.toml").write_text(target, encoding="utf-8")
        secret = config / "secrets" / "connector_targets__portal__password"
        secret.touch(mode=0o600)
        secret.write_text(site.users["editor"], encoding="utf-8")
        yield f"{site.url}/", tamper


@contextmanager
def _running() -> Iterator[WordPress]:
    with ExitStack() as stack:
        try:
            site = stack.enter_context(wordpress())
        except CannotBringUp as error:
            raise NoRehearsal(problem=str(error)) from error
        yield site
