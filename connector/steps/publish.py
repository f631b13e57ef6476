"""
Step 5: publish an approved item on a target, exactly once, whatever fails.

The protocol: what is to be sent is stored before anything is sent; every attempt
begins by looking for our key; what is found is adopted, and only what is surely not
there is created, as a draft; the draft is read back; its id is saved under the fence
number of our lease; only the saved id goes live. A lost answer is the state
*unknown*, and is resolved by looking.

Source: QT/TTTT-TV, step 5.
"""

from dataclasses import dataclass

from connector.domain.decision import Decision, Outcome, Step
from connector.domain.errors import (
    LeaseLost,
    NotApproved,
    PostChanged,
    PostMissing,
    ReasonMissing,
    TargetError,
    TermMissing,
    Unclear,
    Unreadable,
)
from connector.domain.item import (
    Attachment,
    Item,
    ItemId,
    Revision,
    State,
    Use,
    part_name,
    slug_of,
)
from connector.domain.message import Message, listed
from connector.domain.person import Person
from connector.domain.publication import (
    Loss,
    Media,
    Post,
    PostState,
    Publication,
    PublicationState,
    StoredPost,
)
from connector.language import N_
from connector.markup import clean, refer
from connector.ports.parts import GoLive, Parts, Route
from connector.ports.staging import Transaction
from connector.procedure.advance import acting_role
from connector.steps.approve import approved
from connector.steps.sending import LEASE, PROBE, Sending, approved_item

PUBLIC = frozenset({PublicationState.LIVE, PublicationState.VERIFIED})
"""The states of a publication that readers can see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How far one publication came, and what stopped it."""

    publication: Publication
    error: TargetError | Unreadable | None = None
    """Unreadable: a file of the item is not in the archive as it was received."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What a person decides for one attempt, with the reason that is kept."""

    by: Person
    reason: str = ""
    accept_losses: bool = False
    """Go live although the CMS changed or dropped something in the draft."""
    overwrite: bool = False
    """Send ours again, over what somebody changed or deleted in the CMS."""


def publish(
    publication: Publication, *, orders: Orders, parts: Parts
) -> Attempt | None:
    """
    Carry one publication as far as it goes now; safe to repeat at any time.

    Returns:
        How far it came; None if another worker is at it.

    Raises:
        RoleNotAllowed: publishing is not for this person.
        ReasonMissing: losses or an overwriting are accepted with a reason only.
        NotApproved: the revision is not, or no longer, approved.
    """
    acting_role(Step.PUBLISH, orders.by, parts.policy)
    if (orders.accept_losses or orders.overwrite) and not orders.reason.strip():
        raise ReasonMissing(step=Step.PUBLISH)
    claimed = _claim(publication, parts)
    if claimed is None:
        return None
    item, revision, mine = claimed
    work = _Work(
        item=item, revision=revision, route=parts.route(mine.target), orders=orders
    )
    sending = Sending(
        publication=mine, by=orders.by.name, reason=orders.reason, parts=parts
    )
    try:
        attempt = _attempt(work, sending)
    except LeaseLost:
        return None
    pass_publish(item.id, by=orders.by, parts=parts)
    return attempt


def _attempt(work: "_Work", sending: Sending) -> Attempt:
    try:
        _run(work, sending)
    except (TargetError, Unreadable) as error:
        return Attempt(publication=sending.failed(error), error=error)
    except NotApproved:
        sending.release(N_("no longer approved"), due_at=None)
        raise
    return Attempt(publication=sending.publication)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    item: Item
    revision: Revision
    route: Route
    orders: Orders


def _claim(
    publication: Publication, parts: Parts
) -> tuple[Item, Revision, Publication] | None:
    """Take the lease, and read what stands approved in the same transaction."""
    item_id, now = publication.item_id, parts.clock.now()
    with parts.staging.transaction() as tx:
        item = approved_item(tx, publication)
        mine = tx.claim(
            item_id,
            publication.target,
            owner=parts.worker,
            until=now + LEASE,
            now=now,
        )
        if mine is None:
            return None
        return item, tx.revision(item_id, mine.revision), mine


def _run(work: _Work, sending: Sending) -> None:
    before = sending.publication
    post = _compose(work, sending)
    stored = _place(work, before, post)
    losses = work.route.target.losses(post, stored)
    saved: dict[str, object] = {
        "post_id": stored.id,
        "url": stored.url,
        "version": stored.version,
        "losses": losses,
    }
    if lost := _not_accepted(losses, before, work.orders):
        _hold(sending, lost, **saved)
        return
    event = N_("updated") if stored.state is PostState.LIVE else N_("drafted")
    sending.store(event, state=PublicationState.DRAFTED, problem=None, **saved)
    if stored.state is not PostState.LIVE:
        if work.route.go_live is GoLive.WEBMASTER:
            _wait_for_webmaster(sending)
            return
        sending.promise("going live", state=PublicationState.GOING_LIVE)
        stored = work.route.target.go_live(stored.id)
    if stored.state is not PostState.LIVE:
        _not_public(sending, stored)
        return
    sending.release(
        "live",
        state=PublicationState.LIVE,
        url=stored.url,
        version=stored.version,
        attempt=0,
        problem=None,
        due_at=sending.parts.clock.now(),
    )


def _not_accepted(
    losses: tuple[Loss, ...], before: Publication, orders: Orders
) -> list[Loss]:
    """Return what a reader would miss, and nobody has decided to do without."""
    if orders.accept_losses:
        return []
    # Only accepted losses ever leave the state *held*.
    known = () if before.state is PublicationState.HELD else before.losses
    return [loss for loss in losses if not loss.harmless and loss not in known]


