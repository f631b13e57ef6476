"""What a target holds and what the rows say, where the two do not agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from connector.domain.item import ItemId
from connector.domain.message import Message, listed
from connector.language import N_


class Kind(StrEnum):
    """What does not agree. Codes for programs: they stay as they are."""

    UNKNOWN = "unknown"
    """A post with a mark of ours, and no item with its key."""
    NOT_MEANT = "not-meant"
    """A post of an item that is not meant for this target."""
    GONE = "gone"
    TRASHED = "trashed"
    UNPUBLISHED = "unpublished"
    """The row says that readers see it, the CMS that they do not."""
    OTHER = "other-post"
    """Another post than the one that was saved is public."""
    SEVERAL = "several-public"
    CHANGED = "changed"
    """It is public, and does not say what was sent."""
    EARLY = "public-unnoticed"
    """It is approved and public, and the row would not find out in time."""
    UNAPPROVED = "public-unapproved"
    """It is public, and a person still has to decide."""
    STILL_PUBLIC = "still-public"
    """It was taken down, or rejected, and is public."""
    SPARE_DRAFTS = "spare-drafts"
    HIDDEN_BESIDE = "hidden-beside"
    STUCK = "stuck"
    """It is approved, and nothing ever goes on with it."""


class Repair(StrEnum):
    """What can be done without a person who looks at the post."""

    NONE = "none"
    CONFLICT = "conflict"
    """The row says that a person must decide, and why."""
    TRASH = "trash"
    WITHDRAW = "withdraw"
    DUE = "due"
    """The next sweep looks at it."""


@dataclass(frozen=True, slots=True)
class _Case:
    says: str
    repair: Repair
    plan: str


_ASK = N_("Nothing is done: ask the webmaster whether it can be removed.")
_DECIDE = N_(
    "It is marked as a conflict. Send it again with `connector publish {item}"
    " --overwrite`, or take it down with `connector withdraw {item}`."
)

_CASES: Mapping[Kind, _Case] = MappingProxyType(
    {
        Kind.UNKNOWN: _Case(
            N_("Post {posts} on {target} has a mark of ours, and no item here."),
            Repair.NONE,
            N_("Nothing is done: it may belong to another database of ours."),
        ),
        Kind.NOT_MEANT: _Case(
            N_("Post {posts} is of item {item}, which is not meant for {target}."),
            Repair.NONE,
            _ASK,
        ),
        Kind.GONE: _Case(
            N_("{target} has no post of item {item} any more."),
            Repair.CONFLICT,
            _DECIDE,
        ),
        Kind.TRASHED: _Case(
            N_("The post of item {item} is in the trash of {target}."),
            Repair.CONFLICT,
            _DECIDE,
        ),
        Kind.UNPUBLISHED: _Case(
            N_("The post of item {item} on {target} is not public any more."),
            Repair.CONFLICT,
            _DECIDE,
        ),
        Kind.OTHER: _Case(
            N_("Of item {item}, {target} shows post {posts}, which is not ours."),
            Repair.CONFLICT,
            N_("It is marked as a conflict. Ask the webmaster which is to stay."),
        ),
        Kind.SEVERAL: _Case(
            N_("{target} has several public posts of item {item}: {posts}."),
            Repair.CONFLICT,
            N_("It is marked as a conflict. Ask the webmaster to remove all but one."),
        ),
        Kind.CHANGED: _Case(
            N_("What {target} shows of item {item} is not what was sent: {parts}."),
            Repair.CONFLICT,
            N_(
                "It is marked as a conflict, and not overwritten. `connector diff"
                " {item}` shows it; then `connector adopt {item}`, `connector publish"
                " {item} --overwrite` or `connector withdraw {item}`."
            ),
        ),
        Kind.EARLY: _Case(
            N_("Item {item} is public on {target} already."),
            Repair.DUE,
            N_("It is looked at with the next run."),
        ),
        Kind.UNAPPROVED: _Case(
            N_("Item {item} is public on {target}, and was not approved to be."),
            Repair.CONFLICT,
            N_(
                "It is marked as a conflict. Approve it, or take it down with"
                " `connector withdraw {item}`."
            ),
        ),
        Kind.STILL_PUBLIC: _Case(
            N_("Item {item} was taken down or rejected, and is public on {target}."),
            Repair.WITHDRAW,
            N_("It is taken down again, and looked for as a reader."),
        ),
        Kind.SPARE_DRAFTS: _Case(
            N_("{target} has drafts beside the post of item {item}: {posts}."),
            Repair.TRASH,
            N_("They go to the trash."),
        ),
        Kind.HIDDEN_BESIDE: _Case(
            N_("{target} has hidden posts beside the one of item {item}: {posts}."),
            Repair.NONE,
            _ASK,
        ),
        Kind.STUCK: _Case(
            N_("Item {item} on {target} waits for nobody, and does not go on."),
            Repair.DUE,
            N_("It goes on with the next run."),
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """One thing that does not agree."""

    target: str
    """A table name in config/targets.toml."""
    kind: Kind
    item: ItemId | None = None
    """None if no item has the post's key."""
    posts: tuple[str, ...] = ()
    """The site's ids of the posts that it is about."""
    seen: tuple[str, ...] = ()
    """The site's ids of all posts that carry the item's key."""
    changed: tuple[Message, ...] = ()
    """The names of the parts that differ."""

    @property
    def message(self) -> Message:
        """What does not agree, as a sentence."""
        return self._say(_CASES[self.kind].says)

    @property
    def repair(self) -> Repair:
        """What can be done about it."""
        return _CASES[self.kind].repair

    @property
    def plan(self) -> Message:
        """What the repair would do, as a sentence."""
        return self._say(_CASES[self.kind].plan)

    def _say(self, template: str) -> Message:
        facts = {
            "target": self.target,
            "item": self.item,
            "posts": self.posts,
            "parts": listed(self.changed),
        }
        used = {name: fact for name, fact in facts.items() if f"{{{name}}}" in template}
        return Message.of(template, used)
