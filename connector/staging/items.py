"""Items, their revisions, and the files of those."""

import hashlib
import unicodedata
from collections.abc import Sequence

from sqlalchemy import ColumnElement, RowMapping, bindparam, select

from connector.domain.decision import Decision
from connector.domain.errors import ItemChanged, ItemNotFound
from connector.domain.item import (
    Draft,
    Item,
    ItemId,
    Revision,
    Sha256,
    State,
    key_of,
    nfc,
    sha256,
)
from connector.language import N_
from connector.procedure.advance import advance
from connector.staging.audit import SqlAudit
from connector.staging.rows import (
    Row,
    attachment_to,
    decision_to,
    item_from,
    revision_from,
    revision_to,
)
from connector.staging.schema import attachments, code, decisions, items, revisions

# Written once: to build a statement anew costs more than to run it.
_ITEM = select(items).where(items.c.id == bindparam("its_item"))
_REVISIONS = select(revisions).where(revisions.c.item_id == bindparam("its_item"))
_LATEST = _REVISIONS.order_by(revisions.c.number.desc()).limit(1)
_NUMBERED = _REVISIONS.where(revisions.c.number == bindparam("its_number"))
_FILES = (
    select(attachments)
    .where(
        attachments.c.item_id == bindparam("its_item"),
        attachments.c.number == bindparam("its_number"),
    )
    .order_by(attachments.c.position)
)
_CHANGE = (
    items.update()
    .where(
        items.c.id == bindparam("its_item"),
        items.c.state == bindparam("its_state"),
        items.c.version == bindparam("its_version"),
    )
    .returning(items)
)
_REVISE = _CHANGE.where(items.c.latest == bindparam("its_latest"))


