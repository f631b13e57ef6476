"""
Step 6: verify that the public page shows what was approved.

Two hops, so that the report can say who is at fault. The authenticated read-back
must equal what was sent (else: the CMS changed it); the anonymous public page must
show the approved source (else: the theme, a plugin, a cache). Completion rests on
the second alone, first past every cache, then as any reader gets it.

Source: QT/TTTT-TV, step 6; "inaccurate" goes back to *publish*.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from secrets import token_hex
from urllib.parse import urlsplit, urlunsplit

from connector.comparison import Approved, Page, Profile, Resource, compare, wanted
from connector.domain.decision import Decision, Outcome, Step
from connector.domain.errors import (
    AddressRefused,
    AnswerTooLarge,
    LeaseLost,
    NoAnswer,
    NothingToAccept,
    OutcomeNotAllowed,
    ReasonMissing,
    TargetError,
    WebError,
)
from connector.domain.item import Item, ItemId, Revision, State, sha256
from connector.domain.message import Message
from connector.domain.person import Person, Role
from connector.domain.publication import Publication, PublicationState, StoredPost
from connector.domain.verdict import (
    Difference,
    Judgement,
    Severity,
    Verdict,
    Verification,
)
from connector.language import N_
from connector.ports.parts import Parts
from connector.ports.web import Fetched, PublicWeb
from connector.procedure.advance import acting_role, allowed, permitted
from connector.procedure.policy import four_eyes
from connector.steps.complete import proved
from connector.steps.publish import LEASE

AGAIN = timedelta(seconds=20)
"""When a page not had, or cached, is asked for again; doubled, an hour at most."""

_LATER = frozenset(
    {
        Judgement.NOT_LIVE,
        Judgement.STALE,
        Judgement.BLOCKED,
        Judgement.UNREACHABLE,
    }
)
"""Nothing was compared: ask again, and never say that the page is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One verification together with what was compared, for the diff people read."""

    verification: Verification
    approved: Approved
    page: Page | None
    profile: Profile


def verify(publication: Publication, *, by: Person, parts: Parts) -> Seen | None:
    """
    Compare one public page with the approved revision, and keep what was seen.

    PASS on every target verifies the item; FAIL returns it to *publish*; a REVIEW
    waits for `accept`; whatever could not be compared is asked for again later.

    Returns:
        The verdict; None if another worker is at it.

    Raises:
        RoleNotAllowed: `by` may not verify.
        OutcomeNotAllowed: nothing of this item is public yet.
    """
    role = acting_role(Step.VERIFY, by, parts.policy)
    now = parts.clock.now()
    with parts.staging.transaction() as tx:
        item = tx.item(publication.item_id)
        if not publication.post_id or publication.state not in _VERIFIABLE:
            raise OutcomeNotAllowed(
                item=item.id,
                state=item.state,
                step=Step.VERIFY,
                allowed=allowed(item.state),
            )
        mine = tx.claim(
            item.id,
            publication.target,
            owner=parts.worker,
            until=now + LEASE,
            now=now,
        )
        if mine is None:
            return None
        revision = tx.revision(item.id, mine.revision)
        earlier = tx.revisions(item.id)[: revision.number - 1]

    # No transaction is open here: a slow site must not hold a lock on staging.
    before = [_approved(old, mine, parts) for old in earlier]
    approved = _approved(revision, mine, parts)
    profile = Profile(noise=parts.routes[mine.target].noise)
    verdict, page = _look(approved, before, profile, mine, parts)

    verification = Verification(
        item_id=item.id,
        target=mine.target,
        digest=revision.digest,
        at=parts.clock.now(),
        url=page.url if page else mine.url,
        verdict=verdict,
        page=parts.archive.put(page.body) if page else None,
        by=by.name,
    )
    try:
        _store(mine, verification, by=by, role=role, parts=parts)
    except LeaseLost:
        return None
    return Seen(
        verification=verification, approved=approved, page=page, profile=profile
    )


def accept(
    item_id: ItemId, *, by: Person, reason: str, parts: Parts
) -> list[Verification]:
    """
    Accept the differences of every REVIEW that waits, as a named person, with why.

    Raises:
        NothingToAccept: nothing waits, or what waits is a FAIL.
        ReasonMissing: an acceptance is kept with its reason.
        OutcomeNotAllowed, RoleNotAllowed, FourEyes: `by` may not, or not now.
    """
    if not reason.strip():
        raise ReasonMissing(step=Step.VERIFY)
    with parts.staging.transaction() as tx:
        item = tx.item(item_id)
        role = permitted(
            item, Step.VERIFY, Outcome.ACCURATE, by=by, policy=parts.policy
        )
        four_eyes(
            item_id,
            Step.VERIFY,
            by=by,
            decisions=tx.decisions(item_id),
            policy=parts.policy,
        )
        accepted = []
        for publication in tx.publications(item_id):
            latest = [
                v for v in tx.verifications(item_id) if v.target == publication.target
            ][-1:]
            for verification in latest:
                if not _waits(verification, publication):
                    continue
                accepted.append(
                    tx.accept_verification(verification, by=by.name, reason=reason)
                )
                tx.save_publication(
                    replace(publication, state=PublicationState.VERIFIED, due_at=None),
                    event="difference accepted",
                    by=by.name,
                )
        if not accepted:
            raise NothingToAccept(item=item_id)
        if proved(tx, item) and item.state is State.PUBLISHED:
            tx.decide(
                item,
                Decision(
                    step=Step.VERIFY,
                    outcome=Outcome.ACCURATE,
                    by=by.name,
                    role=role,
                    at=parts.clock.now(),
                    digest=tx.revision(item_id).digest,
                    reason=reason,
                ),
            )
        return accepted


_AFTER = {
    Judgement.PASS: PublicationState.VERIFIED,
    Judgement.REVIEW: PublicationState.LIVE,
    Judgement.FAIL: PublicationState.MISMATCH,
}

_VERIFIABLE = frozenset(
    {
        PublicationState.LIVE,
        PublicationState.VERIFIED,
        PublicationState.MISMATCH,
    }
)


def _waits(verification: Verification, publication: Publication) -> bool:
    return (
        verification.verdict.judgement is Judgement.REVIEW
        and not verification.accepted_by
        and verification.digest == publication.digest
    )


def _approved(revision: Revision, publication: Publication, parts: Parts) -> Approved:
    labels = parts.labels.get(revision.category, {}) if revision.category else {}
    media = publication.post.media if publication.post else ()
    return Approved(
        title=revision.title,
        body=revision.body,
        excerpt=revision.excerpt,
        category=labels.get(revision.language, ""),
        language=revision.language,
        url=publication.url,
        media={f"attachment:{m.sha256}": m.url for m in media},
        post_id=publication.post_id,
    )


def _look(
    approved: Approved,
    earlier: list[Approved],
    profile: Profile,
    mine: Publication,
    parts: Parts,
) -> tuple[Verdict, Page | None]:
    """Take both hops, and return the worst that was found with its page."""
    route = parts.routes[mine.target]
    try:
        changed = _hop_one(mine, route.target.read(mine.post_id), parts)
    except TargetError as error:
        # The public page decides; that the CMS did not answer us is worth a word.
        changed = _unread(error)
    fresh_url = _past_caches(approved.url)
    fresh, page = _hop_two(fresh_url, approved, earlier, profile, route.web)
    if fresh.judgement is Judgement.PASS:
        plain, plain_page = _hop_two(
            approved.url, approved, earlier, profile, route.web
        )
        if plain.judgement is not Judgement.PASS:
            return _cached(plain), plain_page
        fresh, page = plain, plain_page
    return _together(changed, fresh), page


def _hop_one(mine: Publication, stored: StoredPost, parts: Parts) -> Verdict:
    if mine.post is None:
        return Verdict(judgement=Judgement.PASS)
    losses = parts.routes[mine.target].target.losses(mine.post, stored)
    known = {(loss.part, loss.stored) for loss in mine.losses}
    differences = tuple(
        Difference(
            code=f"stored.{loss.part.replace(' ', '-')}",
            severity=Severity.FAIL,
            message=loss.message,
            place=loss.part,
            approved=loss.sent,
            shown=loss.stored,
        )
        for loss in losses
        if not loss.harmless and (loss.part, loss.stored) not in known
    )
    judgement = Judgement.FAIL if differences else Judgement.PASS
    return Verdict(judgement=judgement, differences=differences)


def _unread(error: TargetError) -> Verdict:
    difference = Difference(
        code="stored.unread",
        severity=Severity.INFO,
        message=Message(
            N_("The CMS could not be asked what it stores: {problem}"),
            {"problem": str(error)},
        ),
        place="title",
    )
    return Verdict(judgement=Judgement.PASS, differences=(difference,))


def _hop_two(
    url: str,
    approved: Approved,
    earlier: list[Approved],
    profile: Profile,
    web: PublicWeb,
) -> tuple[Verdict, Page | None]:
    try:
        page = _page(web.get(url), asked=approved.url)
    except NoAnswer as error:
        return _nothing(Judgement.UNREACHABLE, error), None
    except (AddressRefused, AnswerTooLarge) as error:
        return _nothing(Judgement.BLOCKED, error), None
    resources = {
        address: _resource(address, web) for address in wanted(approved, page, profile)
    }
    page = replace(page, resources=resources)
    return compare(approved, page, profile, earlier=earlier), page


def _page(fetched: Fetched, *, asked: str) -> Page:
    return Page(
        url=asked,
        final_url=_without_query(fetched.final_url, asked),
        status=fetched.status,
        headers=fetched.headers,
        body=fetched.body,
    )


def _resource(address: str, web: PublicWeb) -> Resource:
    try:
        fetched = web.get(address)
    except WebError:
        # Status 0: not had. The comparison says so, at the image's place.
        return Resource(status=0, media_type="", sha256="", size=0)
    return Resource(
        status=fetched.status,
        media_type=fetched.headers.get("content-type", ""),
        sha256=sha256(fetched.body),
        size=len(fetched.body),
    )


def _past_caches(url: str) -> str:
    scheme, host, path, query, _ = urlsplit(url)
    busted = f"{query}&" if query else ""
    return urlunsplit((scheme, host, path, f"{busted}_verify={token_hex(8)}", ""))


def _without_query(final_url: str, asked: str) -> str:
    """Return where a redirect led, without the argument that we added ourselves."""
    scheme, host, path, query, _ = urlsplit(final_url)
    kept = "&".join(x for x in query.split("&") if x and not x.startswith("_verify="))
    return (
        asked
        if (plain := urlunsplit((scheme, host, path, kept, ""))) == asked
        else plain
    )


def _nothing(judgement: Judgement, error: WebError) -> Verdict:
    facts = {name: str(fact) for name, fact in error.facts.items()}
    return Verdict(judgement=judgement, reason=Message(error.message, facts))


def _cached(plain: Verdict) -> Verdict:
    """The site is right and its readers still get something else: a cache."""
    if plain.judgement in _LATER - {Judgement.NOT_LIVE}:
        return plain
    return replace(
        plain,
        judgement=Judgement.STALE,
        reason=Message(
            N_("The site has the right page, but a cache still gives readers another."),
            {},
        ),
    )


def _together(stored: Verdict, shown: Verdict) -> Verdict:
    differences = stored.differences + shown.differences
    judgement = shown.judgement
    if stored.judgement is Judgement.FAIL and judgement not in _LATER:
        judgement = Judgement.FAIL
    return replace(shown, judgement=judgement, differences=differences)


def _store(
    mine: Publication,
    verification: Verification,
    *,
    by: Person,
    role: Role,
    parts: Parts,
) -> None:
    judgement = verification.verdict.judgement
    now = verification.at
    again = judgement in _LATER
    state = mine.state if again else _AFTER[judgement]
    wait = min(AGAIN * 2 ** min(mine.attempt, 6), timedelta(hours=1))
    released = replace(
        mine,
        state=state,
        attempt=mine.attempt + 1 if again else 0,
        due_at=now + wait if again else None,
        problem=verification.verdict.reason,
        lease_owner="",
        lease_until=None,
    )
    with parts.staging.transaction() as tx:
        tx.save_verification(verification)
        tx.save_publication(released, event=f"verified: {judgement}", by=by.name)
        item = tx.item(mine.item_id)
        outcome = _outcome(item, judgement, right=proved(tx, item))
        if outcome is not None:
            tx.decide(
                item,
                Decision(
                    step=Step.VERIFY,
                    outcome=outcome,
                    by=by.name,
                    role=role,
                    at=now,
                    digest=tx.revision(item.id).digest,
                ),
            )


def _outcome(item: Item, judgement: Judgement, *, right: bool) -> Outcome | None:
    public = {State.PUBLISHED, State.VERIFIED, State.COMPLETE}
    if judgement is Judgement.FAIL and item.state in public:
        return Outcome.INACCURATE
    if right and item.state is State.PUBLISHED:
        return Outcome.ACCURATE
    return None
