"""
Items at targets: what is still to be done, and who is doing it.

A lease keeps two workers from one row; its fence number keeps a worker that was too
slow from writing over the one that took over.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select

from connector.domain.errors import LeaseLost
from connector.domain.item import ItemId
from connector.domain.person import CONNECTOR
from connector.domain.publication import Publication, PublicationState
from connector.language import N_
from connector.staging.audit import SqlAudit
from connector.staging.rows import message_to, publication_from, publication_to
from connector.staging.schema import code, publications


class SqlPublications(SqlAudit):
    """The rows that say what is to be done at the targets."""

    def publications(self, item_id: ItemId) -> Sequence[Publication]:
        """Return the item's publications, by target."""
        query = (
            select(publications)
            .where(publications.c.item_id == item_id)
            .order_by(publications.c.target)
        )
        rows = self.connection.execute(query).mappings()
        return [publication_from(row) for row in rows]

    def intend(self, publication: Publication, *, by: str) -> Publication:
        """
        Insert a publication, or give the existing row a new revision to publish.

        What is known of the post (post, post_id, url, version) stays, and so do the
        fence and the lease; but under a worker that holds the lease the fence goes
        up, so that it cannot write the earlier revision over this one.
        """
        row = self.connection.execute(
            select(publications).where(_is(publication.item_id, publication.target))
        )
        stored = row.mappings().one_or_none()
        if stored is None:
            intended = publication
            self.connection.execute(
                publications.insert().values(publication_to(intended))
            )
        else:
            known = publication_from(stored)
            intended = replace(
                known,
                state=publication.state,
                revision=publication.revision,
                digest=publication.digest,
                losses=publication.losses,
                problem=publication.problem,
                attempt=publication.attempt,
                due_at=publication.due_at,
                fence=known.fence + bool(known.lease_owner),
            )
            self.connection.execute(
                publications.update()
                .where(_is(publication.item_id, publication.target))
                .values(publication_to(intended))
            )
        self._record(N_("publication intended"), intended, by=by)
        return intended

    def claim(
        self,
        item_id: ItemId,
        target: str,
        *,
        owner: str,
        until: datetime,
        now: datetime,
    ) -> Publication | None:
        """Take the lease, with a new fence number; None if somebody else holds it."""
        claimed = self.connection.execute(
            publications.update()
            .where(_is(item_id, target), _free(now))
            .values(
                lease_owner=owner, lease_until=until, fence=publications.c.fence + 1
            )
            .returning(publications)
        )
        row = claimed.mappings().one_or_none()
        return None if row is None else publication_from(row)

    def save_publication(
        self,
        publication: Publication,
        *,
        event: str,
        by: str = CONNECTOR.name,
        reason: str = "",
    ) -> None:
        """
        Store the whole row, and an audit row: what was done, by whom and why.

        Raises:
            LeaseLost: the stored fence is not `publication.fence`. Nothing is written.
        """
        saved = self.connection.execute(
            publications.update()
            .where(
                _is(publication.item_id, publication.target),
                publications.c.fence == publication.fence,
            )
            .values(publication_to(publication))
        )
        if saved.rowcount == 0:
            raise LeaseLost(item=publication.item_id, target=publication.target)
        self._record(event, publication, by=by, reason=reason)

    def due(self, now: datetime, *, limit: int = 50) -> Sequence[Publication]:
        """
        Return publications with `due_at` past and no lease, oldest first.

        Those on a target that is `refusing` wait with it.
        """
        query = (
            select(publications)
            .where(
                publications.c.due_at <= now,
                _free(now),
                publications.c.target.not_in(_refusing(now)),
            )
            .order_by(
                publications.c.due_at, publications.c.item_id, publications.c.target
            )
            .limit(limit)
        )
        rows = self.connection.execute(query).mappings()
        return [publication_from(row) for row in rows]

    def refusing(self, now: datetime) -> frozenset[str]:
        """Return the targets that refuse us, until one publication asks again."""
        return frozenset(self.connection.scalars(_refusing(now)))

    def _record(
        self, event: str, publication: Publication, *, by: str, reason: str = ""
    ) -> None:
        problem = publication.problem
        facts = {
            "target": publication.target,
            "state": publication.state,
            "revision": publication.revision,
            "digest": publication.digest,
            "post_id": publication.post_id,
            "url": publication.url,
            "version": publication.version,
            "fence": publication.fence,
            "attempt": publication.attempt,
            "problem": None if problem is None else message_to(problem),
            "reason": reason,
        }
        self.record(
            event,
            facts,
            item_id=publication.item_id,
            by=by,
            at=self.clock.now(),
        )


def _is(item_id: ItemId, target: str) -> ColumnElement[bool]:
    return (publications.c.item_id == item_id) & (publications.c.target == target)


def _refusing(now: datetime) -> Select[tuple[str]]:
    return (
        select(publications.c.target)
        .where(
            publications.c.state == code(PublicationState.BLOCKED),
            publications.c.due_at > now,
        )
        .distinct()
    )


def _free(now: datetime) -> ColumnElement[bool]:
    """Nobody holds the lease, or whoever held it did not come back in time."""
    return publications.c.lease_until.is_(None) | (publications.c.lease_until <= now)
