"""Asks a WordPress who we are there, what we may do, and what is set up badly."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from connector.domain.errors import CredentialsRefused, TargetError
from connector.domain.message import Message
from connector.domain.publication import Probe
from connector.http import Answer
from connector.language import N_
from connector.targets.wordpress.answers import (
    APPLICATION_PASSWORDS_OFF,
    HEADER_STRIPPED,
    OTHER_ANSWER,
    Action,
    not_our_answer,
    payload_of,
)
from connector.targets.wordpress.api import Api

_TOLERATED_SKEW_S = 60
_VERSION = re.compile(r'name="generator"\s+content="(WordPress [\w.-]+)"')
_UNFILTERED = "wp:action-unfiltered-html"
_OK = 200


def probe(api: Api) -> Probe:
    """
    Return who we are and what we may do; WordPress is only read.

    Raises:
        CredentialsRefused: a wrong password, or a host that strips it off.
        NotOurAnswer: something stands before WordPress; its hint says what to do.
    """
    index = _object(
        api, api.get("", {"_fields": "authentication"}, action=Action.PROBE)
    )
    answer = api.answer(
        "GET", "wp/v2/users/me", repeat=True, params={"context": "edit"}
    )
    try:
        me = _object(
            api, payload_of(answer, expect=_OK, action=Action.PROBE, asks=api.asks)
        )
    except CredentialsRefused:
        if "application-passwords" not in (index.get("authentication") or ()):
            raise not_our_answer(APPLICATION_PASSWORDS_OFF, api.asks) from None
        if _is_right_in_a_body(api):
            raise not_our_answer(HEADER_STRIPPED, api.asks) from None
        raise
    may = me.get("capabilities") or {}
    keeps_html = _keeps_html(api, may)
    skew_s = _skew_s(answer)
    roles = [str(role) for role in me.get("roles") or ()]
    return Probe(
        who=str(me.get("username", "")),
        software=_software(api),
        may_create=bool(may.get("edit_posts")),
        may_publish=bool(may.get("publish_posts")),
        may_upload=bool(may.get("upload_files")),
        keeps_html=keeps_html,
        clock_skew_s=skew_s,
        advice=tuple(
            _advice(api, may=may, roles=roles, keeps_html=keeps_html, skew_s=skew_s)
        ),
        details={
            "roles": ", ".join(roles),
            "rest root": api.root,
            "categories": _categories(api),
        },
    )


def _advice(
    api: Api, *, may: dict[str, Any], roles: list[str], keeps_html: bool, skew_s: float
) -> Iterator[Message]:
    user = api.asks.user
    if not all(map(may.get, ("edit_posts", "publish_posts", "upload_files"))):
        yield Message(
            N_("“{user}” may not do all that is needed: make it an editor."),
            {"user": user},
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
    if "rest_route=" in api.root:
        yield Message(
            N_("Permalinks are “Plain”: choose “Post name” under Settings, Permalinks.")
        )
    if api.asks.home.startswith("http://"):
        yield Message(
            N_("The password travels unencrypted: serve {home} by https."),
            {"home": api.asks.home},
        )


def _is_right_in_a_body(api: Api) -> bool:
    """Return whether WordPress takes the password where no header carries it."""
    try:
        answer = api.login_in_body()
    except TargetError:  # many hosts block XML-RPC: then it stays unknown
        return False
    return answer.status == _OK and b"<name>blogid</name>" in answer.body


def _keeps_html(api: Api, may: dict[str, Any]) -> bool:
    """
    Return whether WordPress stores HTML as this account sends it.

    On a multisite the capability of editors says yes and is wrong; a post that may be
    edited tells the truth in its links.
    """
    if not may.get("unfiltered_html"):
        return False
    listed = api.get(
        "wp/v2/posts",
        {"context": "edit", "status": "any", "per_page": 1, "_fields": "id,_links"},
        action=Action.READ,
    )
    links = (
        post.get("_links")
        for post in (listed if isinstance(listed, list) else ())
        if isinstance(post, dict)
    )
    told = next(links, None)
    return told is None or _UNFILTERED in told


def _skew_s(answer: Answer) -> float:
    """Return how many seconds the site's clock is ahead of ours."""
    try:
        date = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return 0
    return (date - datetime.now(UTC)).total_seconds()


def _software(api: Api) -> str:
    """Return the version that the front page names; many sites hide it."""
    page = api.front_page().body.decode(errors="replace")
    found = _VERSION.search(page)
    return found[1] if found else "WordPress"


def _categories(api: Api) -> str:
    listed = api.get(
        "wp/v2/categories",
        {"per_page": 100, "_fields": "id,slug,name"},
        action=Action.READ,
    )
    return ", ".join(
        f"{term.get('id')} {term.get('slug')} ({html.unescape(str(term.get('name')))})"
        for term in (listed if isinstance(listed, list) else ())
        if isinstance(term, dict)
    )


def _object(api: Api, payload: object) -> dict[str, Any]:
    if not isinstance(payload, dict):
        raise not_our_answer(OTHER_ANSWER, api.asks, status=_OK)
    return payload
