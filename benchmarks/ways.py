"""
Five ways to publish the same news on the same WordPress.

Each is as lean as it can be: one session for all, only the fields that are needed.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import requests
import wordpress_xmlrpc
from wordpress_xmlrpc.methods.posts import NewPost

from benchmarks.article import TERM, Article
from benchmarks.library import Prepared
from connector.domain.person import CONNECTOR
from connector.domain.publication import PublicationState
from connector.rehearsal.wordpress import WordPress
from connector.steps.publish import Orders, publish_all

NAMES = {
    "a": "unguarded: one POST",
    "b": "as ours, call by call",
    "c": "python-wordpress-xmlrpc",
    "d": "connector, everything",
    "e": "`wp_insert_post` inside PHP",
}

USER = "editor"
_TIMEOUT_S = 60
_READ_BACK = {
    "context": "edit",
    "_fields": (
        "id,status,link,slug,title.raw,content.raw,excerpt.raw,categories,"
        "featured_media,modified_gmt,password"
    ),
}
"""All that is needed to see whether the draft is what was sent."""
_INSERT = """
wp_set_current_user( get_user_by( 'login', '{user}' )->ID );
$posts = json_decode( <<<'JSON'
{posts}
JSON, true );
function used() {{
	$used = getrusage();
	return $used['ru_utime.tv_sec'] + $used['ru_stime.tv_sec']
		+ ( $used['ru_utime.tv_usec'] + $used['ru_stime.tv_usec'] ) / 1e6;
}}
$used    = used();
$started = microtime( true );
foreach ( $posts as $post ) {{
	if ( ! wp_insert_post( wp_slash( $post ) ) ) {{
		exit( 'not inserted' );
	}}
}}
echo json_encode( array( microtime( true ) - $started, used() - $used ) );
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Itself:
    """What a way has measured of itself, where it knows better."""

    seconds: float
    php_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to publish."""

    letter: str
    publish: Callable[[Sequence[Article]], Itself | None]
    """Make all of these public, or raise."""


def ways(site: WordPress, prepared: Prepared) -> list[Way]:
    """Return the ways, the ones of others first."""
    rest = _Rest(site)
    xmlrpc = wordpress_xmlrpc.Client(f"{site.url}/xmlrpc.php", USER, site.users[USER])

    def by_xmlrpc(articles: Sequence[Article]) -> None:
        for article in articles:
            xmlrpc.call(NewPost(_xmlrpc_post(article)))

    def by_ours(articles: Sequence[Article]) -> None:
        ours(prepared, len(articles))

    def inside(articles: Sequence[Article]) -> Itself:
        return _inserted(site, articles)

    return [
        Way(letter="a", publish=rest.unguarded),
        Way(letter="b", publish=rest.call_by_call),
        Way(letter="c", publish=by_xmlrpc),
        Way(letter="d", publish=by_ours),
        Way(letter="e", publish=inside),
    ]


def ours(prepared: Prepared, count: int) -> None:
    """Publish so many of the approved items, and see that all are public."""
    publications = prepared.take(count)
    for attempt in publish_all(
        publications, orders=Orders(by=CONNECTOR), parts=prepared.library.parts
    ):
        if attempt.publication.state is not PublicationState.LIVE:
            raise RuntimeError(f"not published: {attempt}")


class _Rest:
    """Loops that a programmer would write on requests."""

    def __init__(self, site: WordPress) -> None:
        self._posts = f"{site.url}/wp-json/wp/v2/posts"
        self._term = site.categories[TERM]
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.auth = (USER, site.users[USER])

    def unguarded(self, articles: Sequence[Article]) -> None:
        """Make each public with one request; believe the answer."""
        lean = {"_fields": "id,status,link"}
        for article in articles:
            fields = self._fields(article) | {"status": "publish"}
            self._ask("POST", self._posts, lean, fields)

    def call_by_call(self, articles: Sequence[Article]) -> None:
        """Make a draft, read it back, make it public."""
        for article in articles:
            fields = self._fields(article) | {"status": "draft"}
            made = self._ask("POST", self._posts, _READ_BACK, fields)
            address = f"{self._posts}/{made['id']}"
            stored = self._ask("GET", address, _READ_BACK)
            if stored["content"]["raw"] != article.body:
                raise RuntimeError(f"changed: {stored}")
            self._ask("POST", address, _READ_BACK, {"status": "publish"})

    def _fields(self, article: Article) -> dict[str, Any]:
        return {
            "title": article.title,
            "content": article.body,
            "categories": [self._term],
        }

    def _ask(
        self,
        method: str,
        url: str,
        params: Mapping[str, str],
        fields: Mapping[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 -- JSON has any shape
        answer = self._session.request(
            method, url, params=params, json=fields, timeout=_TIMEOUT_S
        )
        answer.raise_for_status()
        return answer.json()


def _xmlrpc_post(article: Article) -> wordpress_xmlrpc.WordPressPost:
    post = wordpress_xmlrpc.WordPressPost()
    post.title = article.title
    post.content = article.body
    post.post_status = "publish"
    post.terms_names = {"category": ["Thông báo"]}
    return post


def _inserted(site: WordPress, articles: Sequence[Article]) -> Itself:
    """Insert them without any request: the least that WordPress itself needs."""
    posts = [
        {
            "post_title": article.title,
            "post_content": article.body,
            "post_status": "publish",
            "post_category": [site.categories[TERM]],
        }
        for article in articles
    ]
    code = _INSERT.format(user=USER, posts=json.dumps(posts))
    seconds, php_s = json.loads(site.php(code))
    return Itself(seconds=seconds, php_s=php_s)
