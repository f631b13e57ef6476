"""
Judges answers: WordPress's own yes, its own no, or something else that answered.

No status alone proves anything: caches, firewalls, login pages and redirects answer
200, and a plugin's hook answers 500 after the post was made. Only the expected code
*and* JSON *and* the right shape is a yes.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from connector.domain.errors import (
    ContentRefused,
    CredentialsRefused,
    Denied,
    NotOurAnswer,
    TargetError,
    Unclear,
)
from connector.domain.message import Message
from connector.http import Answer
from connector.language import N_
from connector.targets.wordpress.fronts import (
    LOGIN_WALL,
    NOISE,
    OTHER_ANSWER,
    REDIRECT,
    REST_IS_OFF,
    Front,
    firewall_of,
    front_of,
)
from connector.targets.wordpress.noise import json_among

_OK, _CREATED = 200, 201
_DONE = range(200, 300)
_CLIENT_ERRORS = range(400, 500)
_SERVER_ERRORS = 500
_REDIRECTS = range(300, 400)
_BAD_REQUEST, _UNAUTHORIZED, _FORBIDDEN = 400, 401, 403
_TOO_LARGE, _NOT_IMPLEMENTED = 413, 501

FOR_GOOD = {
    "db_insert_error",
    "db_update_error",
    "rest_upload_sideload_error",
    "rest_upload_unknown_error",
}
"""
Codes of answers 500 that no repetition will change: a character or a length that the
database does not take, a kind of file that the site does not allow (the last two: sent
as it is, and sent as a form).
"""

REST_OFF = {
    "rest_cannot_access",
    "rest_disabled",
    "rest_login_required",
    "rest_no_route",
}
"""Codes with which plugins, or a missing route, say that the API is switched off."""


class Action(StrEnum):
    """The fact `action` of Denied."""

    READ = N_("read posts that are not public")
    CREATE = N_("create posts")
    CHANGE = N_("change this post")
    PUBLISH = N_("make posts public")
    WITHDRAW = N_("take posts off the site")
    TRASH = N_("put a duplicate draft in the trash")
    UPLOAD = N_("upload files")
    PROBE = N_("look at its own account")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who asks where: the facts of every error."""

    target: str
    home: str
    user: str


@dataclass(frozen=True, slots=True)
class _Said:
    """What an answer says, however it came."""

    status: int
    """WordPress's own, also where PHP had sent another one before."""
    payload: object
    clean: bool
    """False if something was printed around it."""


def payload_of(answer: Answer, *, expect: int, action: Action, asks: Account) -> Any:  # noqa: ANN401 -- JSON has any shape
    """
    Return the JSON of an answer that is surely WordPress's own yes.

    Raises:
        TargetError: it is a no, or somebody else's, or unclear.
    """
    if answer.status in _REDIRECTS:
        raise _redirected(answer, asks)
    said = _said(answer)
    if said is None:
        raise _in_front(answer, expect=expect, asks=asks)
    if not said.clean and said.status in _DONE and expect != _OK:
        # The status may not be WordPress's own: something may have been made.
        raise _noise(answer, expect=expect, asks=asks)
    if said.status == expect:
        return said.payload
    raise _refusal(answer, said, action=action, asks=asks)


def json_of(answer: Answer) -> object:
    """Return the JSON of an answer, whatever its status; None if it has none."""
    said = _said(answer)
    return None if said is None else said.payload


def code_of(payload: object) -> str:
    """Return the `code` of an error that WordPress reports; empty if it is none."""
    return str(payload.get("code", "")) if isinstance(payload, dict) else ""


def not_our_answer(front: Front, asks: Account, **facts: str | int) -> NotOurAnswer:
    """Return the error that names what answered, and what the webmaster can do."""
    return NotOurAnswer(
        target=asks.target,
        problem=Message(front.problem, facts),
        hint=Message(front.hint, {**front.lines, **facts}),
    )


def for_good(error: Unclear, asks: Account) -> TargetError:
    """
    Return what a server error to a write really means.

    Source: WordPress answers 500 to texts and files that it will never take.
    """
    try:
        payload = json.loads(str(error.facts.get("said")))
    except ValueError:
        return error
    if code_of(payload) not in FOR_GOOD:
        return error
    problem = f"{error.facts['problem']} {code_of(payload)}: {_message_of(payload)}"
    return ContentRefused(target=asks.target, problem=problem)