def _event(orders: Orders) -> str:
    if orders.accept_losses and orders.overwrite:
        return N_("sending, losses accepted, over what is there")
    if orders.accept_losses:
        return N_("sending, losses accepted")
    if orders.overwrite:
        return N_("sending over what is there")
    return N_("sending")


def _compose(work: _Work, sending: Sending) -> Post:
    """Return what is to be sent, once it is stored that it will be."""
    before, revision, target = sending.publication, work.revision, work.route.target
    category = revision.category
    if category is None or category not in work.route.terms:
        raise TermMissing(target=target.name, term="", category=category or "")
    terms = target.resolve_terms({category: work.route.terms[category]})
    media = [
        (file, target.put_media(file, sending.parts.archive.get(file.sha256)))
        for file in revision.files
    ]
    slug = before.post.slug if before.post else slug_of(revision.title, work.item.key)
    post = target.prepared(
        Post(
            key=work.item.key,
            slug=slug,
            title=revision.title,
            body=clean(refer(revision.body, {f.address: m.url for f, m in media})),
            excerpt=revision.excerpt,
            language=revision.language,
            category=category,
            terms=(terms[category],),
            featured=_featured(media),
            media=tuple(m for _, m in media),
        )
    )
    decided = work.orders.accept_losses or before.state is not PublicationState.HELD
    sending.promise(
        _event(work.orders),
        state=PublicationState.SENDING,
        post=post,
        losses=before.losses if decided else (),
    )
    return post


def _place(work: _Work, before: Publication, post: Post) -> StoredPost:
    """Make the target hold exactly one post that says `post`, and return it."""
    target = work.route.target
    found = target.find(post)
    if found is not None and found.state is PostState.TRASHED and work.orders.overwrite:
        # What somebody threw away stays there; it is written anew.
        found = None
    elif found is None and before.post_id and not work.orders.overwrite:
        raise PostMissing(target=target.name, post=before.post_id, item=work.item.id)
    created = target.put_draft(post) if found is None else None
    if created is not None:
        # Looked for again, not read by id: a request that somebody gave up on may be
        # carried out only now, and the oldest post is the one that counts.
        found = target.find(post) or target.read(created.id)
    if found is None:  # pragma: no cover -- one of the two above is always there
        raise Unclear(target=target.name, problem=Message(N_("the post was not found")))
    if created is not None and found.id == created.id:
        return found
    if not work.orders.overwrite:
        _refuse_foreign_hand(work, before, found, post)
    losses = target.losses(post, found)
    if not before.post_id and not losses:
        return found
    if before.state is PublicationState.DRAFTED and losses == before.losses:
        # It waits for the webmaster, who may have it open just now.
        return found
    # Also where nothing differs: a page that came out wrong is made again by it.
    return target.update(found.id, post, expect=found.version)


def _refuse_foreign_hand(
    work: _Work, before: Publication, found: StoredPost, post: Post
) -> None:
    """
    Raise PostChanged if somebody else made the post what it is.

    Another version alone is no change: the webmaster may have made our draft public,
    or our own last answer was lost. What counts is whether it says what we sent.
    """
    target = work.route.target
    ours = [sent for sent in (before.post, post) if sent is not None]
    same = any(target.losses(sent, found) in ((), before.losses) for sent in ours)
    if found.state is not PostState.TRASHED:
        if same or found.version == before.version:
            return
        if not before.post_id and found.state is PostState.DRAFT:
            # No id was ever saved: a draft with our key is our own earlier attempt.
            return
    raise PostChanged(target=target.name, post=found.id, item=work.item.id)


def _hold(sending: Sending, lost: list[Loss], **saved: object) -> None:
    sending.release(
        N_("held"),
        state=PublicationState.HELD,
        due_at=None,
        problem=Message(
            N_("The CMS changed or dropped something in the draft: {parts}."),
            {"parts": listed(part_name(loss.part) for loss in lost)},
        ),
        **saved,
    )


def _not_public(sending: Sending, stored: StoredPost) -> None:
    sending.release(
        N_("not made public"),
        state=PublicationState.HELD,
        version=stored.version,
        due_at=None,
        problem=Message.of(
            N_("The CMS did not make the post public; it says “{state}”."),
            {"state": stored.state},
        ),
    )


def _wait_for_webmaster(sending: Sending) -> None:
    sending.release(
        N_("waits for the webmaster"),
        attempt=0,
        problem=Message(N_("The draft waits for the webmaster to make it public."), {}),
        due_at=sending.parts.clock.now() + PROBE,
    )


def pass_publish(item_id: ItemId, *, by: Person, parts: Parts) -> None:
    """Move the item on, if every one of its publications is public."""
    with parts.staging.transaction() as tx:
        item = tx.item(item_id)
        decision = approved(tx, item.id)
        if item.state is not State.APPROVED or decision is None:
            return
        if not _all_public(tx, item, decision):
            return
        passed = Decision(
            step=Step.PUBLISH,
            outcome=Outcome.DONE,
            by=by.name,
            role=acting_role(Step.PUBLISH, by, parts.policy),
            at=parts.clock.now(),
            digest=decision.digest,
        )
        tx.decide(item, passed)


def _all_public(tx: Transaction, item: Item, decision: Decision) -> bool:
    publications = [
        publication
        for publication in tx.publications(item.id)
        if publication.state is not PublicationState.WITHDRAWN
    ]
    return bool(publications) and all(
        publication.state in PUBLIC and publication.digest == decision.digest
        for publication in publications
    )


def _featured(media: list[tuple[Attachment, Media]]) -> str:
    return next((m.id for file, m in media if file.use is Use.FEATURED), "")
