"""The library of a campaign: its configuration, and as many items as are wanted."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import ColumnElement, func, select, text

from connector.bootstrap import Library, open_library
from connector.cli.init import write_example
from connector.domain.errors import ItemNotFound
from connector.domain.item import CategoryCode, Draft, State
from connector.domain.person import Person
from connector.rehearsal.wordpress import WordPress
from connector.staging.schema import items, publications
from connector.staging.trouble import named_errors
from connector.steps.approve import approve
from connector.steps.check import accurate
from connector.steps.classify import classify
from connector.steps.receive import receive
from tests.faults.knobs import LEASE_S, SETTLES_S, TIMEOUT_S

_LIBRARY = """
[library]
name = "Thư viện Đại học"

[engine]
lease_s = {lease_s}
"""
_TARGET = """
[targets.portal]
kind = "{kind}"
url = "{url}"
user = "editor"
timeout_s = {timeout_s}
settles_s = {settles_s}
"""
_CATEGORIES = {
    CategoryCode("news"): "tin-tuc",
    CategoryCode("announcement"): "thong-bao",
    CategoryCode("brief"): "tin-van",
}
_SOURCES = ("khoa-cntt", "phong-ban-doc", "bao-vi-du")
_THERE = ("live", "verified")
_GOING_ON = ("approved", "published", "verified")


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """What a person approved, to be compared with what is public."""

    title: str
    body: str
    category: str
    """The slug of the category on the site."""


@dataclass(frozen=True, slots=True)
class _Offers:
    """Implements ports.source.Source."""

    drafts: tuple[Draft, ...]
    name: str

    def offers(self) -> Iterator[Draft]:
        yield from self.drafts


@dataclass(kw_only=True)
class Household:
    """One library on disk, and the people who approve its items."""

    home: Path
    library: Library
    label: str
    """Distinguishes the items of one campaign from those of another."""
    wanted: dict[str, Approved] = field(default_factory=dict)
    """By title: everything that was offered."""
    acknowledged: set[str] = field(default_factory=set)
    """The titles of what was approved, as the step said."""

    @classmethod
    def open(
        cls, home: Path, site: WordPress, *, label: str, kind: str, database: str
    ) -> "Household":
        """Write the configuration, make the database, and open the library."""
        config = home / "config"
        write_example(config)
        (config / "connector.toml").write_text(_LIBRARY.format(lease_s=LEASE_S))
        target = _TARGET.format(
            kind=kind, url=site.url, timeout_s=TIMEOUT_S, settles_s=SETTLES_S
        )
        (config / "targets.toml").write_text(target)
        (config / "sources.toml").write_text("")
        environment = cls.environment(home, site, database)
        return cls(
            home=home,
            library=open_library(config, {**os.environ, **environment}),
            label=label,
        )

    @staticmethod
    def environment(home: Path, site: WordPress, database: str) -> Mapping[str, str]:
        """Return what the workers are told beside their configuration."""
        return {
            "CONNECTOR_TARGETS__PORTAL__PASSWORD": site.users["editor"],
            "CONNECTOR_DATABASE__URL": database,
            "CONNECTOR_FILES__FOLDER": str(home / "files"),
            "CONNECTOR_CHECKS__LINKS__LEVEL": "off",
        }

    def approve_more(self, count: int) -> None:
        """
        Carry so many new items from their receipt to their approval.

        Raises:
            ConnectorError: the database did not do it; call `approve_rest` later.
        """
        first = len(self.wanted) + 1
        for number in range(first, first + count):
            draft = self._draft(number)
            self.wanted[draft.title] = Approved(
                title=draft.title,
                body=draft.body,
                category=_CATEGORIES[self._category(number)],
            )
        self.approve_rest()

    def approve_rest(self) -> None:
        """Go on with every item that is not known to be approved."""
        for number, title in enumerate(list(self.wanted), start=1):
            if title not in self.acknowledged:
                self._carry(number)
                self.acknowledged.add(title)

    def _carry(self, number: int) -> None:
        """Receive an item, or find how far it came, and go on from there."""
        draft, parts = self._draft(number), self.library.parts
        offered = _Offers((draft,), draft.source)
        (receipt,) = receive(offered, by=self._person("kiem-tra"), parts=parts)
        if receipt.item is None:
            raise receipt.error or ItemNotFound(item=number)
        item, checker = receipt.item, self._person("bien-tap")
        if item.state is State.RECEIVED:
            item = accurate(item.id, by=checker, parts=parts)
        if item.state is State.CHECKED:
            category = self._category(number)
            item = classify(item.id, category, by=checker, parts=parts)
        if item.state is State.CLASSIFIED:
            approve(item.id, by=self._person("pho-giam-doc"), parts=parts)

    def _category(self, number: int) -> CategoryCode:
        return list(_CATEGORIES)[number % len(_CATEGORIES)]

    @property
    def backlog(self) -> int:
        """How many publications are on their way, and wait for no person."""
        under_way = publications.c.due_at.is_not(
            None
        ) | publications.c.lease_until.is_not(None)
        return self._count(publications.c.state.not_in(_THERE) & under_way)

    @property
    def unfinished(self) -> int:
        """How many rows say that something is still to be done, or is being done."""
        return self._count(
            publications.c.due_at.is_not(None)
            | publications.c.settles_at.is_not(None)
            | publications.c.lease_until.is_not(None)
            | items.c.state.in_(_GOING_ON)
        )

    def _count(self, condition: ColumnElement[bool]) -> int:
        query = select(func.count()).select_from(publications.join(items))
        engine = self.library.engine.execution_options(write=False)
        with named_errors(), engine.connect() as connection:
            return int(connection.scalar(query.where(condition)) or 0)

    def damage(self) -> list[str]:
        """Return what SQLite finds wrong in its own file."""
        if self.library.engine.dialect.name != "sqlite":
            return []
        engine = self.library.engine.execution_options(write=False)
        with named_errors(), engine.connect() as connection:
            found = connection.scalars(text("PRAGMA integrity_check"))
            return [line for line in found if line != "ok"]

    def keep_audit(self) -> None:
        """Write the audit trail down, for whoever looks for the cause of a breach."""
        with (
            self.library.parts.staging.reading() as tx,
            (self.home / "audit.txt").open("w", encoding="utf-8") as file,
        ):
            for row in tx.audit():
                facts = f"{row.at:%H:%M:%S.%f} {row.by} {row.event} {row.facts}"
                file.write(f"{row.item_id or '-'} {facts}\n")

    def _draft(self, number: int) -> Draft:
        source = _SOURCES[number % len(_SOURCES)]
        body = (
            f"<p>Từ ngày 20/3, phòng đọc số {number} phục vụ bạn đọc đến 21 giờ.</p>"
            f"<p>Bạn đọc mang theo thẻ thư viện ({self.label}).</p>"
            "<p>Nguồn: Trung tâm Thông tin – Thư viện</p>"
        )
        return Draft(
            source=source,
            source_id=f"{self.label}/{number}",
            title=f"Thông báo {self.label} số {number}: thư viện mở phòng đọc mới",
            body=body,
            original=body.encode(),
            original_name=f"tin-{number}.html",
        )

    def _person(self, name: str) -> Person:
        return self.library.person(name)