def _refusal(
    answer: Answer, said: _Said, *, action: Action, asks: Account
) -> TargetError:
    """Return the error for JSON with another status than the expected one."""
    status, code = said.status, code_of(said.payload)
    if code in REST_OFF:
        return not_our_answer(REST_IS_OFF, asks, status=status, code=code)
    if status == _FORBIDDEN and not code.startswith("rest_"):
        return not_our_answer(firewall_of(answer), asks, status=status)
    if not code and status < _SERVER_ERRORS:
        return not_our_answer(OTHER_ANSWER, asks, status=status)
    return _said_no(status, said.payload, action=action, asks=asks)


def _said_no(
    status: int, payload: object, *, action: Action, asks: Account
) -> TargetError:
    """Return the error for what WordPress itself says is wrong."""
    code = code_of(payload)
    problem = f"HTTP {status} {code}: {_message_of(payload)}"
    status = _meant(status, payload)
    if status == _UNAUTHORIZED:
        return CredentialsRefused(target=asks.target, user=asks.user)
    if status in {_FORBIDDEN, _NOT_IMPLEMENTED}:
        return Denied(target=asks.target, user=asks.user, action=action)
    # A query that is refused says nothing about the post.
    refused = status in {_BAD_REQUEST, _TOO_LARGE} and action is not Action.READ
    if refused or code in FOR_GOOD:
        return ContentRefused(target=asks.target, problem=problem)
    return Unclear(target=asks.target, problem=problem)


def _message_of(payload: object) -> str:
    """Return WordPress's own words, and which parameters they are about."""
    if not isinstance(payload, dict):
        return ""
    data = payload.get("data")
    params = data.get("params") if isinstance(data, dict) else None
    named = params.values() if isinstance(params, dict) else ()
    return " ".join(str(part) for part in [payload.get("message", ""), *named])[:300]


def _meant(status: int, payload: object) -> int:
    """
    Return the status that a refused query really means.

    To a wrong password, or where the host strips the Authorization header, a query
    for drafts is answered 400 “Status is forbidden” with a 401 inside; to an account
    that may not edit, with a 403 inside.
    """
    match payload:
        case {"data": {"details": {"status": {"data": {"status": int() as inner}}}}}:
            return inner
        case _:
            return status


def _said(answer: Answer) -> _Said | None:
    if _says_json(answer):
        try:
            return _Said(answer.status, json.loads(answer.body), clean=True)
        except (ValueError, RecursionError):
            pass
    if answer.status not in {_OK, _CREATED} and not _says_json(answer):
        return None
    found = json_among(answer.body)
    if found is None:
        return None
    match found:
        case {"code": str(), "data": {"status": int() as status}}:
            return _Said(status, found, clean=False)
        case _:
            return _Said(answer.status, found, clean=False)


def _says_json(answer: Answer) -> bool:
    return answer.headers.get("content-type", "").startswith("application/json")


def _redirected(answer: Answer, asks: Account) -> NotOurAnswer:
    location = answer.headers.get("location", "")
    if "login" in location:
        return not_our_answer(LOGIN_WALL, asks, status=answer.status)
    home = location.partition("/wp-json/")[0].partition("?rest_route=")[0].rstrip("/")
    return not_our_answer(REDIRECT, asks, location=location, home=home)


def _noise(answer: Answer, *, expect: int, asks: Account) -> TargetError:
    facts = {"status": answer.status}
    if expect == _OK:
        return not_our_answer(NOISE, asks, **facts)
    return Unclear(target=asks.target, problem=Message(NOISE.problem, facts))


def _in_front(answer: Answer, *, expect: int, asks: Account) -> TargetError:
    """Return the error for an answer that is not WordPress's API at all."""
    status = answer.status
    if _says_json(answer):
        return _noise(answer, expect=expect, asks=asks)
    if status == _CREATED or status not in {_OK, *_CLIENT_ERRORS}:
        return Unclear(target=asks.target, problem=f"HTTP {status}")
    if status == _TOO_LARGE:
        return ContentRefused(target=asks.target, problem=f"HTTP {status}")
    front = front_of(answer)
    if front is NOISE:
        return _noise(answer, expect=expect, asks=asks)
    return not_our_answer(front, asks, status=status, code="")
