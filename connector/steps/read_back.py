"""
Read back what was published: what the CMS stores, and what a reader sees.

Two hops, so that the report can say who is at fault. The authenticated read-back
must equal what was sent (else: the CMS changed it); the anonymous public page must
show the approved source (else: the theme, a plugin, a cache). Completion rests on
the second alone, first past every cache, then as any reader gets it.
"""

from dataclasses import replace
from secrets import token_hex
from urllib.parse import urlsplit, urlunsplit

from connector.comparison import Approved, Page, Profile, Resource, compare, wanted
from connector.domain.errors import (
    AddressRefused,
    AnswerTooLarge,
    NoAnswer,
    TargetError,
    WebError,
)
from connector.domain.item import Revision, sha256
from connector.domain.message import Message
from connector.domain.publication import Publication, StoredPost
from connector.domain.verdict import Difference, Judgement, Severity, Verdict
from connector.language import N_
from connector.ports.parts import Parts
from connector.ports.web import Fetched, PublicWeb

NOT_COMPARED = frozenset(
    {
        Judgement.NOT_LIVE,
        Judgement.STALE,
        Judgement.BLOCKED,
        Judgement.UNREACHABLE,
    }
)
"""Nothing was compared: ask again, and never say that the page is wrong."""


def as_approved(revision: Revision, publication: Publication, parts: Parts) -> Approved:
    """Return what the page of this revision should show."""
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


def read_back(
    publication: Publication,
    approved: Approved,
    earlier: list[Approved],
    *,
    profile: Profile,
    parts: Parts,
) -> tuple[Verdict, Page | None]:
    """
    Take both hops, and return what was found, with the page it was found on.

    Args:
        publication: what was sent, and where its page is.
        approved: what the page should show.
        earlier: what it may show instead, where a cache has not let go.
        profile: what the site's theme adds.
        parts: the target, and the web its readers use.
    """
    route = parts.route(publication.target)
    try:
        changed = _hop_one(publication, route.target.read(publication.post_id), parts)
    except TargetError as error:
        # The public page decides; that the CMS did not answer us is worth a word.
        changed = _unread(error)
    fresh_url = _past_caches(approved.url)
    fresh, page = _hop_two(fresh_url, approved, earlier, profile, route.web)
    if fresh.judgement in {Judgement.PASS, Judgement.REVIEW}:
        plain, plain_page = _hop_two(
            approved.url, approved, earlier, profile, route.web
        )
        if plain.judgement not in {Judgement.PASS, fresh.judgement}:
            return _cached(plain), plain_page
        if plain.judgement is fresh.judgement:
            fresh, page = plain, plain_page
    return _together(changed, fresh), page


def _hop_one(publication: Publication, stored: StoredPost, parts: Parts) -> Verdict:
    if publication.post is None:
        return Verdict(judgement=Judgement.PASS)
    losses = parts.route(publication.target).target.losses(publication.post, stored)
    known = {(loss.part, loss.stored) for loss in publication.losses}
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
            {"problem": Message.of(error.message, error.facts)},
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
        page = as_page(web.get(url), asked=approved.url)
    except NoAnswer as error:
        return _nothing(Judgement.UNREACHABLE, error), None
    except (AddressRefused, AnswerTooLarge) as error:
        return _nothing(Judgement.BLOCKED, error), None
    resources = {
        address: _resource(address, web) for address in wanted(approved, page, profile)
    }
    page = replace(page, resources=resources)
    return compare(approved, page, profile, earlier=earlier), page


def as_page(fetched: Fetched, *, asked: str) -> Page:
    """Return what was fetched as a page of the address `asked`."""
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
    reason = Message.of(error.message, error.facts)
    return Verdict(judgement=judgement, reason=reason)


def _cached(plain: Verdict) -> Verdict:
    """The site is right and its readers still get something else: a cache."""
    if plain.judgement in NOT_COMPARED - {Judgement.NOT_LIVE}:
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
    if stored.judgement is Judgement.FAIL and judgement not in NOT_COMPARED:
        judgement = Judgement.FAIL
    return replace(shown, judgement=judgement, differences=differences)
