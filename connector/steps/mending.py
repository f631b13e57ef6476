"""
Do something about what `steps.reconcile` found: as a person asked for, under a lease.

Each is looked at once more when nobody else can be at it; what is in order by then is
left alone. No post is ever overwritten here, and none that readers can see is touched,
unless it was taken down before.
"""

from dataclasses import replace

from connector.domain.decision import Decision, Outcome, Step
from connector.domain.discrepancy import Discrepancy, Repair
from connector.domain.errors import ItemChanged, TargetError
from connector.domain.item import ItemId, State
from connector.domain.person import Person, Role
from connector.domain.publication import (
    Publication,
    PublicationState,
    StoredPost,
)
from connector.language import N_
from connector.ports.parts import Parts
from connector.ports.staging import Transaction
from connector.procedure.advance import acting_role
from connector.procedure.table import PASSED_PUBLISH
from connector.steps.leases import released
from connector.steps.reconcile import Row, examine, look, row_of, seen_of
from connector.steps.withdraw import refuse_readable


def mend(found: Discrepancy, *, by: Person, parts: Parts) -> bool:
    """
    Do what `found.plan` says, if it is still so.

    Returns:
        False if nothing was to be done: it is in order by now, or a person's alone.

    Raises:
        RoleNotAllowed: `by` may not publish; or, where that follows, not withdraw, or
            not say that what is proved is so no longer.
        ItemChanged: a worker is at it just now.
        TargetError: the CMS did not answer, or did not do it.
        WebError: the page was not had, so nobody can say that it is gone.
        StillPublic: the CMS says it is down, and it can still be read.
    """
    if found.item is None or found.repair is Repair.NONE:
        return False
    return _Mending(found, found.item, by=by, parts=parts).done()


class _Mending:
    """One discrepancy, under a lease."""

    def __init__(
        self, found: Discrepancy, item_id: ItemId, *, by: Person, parts: Parts
    ) -> None:
        self.found = found
        self.by = by
        self.parts = parts
        self.route = parts.route(found.target)
        self.row, self.role = self._claim(item_id)
        self.mine = released(self.row.publication)

    def _claim(self, item_id: ItemId) -> tuple[Row, Role]:
        with self.parts.staging.transaction() as tx:
            role = self._role(tx.item(item_id).state)
            now = tx.now()
            mine = tx.claim(
                item_id,
                self.found.target,
                owner=self.parts.worker,
                until=now + self.parts.lease,
                now=now,
            )
            if mine is None:
                raise ItemChanged(item=item_id)
            return row_of(tx, mine), role

    def _role(self, state: State) -> Role:
        """Return the role in which what follows is done."""
        if self.found.repair is Repair.WITHDRAW:
            return acting_role(Step.WITHDRAW, self.by, self.parts.policy)
        role = acting_role(Step.PUBLISH, self.by, self.parts.policy)
        if self.found.repair is Repair.CONFLICT and state in PASSED_PUBLISH:
            role = acting_role(Step.VERIFY, self.by, self.parts.policy)
        return role

    def done(self) -> bool:
        """Look once more, and do it."""
        try:
            posts = look(self.row.publication, self.found.seen, self.route)
            seen = [seen_of(one, self.row.publication, self.route) for one in posts]
            now = examine(self.row, seen, self.route)
            still = next((one for one in now if one.repair is self.found.repair), None)
            if still is None:
                self._save(self.mine, N_("looked at: nothing was to be done"))
                return False
            self._do(still, [one for one in posts if one.id in still.posts])
        except TargetError as error:
            self._save(self.mine, N_("not reconciled"), str(error))
            raise
        return True

    def _do(self, still: Discrepancy, posts: list[StoredPost]) -> None:
        match still.repair:
            case Repair.CONFLICT:
                self._conflict(still)
            case Repair.TRASH:
                self._trash(still)
            case Repair.WITHDRAW:
                self._withdraw(still, posts)
            case _:
                with self.parts.staging.transaction() as tx:
                    due = replace(self.mine, due_at=tx.now())
                    self._save_in(tx, due, N_("to be looked at again"), still)

    def _conflict(self, still: Discrepancy) -> None:
        held = self.mine.state is PublicationState.HELD
        conflict = replace(
            self.mine,
            state=PublicationState.CONFLICT,
            problem=still.message,
            due_at=None,
            # Nobody accepted them, and beyond *held* what stands here is accepted.
            losses=() if held else self.mine.losses,
        )
        with self.parts.staging.transaction() as tx:
            self._save_in(tx, conflict, N_("not as the target has it"), still)
            item = tx.item(conflict.item_id)
            if item.state in PASSED_PUBLISH:
                # What is proved is proved no longer; it waits at *publish* again.
                decision = Decision(
                    step=Step.VERIFY,
                    outcome=Outcome.INACCURATE,
                    by=self.by.name,
                    role=self.role,
                    at=self.parts.clock.now(),
                    digest=tx.revision(item.id).digest,
                    reason=str(still.message),
                )
                tx.decide(item, decision)

    def _trash(self, still: Discrepancy) -> None:
        for post_id in still.posts:
            self.route.target.trash(post_id)
        with self.parts.staging.transaction() as tx:
            self._save_in(tx, self.mine, N_("drafts beside it thrown away"), still)

    def _withdraw(self, still: Discrepancy, posts: list[StoredPost]) -> None:
        versions = {}
        for post in posts:
            stored = self.route.target.withdraw(post.id)
            versions[post.id] = stored.version if stored else ""
        down = replace(
            self.mine,
            state=PublicationState.WITHDRAWN,
            version=versions.get(self.mine.post_id) or self.mine.version,
            due_at=None,
            problem=None,
        )
        with self.parts.staging.transaction() as tx:
            self._save_in(tx, down, N_("withdrawn"), still)
        # Where it was: the address of a draft is another one.
        refuse_readable([replace(down, url=post.url) for post in posts], self.parts)

    def _save(self, publication: Publication, event: str, reason: str = "") -> None:
        with self.parts.staging.transaction() as tx:
            tx.save_publication(
                publication, event=event, by=self.by.name, reason=reason
            )

    def _save_in(
        self,
        tx: Transaction,
        publication: Publication,
        event: str,
        still: Discrepancy,
    ) -> None:
        tx.save_publication(
            publication, event=event, by=self.by.name, reason=str(still.message)
        )
