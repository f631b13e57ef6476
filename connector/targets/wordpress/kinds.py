"""Kinds of post that a site has made itself, and what they are sorted by."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connector.domain.message import Message
from connector.language import N_
from connector.targets.wordpress.answers import Action
from connector.targets.wordpress.api import Api
from connector.targets.wordpress.posts import POSTS, Kind

_CREATE, _PUBLISH = "edit_posts", "publish_posts"
"""The rights that posts, and most other kinds, ask for."""
_NEEDED = {
    "title": N_("title"),
    "editor": N_("body"),
    "excerpt": N_("excerpt"),
    "thumbnail": N_("featured image"),
}
"""What a kind must support, by WordPress's name, or its answers lack a part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class There:
    """A kind of post that the site has, as far as the doctor needs it."""

    create: str
    """The right that one must have to create one."""
    publish: str
    lacks: tuple[str, ...] = ()
    """Of _NEEDED."""
    sorted_by: tuple[str, ...] = ()
    """The last parts of the routes of its taxonomies."""


def look(api: Api, kind: Kind) -> There | None:
    """Return what the site says of the kind; None if it has none of that name."""
    if kind == POSTS:
        return There(create=_CREATE, publish=_PUBLISH, sorted_by=(POSTS.terms_field,))
    for name, made in _all(api, "wp/v2/types").items():
        if made.get("rest_base") == _base(kind):
            return _there(api, name, made)
    return None


def advice(api: Api, kind: Kind, there: There | None) -> Iterator[Message]:
    """Yield what to change in targets.toml or on the site."""
    if there is None:
        yield Message(
            N_(
                "It has no kind of post “{name}” for the REST API: set {option} to one"
                " of {names}, or give the kind {code}."
            ),
            {
                "name": _base(kind),
                "option": "post_type",
                "names": ", ".join(_bases(api, "wp/v2/types")),
                "code": "'show_in_rest' => true",
            },
        )
        return
    if kind.terms_field not in there.sorted_by:
        yield Message(
            N_(
                "Its posts of the kind “{name}” are not sorted by “{taxonomy}”: set"
                " {option} to one of {names}, or give the taxonomy {code}."
            ),
            {
                "name": _base(kind),
                "taxonomy": kind.terms_field,
                "option": "taxonomy",
                "names": ", ".join(there.sorted_by),
                "code": "'show_in_rest' => true",
            },
        )
    for part in there.lacks:
        yield Message(
            N_(
                "Its posts of the kind “{name}” have no {part}: add “{support}” to"
                " {code} where the kind is registered."
            ),
            {
                "name": _base(kind),
                "part": Message(_NEEDED[part]),
                "support": part,
                "code": "'supports'",
            },
        )


def _there(api: Api, name: str, made: Mapping[str, Any]) -> There:
    rights = made.get("capabilities") or {}
    supports = made.get("supports") or {}
    return There(
        create=str(rights.get("create_posts", _CREATE)),
        publish=str(rights.get("publish_posts", _PUBLISH)),
        lacks=tuple(part for part in _NEEDED if part not in supports),
        sorted_by=_bases(api, "wp/v2/taxonomies", of=name),
    )


def _bases(api: Api, route: str, *, of: str = "") -> tuple[str, ...]:
    all_of_them = _all(api, route, of=of).values()
    return tuple(str(made.get("rest_base")) for made in all_of_them)


def _all(api: Api, route: str, *, of: str = "") -> dict[str, dict[str, Any]]:
    """Return what the site has made, by name; where there is none it lists none."""
    params = {"context": "edit"} | ({"type": of} if of else {})
    found = api.get(route, params, action=Action.READ)
    return found if isinstance(found, dict) else {}


def _base(kind: Kind) -> str:
    return kind.route.rpartition("/")[2]
