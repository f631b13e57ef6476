"""WordPress, in memory and on this machine, to be held against the contract."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from pydantic import SecretStr

from connector.domain.publication import PostState, StoredPost
from connector.rehearsal.wordpress import WordPress
from connector.targets import wordpress
from tests.contracts.site_under_test import SiteUnderTest
from tests.contracts.target_sites import TERMS
from tests.fakes.wordpress import FakeWordPress

_STATES = {
    "publish": PostState.LIVE,
    "draft": PostState.DRAFT,
    "future": PostState.SCHEDULED,
    "trash": PostState.TRASHED,
}

_EMPTY_IT = """
foreach ( get_posts( array(
    'post_type' => array( 'post', 'attachment' ),
    'post_status' => array( 'any', 'trash' ),
    'numberposts' => -1,
) ) as $post ) {
    'attachment' === $post->post_type
        ? wp_delete_attachment( $post->ID, true )
        : wp_delete_post( $post->ID, true );
}
"""

_ADDRESSES = """
$urls = array( home_url( '/' ), get_feed_link(), rest_url( 'wp/v2/posts' ) );
foreach ( get_posts( array(
    'post_status' => array( 'any', 'trash' ), 'numberposts' => -1 ) ) as $post ) {
    $urls[] = get_permalink( $post );
    $urls[] = home_url( "/?p=$post->ID" );
}
foreach ( get_terms( array( 'taxonomy' => 'category' ) ) as $term ) {
    $urls[] = get_term_link( $term );
}
foreach ( get_posts( array(
    'post_type' => 'attachment', 'numberposts' => -1 ) ) as $file ) {
    $urls[] = wp_get_attachment_url( $file->ID );
}
echo json_encode( $urls );
"""


@contextmanager
def wordpress_in_memory(_: pytest.FixtureRequest) -> Iterator[SiteUnderTest]:
    fake = FakeWordPress()
    options = wordpress.Options(
        url=fake.url, user=fake.user, password=SecretStr(fake.password)
    )
    with fake.answering():
        yield SiteUnderTest(
            target=wordpress.connect("portal", options=options, folder=Path()),
            terms=TERMS,
            public=fake.public,
            everything=lambda: [_row(post) for post in fake.posts.values()],
            change_behind=lambda post_id, *, body: fake.edit(post_id, content=body),
            trash_behind=fake.trash,
        )


@contextmanager
def wordpress_here(request: pytest.FixtureRequest) -> Iterator[SiteUnderTest]:
    site: WordPress = request.getfixturevalue("wordpress_site")
    site.php(_EMPTY_IT)
    options = wordpress.Options(
        url=site.url, user="editor", password=SecretStr(site.users["editor"])
    )

    def change_behind(post_id: str, *, body: str) -> None:
        _as_admin(site, "POST", post_id, json={"content": body})

    def trash_behind(post_id: str) -> None:
        _as_admin(site, "DELETE", post_id)

    yield SiteUnderTest(
        target=wordpress.connect("portal", options=options, folder=Path()),
        terms=TERMS,
        public=lambda: public(site),
        everything=lambda: everything(site),
        change_behind=change_behind,
        trash_behind=trash_behind,
    )


def public(site: WordPress) -> Mapping[str, bytes]:
    """Return what an anonymous reader gets at every address there could be."""
    with requests.Session() as reader:
        reader.trust_env = False
        answers = [
            reader.get(url, timeout=30) for url in json.loads(site.php(_ADDRESSES))
        ]
    return {answer.url: answer.content for answer in answers if answer.ok}


def everything(site: WordPress) -> list[StoredPost]:
    """Return the rows of the database that are posts."""
    rows = site.sql(
        "SELECT ID, post_status, post_name, post_title, post_content, post_excerpt"
        " FROM wp_posts WHERE post_type = 'post' AND post_status <> 'auto-draft'"
        " ORDER BY ID"
    )
    names = ("id", "status", "slug", "title", "content", "excerpt")
    return [_row(dict(zip(names, row, strict=True))) for row in rows]


def _row(post: Mapping[str, Any]) -> StoredPost:
    return StoredPost(
        id=str(post["id"]),
        state=_STATES.get(post["status"], PostState.HIDDEN),
        url="",
        slug=post["slug"],
        title=post["title"],
        body=post["content"],
        excerpt=post["excerpt"],
        terms=(),
        version="",
    )


def _as_admin(
    site: WordPress,
    method: str,
    post_id: str,
    **request: Any,  # noqa: ANN401 -- requests' own keywords
) -> None:
    answer = requests.request(
        method,
        f"{site.url}/wp-json/wp/v2/posts/{post_id}",
        auth=("admin", site.users["admin"]),
        timeout=30,
        **request,
    )
    assert answer.ok, answer.text
