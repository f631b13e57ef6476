"""Why there may be nothing to compare: no page, another page, a wall before it."""

import re

from connector.comparison.addresses import path, split
from connector.comparison.align import Kind
from connector.comparison.decoding import Decoded
from connector.comparison.inputs import Approved, Page
from connector.comparison.reading import Reading
from connector.domain.message import Message
from connector.domain.verdict import Judgement, Verdict
from connector.language import N_

_GONE = frozenset({404, 410})
_BLOCKED = frozenset({401, 403, 407, 429, 451, 511})
_ANSWERED = frozenset({200, 203})
_SERVER_ERROR = 500
_MAINTENANCE = 503
_START = 100_000
_PAGES = ("text/html", "application/xhtml+xml")
_CHALLENGE = re.compile(
    r"cf-chl|cf_chl|challenge-platform|Just a moment\.\.\.|Attention Required!"
    r"|g-recaptcha|h-captcha|hcaptcha\.com|cf-turnstile|_Incapsula_|sucuri_cloudproxy"
    r"|wordfence|ddos-guard|Access Denied|Request blocked|captcha",
    re.IGNORECASE,
)
_LOGIN_PATH = re.compile(
    r"/(?:wp-login\.php|login|signin|sign-in|dang-nhap|user/login|sso|cas)\b",
    re.IGNORECASE,
)
_POST_ID = re.compile(r"(?:postid-|page-id-)(\d+)\Z")


def verdict(judgement: Judgement, template: str, **facts: str | int) -> Verdict:
    """Return a verdict with its reason, and nothing compared."""
    return Verdict(judgement=judgement, reason=Message(template, facts))


def before_reading(page: Page, decoded: Decoded) -> Verdict | None:
    """Return the verdict that the answer alone decides; None if it is a page."""
    status = page.status
    wall = bool(_CHALLENGE.search(decoded.text[:_START]))
    answers = (
        (status in _GONE, Judgement.NOT_LIVE, N_("The address answers {status}.")),
        (
            status in _BLOCKED,
            Judgement.BLOCKED,
            N_("The site does not let an anonymous reader in: {status}."),
        ),
        (
            status == _MAINTENANCE and wall,
            Judgement.BLOCKED,
            N_("A firewall asks who is reading: {status}."),
        ),
        (
            status == _MAINTENANCE,
            Judgement.UNREACHABLE,
            N_("The site is under maintenance, or too busy: {status}."),
        ),
        (
            status >= _SERVER_ERROR,
            Judgement.UNREACHABLE,
            N_("The server fails: {status}."),
        ),
        (
            status not in _ANSWERED,
            Judgement.UNREACHABLE,
            N_("The server gives no page: {status}."),
        ),
    )
    for so, judgement, template in answers:
        if so:
            return verdict(judgement, template, status=status)
    if not page.body.strip():
        return verdict(Judgement.UNREACHABLE, N_("The page is empty."))
    media_type = page.header("content-type").partition(";")[0].strip().lower()
    if media_type and media_type not in _PAGES:
        return verdict(
            Judgement.UNREACHABLE,
            N_("The address holds no page, but {media_type}."),
            media_type=media_type,
        )
    return None


def too_much() -> Verdict:
    """Return the verdict on a page that no reader could want."""
    return verdict(
        Judgement.UNREACHABLE, N_("The page is too large to be read, or too deep.")
    )


def instead(reading: Reading, decoded: Decoded) -> Verdict | None:
    """
    Return what the page is instead of the item's; None if it is the item's.

    Asked only of pages that are not right.
    """
    nothing = not any_found(reading)
    all_there = entire(reading)
    if nothing and (wall := _wall(reading, decoded)):
        return wall
    other = _other_post(reading)
    if other and not all_there:
        return verdict(
            Judgement.NOT_LIVE,
            N_("The address shows another item: number {shown}, not {approved}."),
            shown=other,
            approved=reading.approved.post_id,
        )
    if cut_off(reading, decoded):
        return verdict(
            Judgement.UNREACHABLE, N_("The page was cut off on its way: truncated.")
        )
    if nothing:
        return verdict(Judgement.NOT_LIVE, N_("Nothing of the item is on the page."))
    if moved(reading.approved, reading.page) and not all_there:
        return verdict(
            Judgement.NOT_LIVE,
            N_("The address leads to another page: {address}."),
            address=reading.page.final_url,
        )
    return None


def _wall(reading: Reading, decoded: Decoded) -> Verdict | None:
    if reading.shown.password_forms:
        return verdict(Judgement.BLOCKED, N_("The page asks for a password."))
    if _LOGIN_PATH.search(reading.page.final_url):
        return verdict(Judgement.BLOCKED, N_("The address leads to a login."))
    if _CHALLENGE.search(decoded.text[:_START]):
        return verdict(Judgement.BLOCKED, N_("A firewall asks who is reading."))
    return None


def _other_post(reading: Reading) -> str:
    expected = reading.approved.post_id
    shown = post_id(reading)
    return shown if expected and shown and shown != expected else ""


def post_id(reading: Reading) -> str:
    """Return the number that the page gives its item; empty if it gives none."""
    for name in sorted(reading.shown.body_classes):
        if match := _POST_ID.match(name):
            return match[1]
    return ""


def any_found(reading: Reading) -> bool:
    """Say whether any block or picture of the item is on the page, word for word."""
    shown = {block.keys for block in reading.shown.blocks}
    ours = [block.keys for block in reading.source.blocks]
    # One word, such as a heading "Liên hệ", may stand in the menu of any page.
    telling = [keys for keys in ours if len(keys) > 3] or ours  # noqa: PLR2004 -- words
    if any(keys in shown for keys in telling):
        return True
    if any(match.kind in {Kind.CHANGED, Kind.REGROUPED} for match in reading.matches):
        return True
    images = {image.src for image in reading.shown.images}
    return not ours and any(image.src in images for image in reading.source.images)


def entire(reading: Reading) -> bool:
    """Say whether the whole text of the item is shown."""
    return all(
        match.kind in {Kind.EQUAL, Kind.REGROUPED}
        for match in reading.matches
        if match.approved
    )


def moved(approved: Approved, page: Page) -> bool:
    """Say whether the page was found at another address than the CMS gave."""
    expected, found = split(approved.url), split(page.final_url)
    if not approved.url or expected is None or found is None:
        return False
    if expected.query:  # plain permalinks: ?p=12
        return path(approved.url) != path(page.final_url)
    return path(approved.url) != path(page.final_url).partition("?")[0]


def cut_off(reading: Reading, decoded: Decoded) -> bool:
    """Say whether the page ends before its end, and the text with it."""
    if not reading.matches or "</html" in decoded.text[-2_000:].lower():
        return False
    ours = [match for match in reading.matches if match.approved]
    return bool(ours) and ours[-1].kind in {Kind.MISSING, Kind.CHANGED}
