"""
Items at targets: what is still to be done, and who is doing it.

A lease keeps two workers from one row; its fence number keeps a worker that was too
slow from writing over the one that took over.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, select

from connector.domain.errors import LeaseLost
from connector.domain.item import ItemId
from connector.domain.person import CONNECTOR
from connector.domain.publication import Publication
from connector.language import N_
from connector.staging.audit import SqlAudit
from connector.staging.rows import Row, publication_from, publication_to
from connector.staging.schema import publications
from connector.staging.turns import FREE, next_time, turns
from connector.staging.values import message_to

# Written once: to build a statement anew costs ten times as much as to run it.
_OF_ITEM = (
    select(publications)
    .where(publications.c.item_id == bindparam("its_item"))
    .order_by(publications.c.target)
)
_THIS = (publications.c.item_id == bindparam("its_item")) & (
    publications.c.target == bindparam("its_target")
)
_READ = select(publications).where(_THIS)
_ADD = publications.insert()
_CHANGE = publications.update().where(_THIS)
_SAVE = _CHANGE.where(publications.c.fence == bindparam("its_fence"))
_CLAIM = (
    _CHANGE.where(FREE)
    .values(
        lease_owner=bindparam("owner"),
        lease_until=bindparam("until"),
        fence=publications.c.fence + 1,
    )
    .returning(publications)
)
_NEXT = next_time()
_DUE = turns(of_one_target=False)
_DUE_AT = turns(of_one_target=True)


class SqlPublications(SqlAudit):
    """The rows that say what is to be done at the targets."""

    def publications(self, item_id: ItemId) -> Sequence[Publication]:
        """Return the item's publications, by target."""
        rows = self.connection.execute(_OF_ITEM, {"its_item": item_id}).mappings()
        return [publication_from(row) for row in rows]

    def publications_on(
        self, target: str, *, after: ItemId | None = None, limit: int = 50
    ) -> Sequence[Publication]:
        """Return a target's publications by item, from the one after `after`."""
        query = (
            select(publications)
            .where(publications.c.target == target)
            .order_by(publications.c.item_id)
            .limit(limit)
        )
        if after is not None:
            query = query.where(publications.c.item_id > after)
        rows = self.connection.execute(query).mappings()
        return [publication_from(row) for row in rows]

    def intend(self, publication: Publication, *, by: str) -> Publication:
        """
        Insert a publication, or give the existing row a new revision to publish.

        What is known of the post (post, post_id, url, version, settles_at) stays, and
        so do the fence and the lease; but under a worker that holds the lease the
        fence goes up, so that it cannot write the earlier revision over this one.
        """
        this = _this(publication.item_id, publication.target)
        stored = self.connection.execute(_READ, this).mappings().one_or_none()
        if stored is None:
            intended = publication
            self.connection.execute(_ADD, publication_to(intended))
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
                lost=publication.lost,
                due_at=publication.due_at,
                urgent=publication.urgent,
                go_live_at=publication.go_live_at,
                expire_at=publication.expire_at,
                fence=known.fence + bool(known.lease_owner),
            )
            self.connection.execute(_CHANGE, publication_to(intended) | this)
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
        """
        Take the lease, with a new fence number; None if somebody else holds it.

        A lease that ends later than `until` is free: see FREE.
        """
        claimed = self.connection.execute(
            _CLAIM,
            _this(item_id, target) | {"owner": owner, "until": until, "now": now},
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
            _SAVE,
            publication_to(publication)
            | _this(publication.item_id, publication.target)
            | {"its_fence": publication.fence},
        )
        if saved.rowcount == 0:
            raise LeaseLost(item=publication.item_id, target=publication.target)
        self._record(event, publication, by=by, reason=reason)

    def due(
        self,
        now: datetime,
        *,
        limit: int = 50,
        target: str | None = None,
        until: datetime | None = None,
    ) -> Sequence[Publication]:
        """
        Return what can go on now, held by nobody, in the order of its turn.

        Args:
            now: what is due by then.
            limit: at most so many.
            target: only on this one; None for all.
            until: when a lease taken now ends; what is leased for longer is free, as
                it is to be claimed. None if leases are not looked at so closely.
        """
        given = {"now": now, "until": until, "limit": limit}
        if target is None:
            found = self.connection.execute(_DUE, given)
        else:
            found = self.connection.execute(_DUE_AT, given | {"its_target": target})
        return [publication_from(row) for row in found.mappings()]

    def next_due(self, now: datetime) -> datetime | None:
        """Return when the next publication is due; None if none will be by itself."""
        found: datetime | None = self.connection.scalar(_NEXT, {"now": now})
        return found

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
            "lost": publication.lost,
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


def _this(item_id: ItemId, target: str) -> Row:
    return {"its_item": item_id, "its_target": target}
