"""The whole way of a post into a real WordPress, as each live test takes it."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import requests

from connector.domain.errors import Unclear
from connector.domain.item import CategoryCode, key_of, slug_of
from connector.domain.publication import Post, PostState
from connector.rehearsal.wordpress import WordPress
from connector.targets import wordpress as kind

NEWS = CategoryCode("news")


def target_of(
    site: WordPress,
    *,
    user: str = "editor",
    **options: Any,  # noqa: ANN401 -- any option
) -> kind.WordPress:
    fields = {"url": site.url, "user": user, "password": site.users[user], **options}
    made = kind.Options.model_validate(fields)
    return kind.connect("portal", options=made, folder=Path())


def a_post(target: kind.WordPress, title: str) -> Post:
    key = key_of("odd", title)
    post = Post(
        key=key,
        slug=slug_of(title, key),
        title=title,
        body="<p>Thư viện mở cửa “lúc 8 giờ”.</p>",
        excerpt="Mở cửa",
        language="vi",
        category=NEWS,
        terms=(target.resolve_terms({NEWS: "tin-tuc"})[NEWS],),
    )
    return target.prepared(post)


def publish(target: kind.WordPress, post: Post) -> str:
    """Go the whole way as steps.publish does, and return the address."""
    assert target.find(post) is None
    with suppress(Unclear):
        target.put_draft(post)
    draft = target.find(post)
    assert draft is not None
    assert target.losses(post, draft) == ()
    live = target.go_live(draft.id)
    assert live.state is PostState.LIVE
    return live.url


def shown(url: str) -> str:
    answer = requests.get(url, timeout=30)
    assert answer.status_code == 200
    return answer.text


def statuses(site: WordPress, post: Post) -> list[str]:
    rows = site.sql(
        f"SELECT post_status FROM wp_posts WHERE post_name LIKE '%{post.key}%'"  # noqa: S608 -- a key of ours
        " AND post_type <> 'revision' ORDER BY ID"
    )
    return [status for (status,) in rows]
