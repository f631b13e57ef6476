"""A publication: one item at one target, and the post that stands for it there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from connector.domain.item import CategoryCode, ItemId, Sha256
from connector.domain.message import Message
from connector.language import N_


class PublicationState(StrEnum):
    """How far a publication has come."""

    INTENDED = N_("intended")
    SENDING = N_("sending")
    """The CMS may hold a draft of ours, or not: an attempt begins with a look-up."""
    DRAFTED = N_("drafted")
    """The post's id is saved; nobody but us can see the post."""
    GOING_LIVE = N_("going live")
    LIVE = N_("live")
    VERIFIED = N_("verified on the page")
    UNKNOWN = N_("unknown")
    """An answer was lost: look up, never send again blindly."""
    BLOCKED = N_("waiting for the target")
    """The target refuses us (password, role, firewall): its webmaster must act."""
    HELD = N_("held before going live")
    """The CMS changed or dropped something in the draft: a person must decide."""
    CONFLICT = N_("conflict")
    """Somebody changed the post in the CMS. Never overwritten."""
    MISMATCH = N_("mismatch")
    """The public page does not show what was approved."""
    WITHDRAWN = N_("taken down")


SETTLING = frozenset(
    {
        PublicationState.DRAFTED,
        PublicationState.LIVE,
        PublicationState.VERIFIED,
        PublicationState.HELD,
        PublicationState.CONFLICT,
        PublicationState.MISMATCH,
        PublicationState.WITHDRAWN,
    }
)
"""In which it is looked for once more after `settles_at`. In any other it goes on at
its `due_at`, and is looked for then."""


class PostState(StrEnum):
    """What a CMS says of a post."""

    DRAFT = N_("draft")
    SCHEDULED = N_("scheduled")
    LIVE = N_("live")
    HIDDEN = N_("hidden")
    """Private, behind a password, pending: stored, and not for everybody."""
    TRASHED = N_("trashed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A file as a target holds it."""

    sha256: Sha256
    id: str
    url: str
    """Absolute, or relative to the target's home page, as the body will name it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What a target is asked to hold: frozen in the publication before it is sent."""

    key: str
    slug: str
    title: str
    body: str
    """HTML, files already named by the target's own URLs."""
    excerpt: str
    language: str
    category: CategoryCode
    terms: tuple[str, ...]
    """The target's own ids of the category."""
    featured: str = ""
    """The target's id of the featured image; empty for none."""
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPost:
    """A post as the CMS itself reports it, asked with our credentials."""

    id: str
    state: PostState
    url: str
    """Absolute; where a reader finds the post once it is live."""
    slug: str
    title: str
    body: str
    """As stored, not as rendered."""
    excerpt: str
    terms: tuple[str, ...]
    featured: str = ""
    version: str
    """Changes whenever the post is changed; opaque."""
    date: datetime | None = None
    """When it became, or is to become, public, as the CMS has it; None if unset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """One difference between what was sent and what the CMS stored."""

    part: str
    """`title`, `body`, `excerpt`, `category`, `slug`, `featured image`, `state`."""
    sent: str
    stored: str
    harmless: bool = False
    """True for the few known changes that no reader can notice."""
    message: Message


def exact_losses(target: str, sent: Post, stored: StoredPost) -> tuple[Loss, ...]:
    """Return every difference there is, for a target that keeps what it is given."""
    parts = {
        "title": (sent.title, stored.title),
        "body": (sent.body, stored.body),
        "excerpt": (sent.excerpt, stored.excerpt),
        "category": (", ".join(sent.terms), ", ".join(stored.terms)),
        "slug": (sent.slug, stored.slug),
        "featured image": (sent.featured, stored.featured),
    }
    message = N_("{target} holds another {part} than was sent.")
    return tuple(
        Loss(
            part=part,
            sent=ours,
            stored=theirs,
            message=Message(message, {"target": target, "part": Message(part)}),
        )
        for part, (ours, theirs) in parts.items()
        if ours != theirs
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One item at one target. The row is the truth about what is still to be done."""

    item_id: ItemId
    target: str
    """A table name in config/targets.toml."""
    state: PublicationState
    revision: int
    digest: Sha256
    """Of the revision that is, or is to be, published."""
    post: Post | None = None
    """What was sent, exactly; None until the first attempt."""
    post_id: str = ""
    """The CMS's id; empty until it is known for certain."""
    url: str = ""
    version: str = ""
    """The CMS's version stamp when we last wrote; another one means a conflict."""
    losses: tuple[Loss, ...] = ()
    problem: Message | None = None
    """Why it does not go on, for people to read."""
    fence: int = 0
    """One more for every claim; a write that names an older one is refused."""
    lease_owner: str = ""
    lease_until: datetime | None = None
    attempt: int = 0
    """Attempts in a row that ended in an error. A busy target does not count."""
    lost: int = 0
    """Attempts in a row whose answer was lost, or that were not sent; counted apart."""
    due_at: datetime | None = None
    """When to go on; None if it waits for a person."""
    settles_at: datetime | None = None
    """Until then a request that was given up may still be carried out by the CMS, so
    that nothing is created again; afterwards it is looked for once more. None if
    nothing is under way."""
    urgent: bool = False
    """Goes before all others."""
    go_live_at: datetime | None = None
    """Not public before; None for as soon as it may be."""
    expire_at: datetime | None = None
    """When it is taken off the site again; None for never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When an approved item is public; what is None stays as it was."""

    go_live_at: datetime | None = None
    """Not before; aware."""
    expire_at: datetime | None = None
    """Taken down then; aware."""
    urgent: bool | None = None
    """Before all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a kind of target can do, as data."""

    key_conflict: str = "suffix"
    """What a second post with our key gets: `refuse`, `suffix`, `silent`, or `replay`:
    the first post once more."""
    parallel: int = 1
    """How many requests at once the target bears."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """The doctor's question to a target: who am I here, and what may I do."""

    who: str
    software: str
    may_create: bool
    may_publish: bool
    may_upload: bool
    keeps_html: bool
    """False if the CMS will strip HTML that this account sends."""
    clock_skew_s: float = 0
    advice: tuple[Message, ...] = ()
    """What is wrong and what to do; empty if all is well."""
    details: Mapping[str, str] = field(default_factory=dict)