class SqlItems(SqlAudit):
    """Items and their revisions."""

    def add_item(self, draft: Draft, decision: Decision, revision: Revision) -> Item:
        """
        Insert an item in state *received*, with its first revision.

        Raises:
            ItemChanged: an item from the same place has been stored in the meantime.
        """
        key = key_of(draft.source, draft.source_id)
        original = sha256(draft.original)
        if there := self._first(items.c.key == key):
            raise ItemChanged(item=there.id)
        item: Row = {
            "key": key,
            "state": code(advance(None, decision.step, decision.outcome, item=key)),
            "version": 1,
            "source": draft.source,
            "source_id": draft.source_id,
            "link": draft.link,
            "original": original,
            "received_at": decision.at,
            "latest": revision.number,
            **_copies(revision),
        }
        inserted = self.connection.execute(items.insert().values(item).returning(items))
        stored = item_from(inserted.mappings().one())
        self._insert(stored.id, revision, original)
        self.connection.execute(
            decisions.insert().values(item_id=stored.id, **decision_to(decision))
        )
        facts = {
            "outcome": decision.outcome,
            "role": decision.role,
            "reason": decision.reason,
            "after": stored.state,
            "revision": revision.number,
            "digest": revision.digest,
            "source": draft.source,
            "source_id": draft.source_id,
            "link": draft.link,
            "original": original,
            "original_name": draft.original_name,
            "dated": draft.dated,
        }
        self.record(
            decision.step.value,
            facts,
            item_id=stored.id,
            by=decision.by,
            at=decision.at,
        )
        return stored

    def item(self, item_id: ItemId) -> Item:
        """Return an item; raise ItemNotFound."""
        found = self.connection.execute(_ITEM, {"its_item": item_id})
        row = found.mappings().one_or_none()
        if row is None:
            raise ItemNotFound(item=item_id)
        return item_from(row)

    def item_with(self, key: str) -> Item | None:
        """Return the item whose posts carry this key; None if there is none."""
        return self._first(items.c.key == key)

    def items(
        self,
        *states: State,
        after: ItemId | None = None,
        limit: int = 50,
        text: str = "",
    ) -> Sequence[Item]:
        """Return items by number, ascending, from the one after `after`."""
        query = select(items).order_by(items.c.id).limit(limit)
        if states:
            query = query.where(items.c.state.in_([code(state) for state in states]))
        if after is not None:
            query = query.where(items.c.id > after)
        if text:
            query = query.where(
                items.c.folded_title.contains(folded(text), autoescape=True)
            )
        return [item_from(row) for row in self.connection.execute(query).mappings()]

    def find_item(
        self, *, source: str, source_id: str, link: str, original: Sha256
    ) -> Item | None:
        """Return the item received from here before, rejected ones included."""
        received_from = (
            select(revisions.c.item_id)
            .where(revisions.c.original == original)
            .scalar_subquery()
        )
        return (
            self._first((items.c.source == source) & (items.c.source_id == source_id))
            or (self._first(items.c.link == link) if link else None)
            or self._first(items.c.id.in_(received_from))
        )

    def revision(self, item_id: ItemId, number: int | None = None) -> Revision:
        """Return one revision, by default the latest; raise ItemNotFound."""
        query = _LATEST if number is None else _NUMBERED
        this = {"its_item": item_id, "its_number": number}
        row = self.connection.execute(query, this).mappings().one_or_none()
        if row is None:
            raise ItemNotFound(item=item_id)
        return revision_from(row, self._files(item_id, row["number"]))

    def revisions(self, item_id: ItemId) -> Sequence[Revision]:
        """Return all revisions, oldest first."""
        query = _REVISIONS.order_by(revisions.c.number)
        rows = self.connection.execute(query, {"its_item": item_id}).mappings().all()
        return [revision_from(row, self._files(item_id, row["number"])) for row in rows]

    def originals(self, item_id: ItemId) -> frozenset[Sha256]:
        """Return the SHA-256 of everything this item was ever received from."""
        query = select(revisions.c.original).where(
            revisions.c.item_id == item_id, revisions.c.original.is_not(None)
        )
        return frozenset(map(Sha256, self.connection.execute(query).scalars()))

    def add_revision(
        self, item: Item, revision: Revision, *, original: Sha256 | None = None
    ) -> Item:
        """
        Insert the next revision, and its new original if there is one.

        Raises:
            ItemChanged: `item` is not what is stored, or `revision` not the next one.
        """
        changed = self._change(
            item,
            {"latest": revision.number, "original": original or item.original}
            | _copies(revision),
            follows=revision.number - 1,
        )
        self._insert(item.id, revision, original)
        facts = {
            "revision": revision.number,
            "digest": revision.digest,
            "category": revision.category,
            "original": original,
        }
        self.record(
            N_("text changed"),
            facts,
            item_id=item.id,
            by=revision.made_by,
            at=revision.made_at,
        )
        return changed

    def same_text(self, revision: Revision, *, but: ItemId) -> list[ItemId]:
        """Return other items, not rejected, whose latest title and body are equal."""
        query = (
            select(items.c.id)
            .where(
                items.c.text_sha256 == _text_sha256(revision),
                items.c.id != but,
                items.c.state != code(State.REJECTED),
            )
            .order_by(items.c.id)
        )
        return [ItemId(found) for found in self.connection.execute(query).scalars()]

    def _first(self, condition: ColumnElement[bool]) -> Item | None:
        query = select(items).where(condition).order_by(items.c.id).limit(1)
        row = self.connection.execute(query).mappings().one_or_none()
        return None if row is None else item_from(row)

    def _change(self, item: Item, values: Row, *, follows: int | None = None) -> Item:
        """
        Change the row if it is still as `item` says; raise ItemChanged.

        Args:
            item: as it was read.
            values: what changes.
            follows: the number of the revision that must be the latest; any if None.
        """
        this = {
            "its_item": item.id,
            "its_state": code(item.state),
            "its_version": item.version,
        }
        changed = self.connection.execute(
            _CHANGE if follows is None else _REVISE,
            {"version": item.version + 1, **values, **this}
            | ({} if follows is None else {"its_latest": follows}),
        )
        row = changed.mappings().one_or_none()
        if row is None:
            raise ItemChanged(item=item.id)
        return item_from(row)

    def _insert(
        self, item_id: ItemId, revision: Revision, original: Sha256 | None
    ) -> None:
        self.connection.execute(
            revisions.insert().values(
                item_id=item_id, original=original, **revision_to(revision)
            )
        )
        for position, file in enumerate(revision.files):
            self.connection.execute(
                attachments.insert().values(
                    item_id=item_id,
                    number=revision.number,
                    position=position,
                    **attachment_to(file),
                )
            )

    def _files(self, item_id: ItemId, number: int) -> Sequence[RowMapping]:
        this = {"its_item": item_id, "its_number": number}
        return self.connection.execute(_FILES, this).mappings().all()


def folded(text: str) -> str:
    """Return `text` as it is searched: NFC, without upper case; marks and đ stay."""
    return nfc(unicodedata.normalize("NFD", text).casefold())


def _copies(revision: Revision) -> Row:
    """Return what the item's row repeats of its latest revision."""
    return {
        "folded_title": folded(revision.title),
        "text_sha256": _text_sha256(revision),
    }


def _text_sha256(revision: Revision) -> str:
    parts = revision.parts
    return hashlib.sha256(f"{parts['title']}{parts['body']}".encode()).hexdigest()
