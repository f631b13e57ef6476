"""
What answers in WordPress's place, and what the webmaster can do about it.

Lines to be typed are facts, not words: they are the same in every language.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.domain.message import Fact
from connector.http import Answer
from connector.language import N_

_OK = 200
_UNAUTHORIZED, _NOT_FOUND = 401, 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """A kind of thing that answers in WordPress's place."""

    problem: str
    hint: str
    """What the webmaster can do, with the line to add where there is one."""
    lines: Mapping[str, Fact] = field(default_factory=dict)
    """What is to be typed, by the name it has in `hint`."""


REDIRECT = Front(
    problem=N_("it sent us on to {location}"),
    hint=N_("in targets.toml, set url to the address that browsers end up at: {home}"),
)
ELSEWHERE = Front(
    problem=N_("its REST API is on another server: {root}"),
    hint=N_(
        "in targets.toml, set url to the “Site Address” of WordPress's own settings"
    ),
)
LOGIN_WALL = Front(
    problem=N_("a login page (HTTP {status})"),
    hint=N_("let /wp-json/ through the plugin or server that asks for a login first"),
)
SECOND_PASSWORD = Front(
    problem=N_("the web server asks for a password of its own (HTTP {status})"),
    hint=N_(
        "take /wp-json/ out of the web server's password protection; for Apache add to"
        " .htaccess: {apache}; for nginx add to http: {nginx_map} and in the server"
        " write: {nginx}"
    ),
    lines={
        "apache": '<If "%{THE_REQUEST} =~ m# /wp-json/#">Require all granted</If>',
        "nginx_map": 'map $request_uri $asks { default "Private"; ~^/wp-json/ off; }',
        "nginx": "auth_basic $asks;",
    },
)
CLOUDFLARE = Front(
    problem=N_("Cloudflare (HTTP {status})"),
    hint=N_(
        "in Cloudflare under Security, WAF, Custom rules, add a rule with the action"
        " Skip (all rules, and bot fighting) and the expression {rule}, with"
        " connector's address for ADDRESS"
    ),
    lines={
        "rule": '(starts_with(http.request.uri.path, "/wp-json/") and'
        " ip.src eq ADDRESS)"
    },
)
WORDFENCE = Front(
    problem=N_("the plugin Wordfence (HTTP {status})"),
    hint=N_(
        "in WordPress under Wordfence, Firewall, All Firewall Options, add connector's"
        " address to “Allowlisted IP addresses that bypass all rules”"
    ),
)
SUCURI = Front(
    problem=N_("the Sucuri firewall (HTTP {status})"),
    hint=N_(
        "in Sucuri under Firewall, Access Control, add connector's address to “Allow"
        " IP Addresses”"
    ),
)
MOD_SECURITY = Front(
    problem=N_("ModSecurity in the web server (HTTP {status})"),
    hint=N_(
        "for Apache, nginx and LiteSpeed add to the rules of ModSecurity, with"
        " connector's address for ADDRESS: {rule}"
    ),
    lines={
        "rule": 'SecRule REMOTE_ADDR "@ipMatch ADDRESS"'
        ' "id:1000100,phase:1,pass,nolog,ctl:ruleEngine=Off"'
    },
)
IMUNIFY = Front(
    problem=N_("Imunify360 of the host (HTTP {status})"),
    hint=N_(
        "in the hosting panel under Imunify360, Lists, add connector's address to the"
        " White List, or ask the host to"
    ),
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
        "in WordPress under Settings, Permalinks, choose any structure but “Plain” and"
        " save; Apache also needs {apache} for the folder, nginx {nginx}, LiteSpeed"
        " “Auto Load from .htaccess”"
    ),
    lines={
        "apache": "AllowOverride All",
        "nginx": "try_files $uri $uri/ /index.php?$args;",
    },
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
    hint=N_(
        "exclude /wp-json/ and all POST requests from page caches and optimisers: in"
        " LiteSpeed Cache under Cache, switch “Cache REST API” off; for nginx add:"
        " {nginx}"
    ),
    lines={
        "nginx": "fastcgi_cache_methods GET HEAD;"
        " fastcgi_cache_bypass $http_authorization;"
        " fastcgi_no_cache $http_authorization;"
    },
)
APPLICATION_PASSWORDS_OFF = Front(
    problem=N_("WordPress has application passwords switched off"),
    hint=N_(
        "serve the site by https, or allow them in the security plugin: in Wordfence"
        " under Login Security or All Options, “Disable WordPress application"
        " passwords”"
    ),
)
LOGIN_PASSWORD = Front(
    problem=N_("it takes the password of “{user}” for logging in only"),
    hint=N_(
        "log in to WordPress as “{user}”, make an application password under Profile,"
        " and store it in place of this one"
    ),
)
_STRIPPED_LINES: Mapping[str, Fact] = {
    "apache": 'SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1',
    "litespeed": "RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]",
    "nginx": "fastcgi_param HTTP_AUTHORIZATION $http_authorization;",
    "proxy": "proxy_set_header Authorization $http_authorization;",
}
HEADER_STRIPPED = Front(
    problem=N_("the host takes the password out of what reaches WordPress"),
    hint=N_(
        "for Apache add to .htaccess: {apache}; for LiteSpeed, below RewriteEngine On:"
        " {litespeed}; for nginx, beside the other lines of its kind: {nginx}; for"
        " nginx before another server: {proxy}"
    ),
    lines=_STRIPPED_LINES,
)
REFUSED_OR_STRIPPED = Front(
    problem=N_(
        "the password was refused, or never arrived: XML-RPC, which could tell, is off"
    ),
    hint=N_(
        "make a new application password first; if it is refused too, the host takes"
        " it out: for Apache add to .htaccess: {apache}; for LiteSpeed, below"
        " RewriteEngine On: {litespeed}; for nginx, beside the other lines of its"
        " kind: {nginx}; for nginx before another server: {proxy}"
    ),
    lines=_STRIPPED_LINES,
)

