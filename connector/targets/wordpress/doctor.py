"""Asks a WordPress who we are there, what we may do, and what is set up badly."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from connector.domain.errors import CredentialsRefused, TargetError
from connector.domain.message import Message
from connector.domain.publication import Probe
from connector.http import Answer
from connector.language import N_
from connector.targets.wordpress import kinds
from connector.targets.wordpress.answers import Action, not_our_answer, payload_of
from connector.targets.wordpress.api import Api
from connector.targets.wordpress.fronts import (
    APPLICATION_PASSWORDS_OFF,
    HEADER_STRIPPED,
    LOGIN_PASSWORD,
    OTHER_ANSWER,
    REFUSED_OR_STRIPPED,
)
from connector.targets.wordpress.posts import Kind

_TOLERATED_SKEW_S = 60
_VERSION = re.compile(r'name="generator"\s+content="(WordPress [\w.-]+)"')
_UNFILTERED = "wp:action-unfiltered-html"
_APPLICATION_PASSWORD = re.compile(r"[0-9A-Za-z]{24}")
_OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Who:
    """One account, as WordPress knows it."""

    api: Api
    name: str
    roles: tuple[str, ...]
    may: Mapping[str, Any]
    skew_s: float

    @property
    def user(self) -> str:
        """The name it logs in with."""
        return self.api.asks.user


def probe(api: Api, kind: Kind) -> Probe:
    """
    Return who we are and what we may do; WordPress is only read.

    Raises:
        CredentialsRefused: a wrong password, or a host that strips it off.
        NotOurAnswer: something stands before WordPress; its hint says what to do.
    """
    index = _object(
        api, api.get("", {"_fields": "authentication"}, action=Action.PROBE)
    )
    publisher = _who(api, index)
    drafter = publisher if api.drafter is api else _who(api.drafter, index)
    there = kinds.look(api, kind)
    may_create = there is not None and bool(drafter.may.get(there.create))
    may_publish = there is not None and bool(publisher.may.get(there.publish))
    may_upload = bool(publisher.may.get("upload_files"))
    keeps_html = _keeps_html(drafter, kind) if may_create else False
    return Probe(
        who=", ".join(dict.fromkeys([drafter.name, publisher.name])),
        software=_software(api),
        may_create=may_create,
        may_publish=may_publish,
        may_upload=may_upload,
        keeps_html=keeps_html,
        clock_skew_s=publisher.skew_s,
        advice=(
            *kinds.advice(api, kind, there),
            *_advice_on_rights(
                drafter, publisher, may=(may_create, may_publish and may_upload)
            ),
            *_advice(drafter, publisher, keeps_html=keeps_html),
        ),
        details={
            "roles": ", ".join(dict.fromkeys([*drafter.roles, *publisher.roles])),
            "rest root": api.root,
            "categories": _categories(api, kind) if there else "",
        },
    )


def _who(api: Api, index: dict[str, Any]) -> _Who:
    answer = api.answer(
        "GET", "wp/v2/users/me", repeat=True, params={"context": "edit"}
    )
    try:
        me = _object(
            api, payload_of(answer, expect=_OK, action=Action.PROBE, asks=api.asks)
        )
    except CredentialsRefused as error:
        raise _why_refused(api, index, error) from None
    return _Who(
        api=api,
        name=str(me.get("username", "")),
        roles=tuple(str(role) for role in me.get("roles") or ()),
        may=me.get("capabilities") or {},
        skew_s=_skew_s(answer),
    )


def _why_refused(
    api: Api, index: dict[str, Any], error: CredentialsRefused
) -> TargetError:
    """Return which of the many reasons there are to answer 401."""
    if "application-passwords" not in (index.get("authentication") or ()):
        return not_our_answer(APPLICATION_PASSWORDS_OFF, api.asks)
    match _is_right_in_a_body(api):
        case None:
            return not_our_answer(REFUSED_OR_STRIPPED, api.asks)
        case False:
            return error
        case True if api.has_password_like(_APPLICATION_PASSWORD):
            return not_our_answer(HEADER_STRIPPED, api.asks)
        case True:
            return not_our_answer(LOGIN_PASSWORD, api.asks, user=api.asks.user)


def _advice_on_rights(
    drafter: _Who, publisher: _Who, *, may: tuple[bool, bool]
) -> Iterator[Message]:
    may_create, may_finish = may
    if not may_create:
        yield Message(
            N_("“{user}” may not do all that is needed: make it an editor."),
            {"user": drafter.user},
        )
    elif not may_finish and publisher is not drafter:
        yield Message(
            N_("“{user}” may not do all that is needed: make it an editor."),
            {"user": publisher.user},
        )
    elif not may_finish:
        yield Message(
            N_(
                "“{user}” may write drafts, but neither make them public nor upload"
                " files: make it an editor, name one in {publisher}, or set {setting}."
            ),
            {
                "user": drafter.user,
                "publisher": "publisher_user",
                "setting": 'go_live = "webmaster"',
            },
        )
        yield Message(
            N_(
                "An older WordPress does not show “{user}” its posts once they are"
                " public, so that what is stored there cannot be compared: at least"
                " make it an author."
            ),
            {"user": drafter.user},
        )


def _advice(drafter: _Who, publisher: _Who, *, keeps_html: bool) -> Iterator[Message]:
    api, skew_s = publisher.api, publisher.skew_s
    for who in dict.fromkeys([drafter.user, publisher.user]):
        roles = drafter.roles if who == drafter.user else publisher.roles
        if "administrator" in roles:
            yield Message(
                N_("“{user}” is an administrator: an editor is enough, and safer."),
                {"user": who},
            )
    if not keeps_html:
        yield Message(
            N_(
                "WordPress takes some HTML out of what “{user}” sends; drafts that lose"
                " something wait for a decision. An editor on a single site loses"
                " nothing."
            ),
            {"user": drafter.user},
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


def _is_right_in_a_body(api: Api) -> bool | None:
    """Return whether it takes the password in a body; None if XML-RPC is off."""
    try:
        answer = api.login_in_body()
    except TargetError:
        return None
    if answer.status != _OK or b"<methodResponse>" not in answer.body:
        return None
    return None if b">405<" in answer.body else b"<name>blogid</name>" in answer.body


def _keeps_html(drafter: _Who, kind: Kind) -> bool:
    """
    Return whether WordPress stores HTML as this account sends it.

    On a multisite the capability of editors says yes and is wrong; a post that may be
    edited tells the truth in its links.
    """
    if not drafter.may.get("unfiltered_html"):
        return False
    listed = drafter.api.get(
        kind.route,
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


def _categories(api: Api, kind: Kind) -> str:
    listed = api.get(
        kind.terms,
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
