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

_OK, _CREATED = 200, 201
_CLIENT_ERRORS = range(400, 500)
_SERVER_ERRORS = 500
_REDIRECTS = range(300, 400)
_BAD_REQUEST, _UNAUTHORIZED, _FORBIDDEN = 400, 401, 403
_NOT_FOUND, _TOO_LARGE, _NOT_IMPLEMENTED = 404, 413, 501

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

REST_OFF = {"rest_disabled", "rest_no_route"}
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
class Front:
    """A kind of thing that answers in WordPress's place."""

    problem: str
    hint: str
    """What the webmaster can do, with the line to add where there is one."""


REDIRECT = Front(
    problem=N_("it sent us on to {location}"),
    hint=N_("in targets.toml, set url to the address that browsers end up at: {home}"),
)
LOGIN_WALL = Front(
    problem=N_("a login page (HTTP {status})"),
    hint=N_("let /wp-json/ through the plugin or server that asks for a login first"),
)
SECOND_PASSWORD = Front(
    problem=N_("the web server asks for a password of its own (HTTP {status})"),
    hint=N_("take /wp-json/ out of the web server's password protection"),
)
FIREWALL = Front(
    problem=N_("a firewall or security plugin (HTTP {status})"),
    hint=N_(
        "allow /wp-json/wp/v2/ for connector's address in the firewall, the hosting"
        " panel or the security plugin"
    ),
)
REST_IS_OFF = Front(
    problem=N_("the REST API is switched off (HTTP {status} {code})"),
    hint=N_("in the security plugin, allow the REST API for users who are logged in"),
)
NO_REWRITING = Front(
    problem=N_("a page of the site instead of the REST API (HTTP {status})"),
    hint=N_(
        "in WordPress under Settings, Permalinks, choose any structure but “Plain”"
        " and save; nginx also needs: try_files $uri $uri/ /index.php?$args;"
    ),
)
NOISE = Front(
    problem=N_("it printed something around its answer (HTTP {status})"),
    hint=N_(
        "set WP_DEBUG_DISPLAY to false in wp-config.php, and look for a file of a"
        " plugin or theme that begins with a blank line or a BOM"
    ),
)
OTHER_ANSWER = Front(
    problem=N_("the reply is not our post (HTTP {status})"),
    hint=N_("exclude /wp-json/ and all POST requests from page caches and optimisers"),
)
APPLICATION_PASSWORDS_OFF = Front(
    problem=N_("WordPress has application passwords switched off"),
    hint=N_("serve the site by https, or allow them in the security plugin"),
)

HEADER_STRIPPED = Front(
    problem=N_("the host takes the password out of what reaches WordPress"),
    hint=N_(
        'for Apache add to .htaccess: SetEnvIf Authorization "(.*)"'
        " HTTP_AUTHORIZATION=$1; for nginx: fastcgi_param HTTP_AUTHORIZATION"
        " $http_authorization;"
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who asks where: the facts of every error."""

    target: str
    home: str
    user: str


def payload_of(answer: Answer, *, expect: int, action: Action, asks: Account) -> Any:  # noqa: ANN401 -- JSON has any shape
    """
    Return the JSON of an answer that is surely WordPress's own yes.

    Raises:
        TargetError: it is a no, or somebody else's, or unclear.
    """
    if answer.status in _REDIRECTS:
        raise _redirected(answer, asks)
    if not _says_json(answer):
        raise _in_front(answer, asks)
    try:
        payload = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise _noise(answer, asks) from None
    if answer.status == expect:
        return payload
    raise _refusal(answer, payload, action=action, asks=asks)


def json_of(answer: Answer) -> object:
    """Return the JSON of an answer, whatever its status; None if it has none."""
    try:
        return json.loads(answer.body) if _says_json(answer) else None
    except (ValueError, RecursionError):
        return None


def code_of(payload: object) -> str:
    """Return the `code` of an error that WordPress reports; empty if it is none."""
    return str(payload.get("code", "")) if isinstance(payload, dict) else ""


def not_our_answer(front: Front, asks: Account, **facts: str | int) -> NotOurAnswer:
    """Return the error that names what answered, and what the webmaster can do."""
    return NotOurAnswer(
        target=asks.target,
        problem=Message(front.problem, facts),
        hint=Message(front.hint, facts),
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
    answer: Answer, payload: object, *, action: Action, asks: Account
) -> TargetError:
    """Return the error for JSON with another status than the expected one."""
    status, code = answer.status, code_of(payload)
    if code in REST_OFF:
        return not_our_answer(REST_IS_OFF, asks, status=status, code=code)
    if status == _FORBIDDEN and not code.startswith("rest_"):
        return not_our_answer(FIREWALL, asks, status=status)
    if not code and status < _SERVER_ERRORS:
        return not_our_answer(OTHER_ANSWER, asks, status=status)
    return _said_no(status, payload, action=action, asks=asks)


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


def _says_json(answer: Answer) -> bool:
    return answer.headers.get("content-type", "").startswith("application/json")


def _redirected(answer: Answer, asks: Account) -> NotOurAnswer:
    location = answer.headers.get("location", "")
    if "login" in location:
        return not_our_answer(LOGIN_WALL, asks, status=answer.status)
    home = location.partition("/wp-json/")[0].partition("?rest_route=")[0].rstrip("/")
    return not_our_answer(REDIRECT, asks, location=location, home=home)


def _noise(answer: Answer, asks: Account) -> TargetError:
    if answer.status == _CREATED:  # it says that something was made
        return Unclear(
            target=asks.target,
            problem=Message(NOISE.problem, {"status": answer.status}),
        )
    return not_our_answer(NOISE, asks, status=answer.status)


def _in_front(answer: Answer, asks: Account) -> TargetError:
    """Return the error for an answer that is not WordPress's API at all."""
    status = answer.status
    if status == _CREATED or status not in {_OK, *_CLIENT_ERRORS}:
        return Unclear(target=asks.target, problem=f"HTTP {status}")
    if status == _TOO_LARGE:
        return ContentRefused(target=asks.target, problem=f"HTTP {status}")
    return not_our_answer(_front(answer), asks, status=status, code="")


def _front(answer: Answer) -> Front:
    page = answer.body.decode(errors="replace").lower()
    if answer.status == _UNAUTHORIZED and "www-authenticate" in answer.headers:
        return SECOND_PASSWORD
    if 'type="password"' in page or "wp-login.php" in page:
        return LOGIN_WALL
    if answer.status == _NOT_FOUND:
        return NO_REWRITING
    return _front_of_page(answer, page) if answer.status == _OK else FIREWALL


def _front_of_page(answer: Answer, page: str) -> Front:
    if page.lstrip("\ufeff \r\n").startswith(("{", "[")):
        return NOISE
    if "api.w.org" in answer.headers.get("link", "") or "/wp-content/" in page:
        return NO_REWRITING
    return FIREWALL
