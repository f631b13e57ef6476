"""
An eye that knows nothing of the protocol: it reads WordPress' own database.

A trigger writes down every change of every post's status, so that even a second that
two posts were public at once is on record.
"""

import html
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from connector.rehearsal.wordpress import WordPress
from tests.faults.household import Approved

_EMPTY = (
    "DELETE FROM wp_posts WHERE post_type IN ('post', 'revision', 'attachment');"
    "DELETE FROM wp_postmeta WHERE post_id NOT IN (SELECT ID FROM wp_posts);"
    "DELETE FROM wp_term_relationships WHERE object_id NOT IN"
    " (SELECT ID FROM wp_posts);"
)
_LOOK = (
    "DROP TABLE IF EXISTS seen;"
    "CREATE TABLE seen (n INT AUTO_INCREMENT PRIMARY KEY, post BIGINT, status TEXT,"
    " title TEXT) CHARACTER SET utf8mb4;"
    "CREATE OR REPLACE TRIGGER seen_made AFTER INSERT ON wp_posts FOR EACH ROW"
    " INSERT INTO seen (post, status, title) SELECT NEW.ID, NEW.post_status,"
    " NEW.post_title FROM DUAL WHERE NEW.post_type = 'post';"
    "CREATE OR REPLACE TRIGGER seen_changed AFTER UPDATE ON wp_posts FOR EACH ROW"
    " INSERT INTO seen (post, status, title) SELECT NEW.ID, NEW.post_status,"
    " NEW.post_title FROM DUAL WHERE NEW.post_type = 'post'"
    " AND (NEW.post_status <> OLD.post_status OR NEW.post_title <> OLD.post_title);"
)
_LOOK_AWAY = "DROP TRIGGER seen_made; DROP TRIGGER seen_changed; DROP TABLE seen;"
_POSTS = (
    "SELECT p.ID, p.post_status, p.post_title, p.post_content,"
    " COALESCE(GROUP_CONCAT(t.slug), '') FROM wp_posts p"
    " LEFT JOIN wp_term_relationships r ON r.object_id = p.ID"
    " LEFT JOIN wp_term_taxonomy x ON x.term_taxonomy_id = r.term_taxonomy_id"
    " AND x.taxonomy = 'category'"
    " LEFT JOIN wp_terms t ON t.term_id = x.term_id"
    " WHERE p.post_type = 'post' AND p.post_status <> 'auto-draft'"
    " GROUP BY p.ID ORDER BY p.ID"
)


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What stands in WordPress at the end, and what ever did."""

    public: Mapping[str, int] = field(default_factory=dict)
    """By title: how many posts are public."""
    ever_twice: tuple[str, ...] = ()
    """Titles of which two posts were public at the same time, for however short."""
    strays: tuple[str, ...] = ()
    """Posts that are neither public nor in the trash."""
    trashed: int = 0
    wrong: tuple[str, ...] = ()
    """Public posts that do not say what was approved, or were not approved."""


@contextmanager
def watching(site: WordPress) -> Iterator[WordPress]:
    """Empty the site of posts, and write down what becomes of posts from now on."""
    site.sql(_EMPTY + _LOOK)
    try:
        yield site
    finally:
        site.sql(_LOOK_AWAY)


def look(site: WordPress, wanted: Mapping[str, Approved]) -> Sight:
    """Return what stands there, and what ever did."""
    public: Counter[str] = Counter()
    strays, wrong, trashed = [], [], 0
    for number, status, written, content, categories in site.sql(_POSTS):
        title = html.unescape(written)
        if status == "trash":
            trashed += 1
        elif status != "publish":
            strays.append(f"{number} ({status}): {title}")
        else:
            public[title] += 1
            approved = wanted.get(title)
            if approved is None:
                wrong.append(f"{number}: nobody approved “{title}”")
            elif _words(content) != _words(approved.body):
                wrong.append(f"{number}: another text than approved: {title}")
            elif categories.split(",") != [approved.category]:
                wrong.append(f"{number}: in {categories or 'no category'}: {title}")
    return Sight(
        public=public,
        ever_twice=tuple(_ever_twice(site)),
        strays=tuple(strays),
        trashed=trashed,
        wrong=tuple(wrong),
    )


def public_now(site: WordPress) -> int:
    """Return how many posts are public."""
    query = (
        "SELECT COUNT(*) FROM wp_posts"
        " WHERE post_type = 'post' AND post_status = 'publish'"
    )
    ((count,),) = site.sql(query)
    return int(count)


def _ever_twice(site: WordPress) -> Iterator[str]:
    titles: dict[str, str] = {}
    public: defaultdict[str, set[str]] = defaultdict(set)
    told: set[str] = set()
    for post, status, title in site.sql(
        "SELECT post, status, title FROM seen ORDER BY n"
    ):
        public[titles.get(post, title)].discard(post)
        titles[post] = title
        if status == "publish":
            public[title].add(post)
        if len(public[title]) > 1 and title not in told:
            told.add(title)
            yield title


def _words(fragment: str) -> str:
    bare = re.sub(r"<!--.*?-->|<[^>]*>", " ", fragment, flags=re.DOTALL)
    return " ".join(html.unescape(bare).split())
