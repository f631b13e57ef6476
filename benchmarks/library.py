"""Our own side: a library whose items were carried to their approval beforehand."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.article import CATEGORY, Article
from connector.bootstrap import Library, open_library
from connector.cli.init import write_example
from connector.domain.item import CategoryCode, Draft
from connector.domain.publication import Publication
from connector.rehearsal.wordpress import WordPress
from connector.steps.approve import approve
from connector.steps.check import accurate
from connector.steps.classify import classify
from connector.steps.receive import receive

TARGET = "portal"

_LIBRARY = """
[library]
name = "Thư viện Đại học"
"""
_WORDPRESS = """
[targets.portal]
kind = "wordpress"
url = "{url}"
user = "editor"
"""
_MEMORY = """
[targets.portal]
kind = "memory"
"""


@dataclass(frozen=True, slots=True)
class _Offers:
    """Implements ports.source.Source."""

    drafts: Sequence[Draft]
    name: str = "benchmark"

    def offers(self) -> Iterator[Draft]:
        yield from self.drafts


@dataclass(frozen=True, slots=True)
class Prepared:
    """A library on SQLite, with the settings that everybody starts with."""

    library: Library

    def approve(self, articles: Sequence[Article]) -> None:
        """Receive, check, classify and approve, by the steps themselves."""
        parts, person = self.library.parts, self.library.person
        offers = _Offers([_draft(article) for article in articles])
        for receipt in receive(offers, by=person("kiem-tra"), parts=parts):
            if receipt.item is None:
                raise RuntimeError(f"not received: {receipt}")
            item_id = receipt.item.id
            accurate(item_id, by=person("bien-tap"), parts=parts)
            classify(
                item_id, CategoryCode(CATEGORY), by=person("bien-tap"), parts=parts
            )
            approve(item_id, by=person("pho-giam-doc"), parts=parts)

    def take(self, count: int) -> Sequence[Publication]:
        """Return the next publications that are due."""
        with self.library.parts.staging.reading() as tx:
            due = tx.due(tx.now(), limit=count, target=TARGET)
        if len(due) < count:
            raise RuntimeError(f"{len(due)} of {count} items are due")
        return due


def prepared(home: Path, site: WordPress) -> Prepared:
    """Make a library in `home` that publishes on `site`, and open it."""
    return Prepared(opened(home, written(home, site)))


def opened(home: Path, environment: Mapping[str, str]) -> Library:
    """Return the library in `home`."""
    return open_library(home / "config", environment)


def written(home: Path, site: WordPress | None) -> Mapping[str, str]:
    """
    Write the configuration of a library, and return its environment.

    Args:
        home: its folder.
        site: where it publishes; in memory if None.
    """
    config = home / "config"
    write_example(config)
    (config / "connector.toml").write_text(_LIBRARY, encoding="utf-8")
    (config / "sources.toml").write_text("", encoding="utf-8")
    target = _MEMORY if site is None else _WORDPRESS.format(url=site.url)
    (config / "targets.toml").write_text(target, encoding="utf-8")
    environment = {
        **os.environ,
        # It would ask the site that the news links to.
        "CONNECTOR_CHECKS__LINKS__LEVEL": "off",
    }
    if site is not None:
        environment["CONNECTOR_TARGETS__PORTAL__PASSWORD"] = site.users["editor"]
    return environment


def _draft(article: Article) -> Draft:
    return Draft(
        source="benchmark",
        source_id=str(article.number),
        title=article.title,
        body=article.body,
        original=article.body.encode(),
        original_name=f"thong-bao-{article.number}.html",
    )
