"""
Compare what a target holds with what the rows say of it; change nothing.

The target is listed page by page, and only ids and states are kept of what is listed.
Lists lag behind, and workers go on meanwhile: so whatever seems wrong is asked for once
more, by its id, before it is told. `steps.mending` does something about it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from connector.domain.decision import Outcome, Step
from connector.domain.discrepancy import Discrepancy, Kind
from connector.domain.errors import NotApproved, PostMissing
from connector.domain.item import Item, ItemId, State, part_name
from connector.domain.publication import (
    PostState,
    Publication,
    PublicationState,
    StoredPost,
)
from connector.ports.parts import GoLive, Parts, Route
from connector.ports.staging import Transaction
from connector.steps.sending import approved_item

_AT_ONCE = 100
"""Posts, and rows, that are in memory at one time."""

SHOWN = frozenset(
    {
        PublicationState.LIVE,
        PublicationState.VERIFIED,
        PublicationState.MISMATCH,
    }
)
"""The states of a publication whose post readers can see."""

_HAS_A_POST = SHOWN | {PublicationState.DRAFTED, PublicationState.GOING_LIVE}
_ENDED = frozenset({State.WITHDRAWN, State.REJECTED})
_WILL_BE_READ = frozenset({PostState.LIVE, PostState.SCHEDULED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a target and the rows agree."""

    target: str
    posts: int
    """With a mark of ours, the trash left out."""
    items: int
    """That are, or are to be, on this target."""
    busy: tuple[ItemId, ...]
    """A worker is at them just now: they were not compared."""
    conflicts: tuple[ItemId, ...]
    """They wait for a person already."""
    found: tuple[Discrepancy, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is kept of a post."""

    id: str
    state: PostState
    changed: tuple[str, ...] = ()
    """The parts in which it is not what was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What staging knows of an item on a target."""

    item: Item
    publication: Publication
    approved: bool
    """As it stands in the row."""
    was_public: bool
    """An earlier text of it was, or this one."""
    now: datetime


def reconcile(target: str, *, parts: Parts) -> Report:
    """
    Compare a target with the rows.

    Raises:
        TargetGone: the configuration has no such target.
        TargetError: it was not to be had, or stopped answering.
    """
    route = parts.route(target)
    listed = _Listed(route, parts)
    found = listed.without_row
    busy, conflicts, items = [], [], 0
    for row in _rows(target, parts):
        items += 1
        publication = row.publication
        if publication.lease_until is not None and publication.lease_until > row.now:
            busy.append(row.item.id)
            continue
        if publication.state is PublicationState.CONFLICT:
            conflicts.append(row.item.id)
        seen = listed.of_item.get(row.item.id, [])
        if examine(row, seen, route):
            again = look(publication, [one.id for one in seen], route)
            found += examine(
                row, [seen_of(p, publication, route) for p in again], route
            )
    return Report(
        target=target,
        posts=len(listed.posts),
        items=items,
        busy=tuple(busy),
        conflicts=tuple(conflicts),
        found=tuple(found),
    )


def row_of(tx: Transaction, publication: Publication) -> Row:
    """Return what staging knows of a publication."""
    try:
        item, approved = approved_item(tx, publication), True
    except NotApproved:
        item, approved = tx.item(publication.item_id), False
    return Row(
        item=item,
        publication=publication,
        approved=approved,
        was_public=_was_public(tx, publication),
        now=tx.now(),
    )


def look(
    publication: Publication, ids: Iterable[str], route: Route
) -> list[StoredPost]:
    """Ask for these posts and the saved one by their ids; return those there are."""
    wanted = dict.fromkeys(ids)
    if publication.post_id:
        wanted |= dict.fromkeys([publication.post_id])
    there = []
    for post_id in wanted:
        try:
            there.append(route.target.read(post_id))
        except PostMissing:
            continue
    return there


def seen_of(stored: StoredPost, publication: Publication, route: Route) -> Seen:
    """Return what is kept of a post, and in what it differs from what was sent."""
    changed: tuple[str, ...] = ()
    if stored.state is PostState.LIVE and publication.post is not None:
        known = {(loss.part, loss.stored) for loss in publication.losses}
        changed = tuple(
            loss.part
            for loss in route.target.losses(publication.post, stored)
            if not loss.harmless and (loss.part, loss.stored) not in known
        )
    return Seen(id=stored.id, state=stored.state, changed=changed)


def examine(row: Row, seen: Sequence[Seen], route: Route) -> list[Discrepancy]:
    """
    Return in what a row and the posts with its item's key do not agree. Pure.

    Args:
        row: nobody works at it.
        seen: the posts, the oldest first.
        route: who makes posts public there.
    """
    saved = row.publication.post_id
    there = [one for one in seen if one.state is not PostState.TRASHED]
    kept = _kept(there, saved)

    def found(kind: Kind, *posts: Seen) -> Discrepancy:
        return Discrepancy(
            target=row.publication.target,
            kind=kind,
            item=row.item.id,
            posts=tuple(post.id for post in posts),
            seen=tuple(post.id for post in seen),
            changed=tuple(map(part_name, posts[0].changed)) if posts else (),
        )

    def beside(state: PostState) -> list[Seen]:
        # What was saved is never taken for a copy, whatever became of it.
        others = [one for one in there if one is not kept and one.id != saved]
        return [one for one in others if one.state is state]

    found_here = []
    if kind := _disagreement(row, seen, kept, route):
        found_here.append(found(*kind))
    if drafts := beside(PostState.DRAFT):
        found_here.append(found(Kind.SPARE_DRAFTS, *drafts))
    if hidden := beside(PostState.HIDDEN):
        found_here.append(found(Kind.HIDDEN_BESIDE, *hidden))
    return found_here


def _kept(there: list[Seen], saved: str) -> Seen | None:
    """Return the post that counts, by the rule of Target.find: public, ours, oldest."""
    read = [one for one in there if one.state in _WILL_BE_READ]
    ours = [one for one in read or there if one.id == saved]
    return next(iter([*ours, *read, *there]), None)


def _disagreement(
    row: Row, seen: Sequence[Seen], kept: Seen | None, route: Route
) -> tuple[Kind, *tuple[Seen, ...]] | None:
    """Return what is wrong with the post that counts, and which posts it is about."""
    state, saved = row.publication.state, row.publication.post_id
    read = [one for one in seen if one.state in _WILL_BE_READ]
    if row.item.state in _ENDED or state is PublicationState.WITHDRAWN:
        return (Kind.STILL_PUBLIC, *read) if read else None
    if state is PublicationState.CONFLICT:
        return None
    if len(read) > 1:
        return Kind.SEVERAL, *read
    if kept is None or (state in SHOWN and not read and kept.id != saved):
        return _absent(row, seen)
    return _shown(kept, saved) if state in SHOWN else _not_shown(row, kept, route)


def _absent(row: Row, seen: Sequence[Seen]) -> tuple[Kind, *tuple[Seen, ...]] | None:
    """Compare a row with a site that holds no post of it, unless in the trash."""
    publication = row.publication
    if publication.post_id or publication.state in _HAS_A_POST:
        thrown_away = [one for one in seen if one.id == publication.post_id]
        return (Kind.TRASHED, *thrown_away) if thrown_away else (Kind.GONE,)
    return (Kind.STUCK,) if _is_stuck(row) else None


def _shown(kept: Seen, saved: str) -> tuple[Kind, Seen] | None:
    """Compare a post with a row that says that readers see it."""
    if kept.state is not PostState.LIVE:
        return Kind.UNPUBLISHED, kept
    if saved and kept.id != saved:
        return Kind.OTHER, kept
    return (Kind.CHANGED, kept) if kept.changed else None


def _not_shown(row: Row, kept: Seen, route: Route) -> tuple[Kind, Seen] | None:
    """Compare a post with a row that does not say that readers see it."""
    if kept.state is not PostState.LIVE or row.was_public:
        return (Kind.STUCK, kept) if _is_stuck(row) else None
    publication, by_hand = row.publication, route.go_live is GoLive.WEBMASTER
    if not row.approved or publication.state is PublicationState.HELD:
        return Kind.UNAPPROVED, kept
    # All others look soon, or at the webmaster's work as often as it is worth while.
    waits = publication.state is PublicationState.DRAFTED and not by_hand
    due_at = publication.due_at
    unnoticed = due_at is None or (waits and due_at > row.now)
    return (Kind.EARLY, kept) if unnoticed else None


def _is_stuck(row: Row) -> bool:
    return (
        row.approved
        and row.publication.due_at is None
        and row.publication.state is not PublicationState.HELD
    )


class _Listed:
    """What a target was seen to hold: ids and states, by item."""

    def __init__(self, route: Route, parts: Parts) -> None:
        self.posts: set[str] = set()
        self.of_item: defaultdict[ItemId, list[Seen]] = defaultdict(list)
        self.without_row: list[Discrepancy] = []
        self._route = route
        ours = route.target.ours()
        # The site is asked before the transaction: a slow one must not hold it open.
        while some := list(islice(ours, _AT_ONCE)):
            with parts.staging.reading() as tx:
                for key, stored in some:
                    self._add(tx, key, stored)

    def _add(self, tx: Transaction, key: str, stored: StoredPost) -> None:
        self.posts.add(stored.id)
        target, item = self._route.target.name, tx.item_with(key)
        rows = tx.publications(item.id) if item else []
        row = next((one for one in rows if one.target == target), None)
        if item is None or row is None:
            self.without_row.append(
                Discrepancy(
                    target=target,
                    kind=Kind.NOT_MEANT if item else Kind.UNKNOWN,
                    item=item.id if item else None,
                    posts=(stored.id,),
                )
            )
            return
        # A list that moves can show a post twice: it is asked for once.
        self.of_item[item.id].append(seen_of(stored, row, self._route))


def _rows(target: str, parts: Parts) -> Iterator[Row]:
    for page in _pages(target, parts):
        yield from page


def _pages(target: str, parts: Parts) -> Iterator[list[Row]]:
    after: ItemId | None = None
    while True:
        with parts.staging.reading() as tx:
            page = tx.publications_on(target, after=after, limit=_AT_ONCE)
            rows = [row_of(tx, publication) for publication in page]
        if not rows:
            return
        after = rows[-1].item.id
        yield rows


def _was_public(tx: Transaction, publication: Publication) -> bool:
    """Say whether readers were ever shown the item here, by our own doing."""
    if publication.state in SHOWN:  # as most are: nothing more is to be read
        return True
    item_id, target = publication.item_id, publication.target
    if any(one.target == target for one in tx.verifications(item_id)):
        return True
    return any(
        decision.step is Step.PUBLISH and decision.outcome is Outcome.DONE
        for decision in tx.decisions(item_id)
    )
