"""Asks a WordPress by XML-RPC who we are there, and what is set up badly."""

from collections.abc import Iterator
from typing import Any

from wordpress_xmlrpc.methods.media import GetMediaLibrary
from wordpress_xmlrpc.methods.options import GetOptions
from wordpress_xmlrpc.methods.posts import GetPosts
from wordpress_xmlrpc.methods.taxonomies import GetTerms
from wordpress_xmlrpc.methods.users import GetProfile, GetUsersBlogs

from connector.domain.errors import Denied
from connector.domain.message import Message
from connector.domain.publication import Probe
from connector.language import N_
from connector.targets.wordpress.answers import Action
from connector.targets.wordpress_xmlrpc.api import Api
from connector.targets.wordpress_xmlrpc.faults import other_result
from connector.targets.wordpress_xmlrpc.posts import Kind

_TOLERATED_SKEW_S = 60
_PUBLISH = {"administrator", "editor", "author"}
_KEEP_HTML = {"administrator", "editor"}
_KNOWN = {*_PUBLISH, "contributor", "subscriber"}
"""WordPress's own roles; XML-RPC tells which we have, not what they may do."""


def probe(api: Api, kind: Kind) -> Probe:
    """
    Return who we are and what we may do; WordPress is only read.

    Raises:
        CredentialsRefused: a wrong password.
        NotOurAnswer: something stands before WordPress; its hint says what to do.
    """
    me = api.ask(GetProfile(), action=Action.PROBE)
    if not isinstance(me, dict):
        raise other_result(api.asks)
    skew_s = api.skew_s
    roles = _roles(me)
    asked = {"post_type": kind.post_type, "number": 1}
    may_create = _answers(api, GetPosts(asked, ["post_title"]))
    may_upload = _answers(api, GetMediaLibrary({"number": 1}))
    may_publish = may_create and bool(roles - (_KNOWN - _PUBLISH))
    keeps_html = bool(roles & _KEEP_HTML) and not _is_multisite(api)
    return Probe(
        who=str(me.get("username", "")),
        software=_software(api),
        may_create=may_create,
        may_publish=may_publish,
        may_upload=may_upload,
        keeps_html=keeps_html,
        clock_skew_s=skew_s,
        advice=tuple(
            _advice(
                api,
                roles=roles,
                may=may_create and may_publish and may_upload,
                keeps_html=keeps_html,
                skew_s=skew_s,
            )
        ),
        details={
            "roles": ", ".join(sorted(roles)),
            "categories": _categories(api, kind) if may_create else "",
        },
    )


def _advice(
    api: Api, *, roles: set[str], may: bool, keeps_html: bool, skew_s: float
) -> Iterator[Message]:
    user = api.asks.user
    if not may:
        yield Message(
            N_("“{user}” may not do all that is needed: make it an editor."),
            {"user": user},
        )
    elif not roles & _KNOWN:
        yield Message(
            N_(
                "XML-RPC does not tell whether “{user}” may make posts public: its role"
                " is none of WordPress's own ({roles})."
            ),
            {"user": user, "roles": ", ".join(sorted(roles))},
        )
    if "administrator" in roles:
        yield Message(
            N_("“{user}” is an administrator: an editor is enough, and safer."),
            {"user": user},
        )
    if not keeps_html:
        yield Message(
            N_(
                "WordPress takes some HTML out of what “{user}” sends; drafts that lose"
                " something wait for a decision. An editor on a single site loses"
                " nothing."
            ),
            {"user": user},
        )
    if abs(skew_s) > _TOLERATED_SKEW_S:
        yield Message(
            N_("Its clock differs from ours by {seconds} seconds: set both by NTP."),
            {"seconds": round(skew_s)},
        )
    if api.asks.home.startswith("http://"):
        yield Message(
            N_("The password travels unencrypted: serve {home} by https."),
            {"home": api.asks.home},
        )


def _roles(me: dict[str, Any]) -> set[str]:
    match me.get("roles"):
        case list() as roles:
            return set(map(str, roles))
        case dict() as roles:  # so PHP tells a list with gaps
            return set(map(str, roles.values()))
        case _:
            return set()


def _answers(api: Api, method: object) -> bool:
    """Return whether a method answers us that asks for the right in question."""
    try:
        api.ask(method, action=Action.PROBE)
    except Denied:
        return False
    return True


def _software(api: Api) -> str:
    """Return name and version, which a plugin may hide."""
    match api.ask(GetOptions(["software_version"]), action=Action.PROBE):
        case {"software_version": {"value": str() as version}}:
            return f"WordPress {version}"
        case _:
            return "WordPress"


def _is_multisite(api: Api) -> bool:
    """Return whether there are several sites: only then one is told as the primary."""
    blogs = api.ask(GetUsersBlogs(), action=Action.PROBE)
    told = blogs if isinstance(blogs, list) else ()
    return any(isinstance(blog, dict) and "isPrimary" in blog for blog in told)


def _categories(api: Api, kind: Kind) -> str:
    listed = api.ask(GetTerms(kind.taxonomy), action=Action.PROBE)
    return ", ".join(
        f"{term.get('term_id')} {term.get('slug')} ({term.get('name')})"
        for term in (listed if isinstance(listed, list) else ())
        if isinstance(term, dict)
    )
