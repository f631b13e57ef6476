"""
Judges what comes back: a Fault of WordPress, or something else that answered.

xmlrpc.php answers with status 200 as long as it is on, Faults too. A Fault's text is
in the site's own language, so that only its code and what was asked tell its meaning.
"""

from xmlrpc.client import Fault

from connector.domain.errors import (
    Busy,
    ContentRefused,
    Denied,
    NotOurAnswer,
    TargetError,
    Unclear,
)
from connector.domain.message import Message
from connector.http import Answer
from connector.language import N_
from connector.targets.wordpress.answers import Account, Action, not_our_answer
from connector.targets.wordpress.fronts import NOISE, REDIRECT, Front

_OK = 200
_REDIRECTS = range(300, 400)
_CLIENT_ERRORS = range(400, 500)
_TOO_LARGE = 413
_MAINTENANCE_S = 60
"""How long to leave a site alone that answers nothing. WordPress ends its maintenance
mode after 600 s at the latest; an update takes a few."""
_SHOWN = 300
"""How many characters of a Fault are kept."""

_DENIED = 401
NOT_ALLOWED_OR_NOT_THERE = 403
MISSING = 404
NEWER = 409
FAILED = 500
_SWITCHED_OFF = {405, -32601}
"""By a filter of a plugin, and with the method taken out of the list."""
_MALFORMED = {-32700, -32600}

XMLRPC_IS_OFF = Front(
    problem=N_("XML-RPC is switched off ({code})"),
    hint=N_(
        "in the security plugin, allow XML-RPC; or, if the REST API is open, set kind"
        ' = "wordpress" in targets.toml'
    ),
)
NO_SUCH_KIND = Front(
    problem=N_("it has no such kind of posts, or of categories ({said})"),
    hint=N_(
        "in targets.toml, correct post_type and taxonomy: XML-RPC wants the names that"
        " WordPress itself has for them"
    ),
)
BLOCKED = Front(
    problem=N_("xmlrpc.php is not let through (HTTP {status})"),
    hint=N_(
        "allow xmlrpc.php for connector's address in the web server, the firewall or"
        " the security plugin; if it is in another folder, name it with endpoint in"
        " targets.toml"
    ),
)
NO_XMLRPC = Front(
    problem=N_("a page instead of an answer of XML-RPC (HTTP {status})"),
    hint=N_("let xmlrpc.php through whatever shows this page: a firewall, a login"),
)
OTHER_RESULT = Front(
    problem=N_("the reply is not our post (XML-RPC)"),
    hint=N_("look for a plugin that changes what XML-RPC answers"),
)


def meaning(
    fault: Fault, *, action: Action, asks: Account, reading: bool
) -> TargetError:
    """Return the error for a Fault, other than one about the login."""
    said = f"{fault.faultCode} {' '.join(str(fault.faultString).split())}"[:_SHOWN]
    code = fault.faultCode
    if code == _DENIED:
        return Denied(target=asks.target, user=asks.user, action=action)
    if code in _SWITCHED_OFF:
        return not_our_answer(XMLRPC_IS_OFF, asks, code=code)
    if code == NOT_ALLOWED_OR_NOT_THERE and reading:
        return not_our_answer(NO_SUCH_KIND, asks, said=said)
    for_good = code in {NOT_ALLOWED_OR_NOT_THERE, MISSING, *_MALFORMED} or (
        code == FAILED and not _died(fault)
    )
    if for_good and not reading:
        return ContentRefused(target=asks.target, problem=said)
    return Unclear(target=asks.target, problem=said)


def no_answer(answer: Answer, asks: Account, *, reading: bool) -> TargetError:
    """Return the error for another status than 200, or for an answer of no byte."""
    status = answer.status
    if status == _OK:
        # In maintenance, and without its database, WordPress says nothing by 200.
        if reading:
            return Busy(target=asks.target, retry_after_s=_MAINTENANCE_S)
        return Unclear(target=asks.target, problem=Message(N_("an empty answer")))
    if status == _TOO_LARGE:
        return ContentRefused(target=asks.target, problem=f"HTTP {status}")
    if status in {*_REDIRECTS, *_CLIENT_ERRORS}:
        return _in_front(answer, asks)
    return Unclear(target=asks.target, problem=f"HTTP {status}")


def no_xml(answer: Answer, asks: Account, *, reading: bool) -> TargetError:
    """
    Return the error for an answer that is not XML-RPC, or not only.

    A warning of PHP before the answer says nothing about what was done.
    """
    noisy = b"<methodResponse" in answer.body
    front = NOISE if noisy else NO_XMLRPC
    if reading:
        return not_our_answer(front, asks, status=answer.status)
    return Unclear(
        target=asks.target, problem=Message(front.problem, {"status": answer.status})
    )


def _in_front(answer: Answer, asks: Account) -> NotOurAnswer:
    status = answer.status
    if status in _REDIRECTS:
        location = answer.headers.get("location", "")
        home = location.partition("/xmlrpc.php")[0]
        return not_our_answer(REDIRECT, asks, location=location, home=home)
    # Where it is switched off, WordPress gives the code of its Fault as the status too.
    if status in _SWITCHED_OFF:
        return not_our_answer(XMLRPC_IS_OFF, asks, code=status)
    return not_our_answer(BLOCKED, asks, status=status)


def other_result(asks: Account) -> NotOurAnswer:
    """Return the error for a result of another shape, or about another post."""
    return not_our_answer(OTHER_RESULT, asks)


def _died(fault: Fault) -> bool:
    """
    Return whether WordPress broke off, rather than said no.

    Both are Fault 500. Only when it breaks off, perhaps after the post was stored, is
    the text made for a browser.
    """
    return "<" in str(fault.faultString)