_PHP_SPEAKS = re.compile(r"<b>(?:notice|warning|deprecated)</b>:.*[{\[]", re.DOTALL)

_SIGNS = (
    ("cloudflare", CLOUDFLARE),
    ("wordfence", WORDFENCE),
    ("sucuri", SUCURI),
    ("imunify360", IMUNIFY),
    ("mod_security", MOD_SECURITY),
    ("modsecurity", MOD_SECURITY),
)
"""Words by which the pages of firewalls are known."""


def front_of(answer: Answer) -> Front:
    """Return what gave an answer that is a page where JSON was asked for."""
    page = answer.body.decode(errors="replace").lower()
    if answer.status == _UNAUTHORIZED and "www-authenticate" in answer.headers:
        return SECOND_PASSWORD
    wall = firewall_of(answer)
    if wall is FIREWALL and ('type="password"' in page or "wp-login.php" in page):
        return LOGIN_WALL
    if answer.status == _NOT_FOUND:
        return NO_REWRITING
    return _front_of_page(answer, page) if answer.status == _OK else wall


def _front_of_page(answer: Answer, page: str) -> Front:
    if page.lstrip("\ufeff \r\n").startswith(("{", "[")) or _PHP_SPEAKS.search(page):
        return NOISE
    if "api.w.org" in answer.headers.get("link", "") or "/wp-content/" in page:
        return NO_REWRITING
    return firewall_of(answer)


def firewall_of(answer: Answer) -> Front:
    """Return which firewall said no, as far as its page or its headers tell."""
    page = answer.body.decode(errors="replace").lower()
    if "cf-mitigated" in answer.headers:
        return CLOUDFLARE
    if answer.status in {_OK, _NOT_FOUND}:
        # A page of the site may well speak of Wordfence.
        return CLOUDFLARE if "just a moment...</title>" in page else FIREWALL
    return next((front for sign, front in _SIGNS if sign in page), FIREWALL)
