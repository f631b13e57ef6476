"""Batches on a real WordPress: what is in them, what breaks in the middle."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from connector.domain.errors import ContentRefused, NotSent, Unclear
from connector.domain.publication import Post, PostState, StoredPost
from connector.rehearsal.wordpress import WordPress
from connector.targets import wordpress
from connector.targets.wordpress.bulk import Batches
from tests.live.on_wordpress import a_post, statuses, target_of
from tests.live.proxy import FaultProxy, fault_proxy

pytestmark = pytest.mark.live


@pytest.fixture
def proxy(wordpress_site: WordPress) -> Iterator[FaultProxy]:
    with fault_proxy(wordpress_site.url) as proxy:
        yield proxy


def some_posts(site: WordPress, title: str, count: int) -> list[Post]:
    target = target_of(site)
    return [
        target.prepared(a_post(site, f"{title}, bài {number}"))
        for number in range(1, count + 1)
    ]


def bulk_of(target: wordpress.WordPress) -> Batches:
    assert target.bulk is not None
    return target.bulk


def kinds(outcomes: list[StoredPost | BaseException | None]) -> list[type]:
    return [type(outcome) for outcome in outcomes]


def test_thirty_posts_are_made_found_and_made_public_at_their_date(
    wordpress_site: WordPress, proxy: FaultProxy
) -> None:
    target = target_of(wordpress_site, url=proxy.url)
    wanted = some_posts(wordpress_site, "Ba mươi bài", 30)
    at = datetime(2025, 12, 30, 0, 30, tzinfo=UTC)
    assert bulk_of(target).find(wanted, deep=False) == [None] * 30

    drafts = bulk_of(target).put_draft(wanted)
    found = bulk_of(target).find(wanted, deep=False)
    ids = [draft.id for draft in drafts if isinstance(draft, StoredPost)]
    live = bulk_of(target).go_live([(number, at) for number in ids])

    assert found == drafts
    assert [
        target.losses(post, one)
        for post, one in zip(wanted, found, strict=True)
        if isinstance(one, StoredPost)
    ] == [()] * 30
    assert [one.id for one in live if isinstance(one, StoredPost)] == ids
    assert {(one.state, one.date) for one in live if isinstance(one, StoredPost)} == {
        (PostState.LIVE, at)
    }
    assert live == bulk_of(target).find(wanted)
    writes = [path for method, path in proxy.seen if method == "POST"]
    assert len(writes) == 4
    assert len(proxy.seen) <= 1 + 2 + 2 + 2 + 1 + 2 + 2


def test_one_post_that_is_refused_spoils_no_other(wordpress_site: WordPress) -> None:
    target = target_of(wordpress_site)
    wanted = some_posts(wordpress_site, "Một bài hỏng", 3)
    wanted[1] = replace(wanted[1], title="Thư viện " * 7_000)

    outcomes = bulk_of(target).put_draft(wanted)

    assert kinds([*outcomes]) == [StoredPost, ContentRefused, StoredPost]
    assert statuses(wordpress_site, wanted[1].key) == []


def test_php_that_fails_in_the_middle_leaves_all_unclear_and_the_first_made(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    wanted = some_posts(wordpress_site, "Lỗi giữa chừng", 3)
    fatal = wordpress_site.folder / "wp-content/mu-plugins/fatal.php"
    fatal.write_text(
        "<?php add_action( 'save_post', function ( $id, $post ) {"
        f" if ( $post->post_name === '{wanted[1].slug}' ) no_such_function(); }},"
        " 10, 2 );"
    )

    outcomes = bulk_of(target).put_draft(wanted)
    fatal.unlink()

    assert kinds([*outcomes]) == [Unclear] * 3
    assert target.bulk is None
    found = [target.find(post) for post in wanted]
    assert kinds([*found]) == [StoredPost, StoredPost, type(None)]


def test_a_lost_answer_to_a_batch_leaves_one_draft_of_each(
    wordpress_site: WordPress, proxy: FaultProxy
) -> None:
    target = target_of(wordpress_site, url=proxy.url)
    wanted = some_posts(wordpress_site, "Mất hồi đáp cả loạt", 3)
    proxy.cut_answer_of("POST", "/batch/v1")

    outcomes = bulk_of(target).put_draft(wanted)

    assert kinds([*outcomes]) == [Unclear] * 3
    assert kinds([*bulk_of(target).find(wanted)]) == [StoredPost] * 3
    assert [statuses(wordpress_site, post.key) for post in wanted] == [["draft"]] * 3


def test_a_site_without_batches_makes_nothing_and_is_asked_one_by_one(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    wanted = some_posts(wordpress_site, "Không nhận loạt", 2)
    off = wordpress_site.folder / "wp-content/mu-plugins/no_batch.php"
    off.write_text(
        "<?php add_filter( 'rest_endpoints', function ( $routes ) {"
        " unset( $routes['/batch/v1'] ); return $routes; } );"
    )

    outcomes = bulk_of(target).put_draft(wanted)
    off.unlink()

    assert kinds([*outcomes]) == [NotSent] * 2
    assert [statuses(wordpress_site, post.key) for post in wanted] == [[], []]
    assert target.bulk is None
    assert target.put_draft(wanted[0]).state is PostState.DRAFT


def test_a_date_that_the_site_takes_for_the_future_becomes_its_own_time(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    alone, *others = some_posts(wordpress_site, "Đồng hồ chậm", 3)
    ahead = datetime.now(UTC) + timedelta(minutes=10)
    draft = target.put_draft(alone)
    ids = [target.put_draft(post).id for post in others]

    live = target.go_live(draft.id, at=ahead)
    outcomes = bulk_of(target).go_live([(ids[0], ahead), (ids[1], None)])

    for one in (live, *outcomes):
        assert isinstance(one, StoredPost)
        assert one.state is PostState.LIVE
        assert one.date is not None
        assert one.date < ahead - timedelta(minutes=9)


def test_our_posts_are_told_by_id_without_the_trash(wordpress_site: WordPress) -> None:
    target = target_of(wordpress_site)
    wanted = some_posts(wordpress_site, "Tự nhận ra bài của mình", 3)
    drafts = [target.put_draft(post) for post in wanted]
    target.trash(drafts[1].id)
    wordpress_site.php(
        "wp_insert_post( ['post_title' => 'x', 'post_content' => 'calib:ration'] );"
    )

    found = list(target.ours())

    keys = [key for key, _ in found]
    assert {wanted[0].key, wanted[2].key} <= set(keys)
    assert wanted[1].key not in keys
    assert (wanted[0].key, drafts[0]) in found
    assert all(int(one.id) <= int(two.id) for (_, one), (_, two) in pairwise(found))
