"""What a target tells of our posts, for putting them in order, and how one goes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from connector.domain.errors import PostChanged
from connector.domain.publication import Post, PostState
from connector.markup import clean
from tests.contracts.site_under_test import SiteUnderTest
from tests.contracts.target_posts import (
    ANNOUNCEMENT,
    BODY,
    NEW_BODY,
    a_post,
    ours,
    places,
)

EDITED = "<p>Bài này đã bị sửa.</p>"


@pytest.fixture
def others(site: SiteUnderTest, request: pytest.FixtureRequest) -> list[Post]:
    """Five more posts, not sent yet."""
    return [a_post(site, seed=f"{n} {request.node.nodeid}") for n in range(5)]


def test_a_post_just_made_is_found_by_its_address_alone(
    site: SiteUnderTest, post: Post
) -> None:
    assert site.target.find(post, deep=False) is None

    draft = site.target.put_draft(post)
    assert site.target.find(post, deep=False) == draft

    live = site.target.go_live(draft.id)
    assert site.target.find(post, deep=False) == live


@pytest.mark.parametrize(
    "body",
    [
        BODY,
        "<p>Mã ngắn [gallery ids=1], [[lịch]] và [1] &lt;script&gt; &amp;amp;</p>",
        '<p>Xem <a href="https://thuvien.example/?a=[b]&amp;c=1">ở đây</a></p>',
        clean(
            "<p>Trước</p><!-- wp:html --><p>Sau</p><pre>a\n  &lt;!--more--&gt;</pre>"
        ),
    ],
)
def test_an_unchanged_post_comes_back_as_it_was_approved(
    site: SiteUnderTest, post: Post, body: str
) -> None:
    approved = replace(post, body=body)
    sent = site.target.prepared(approved)
    stored = site.target.read(site.target.put_draft(sent).id)

    assert site.target.unprepared(stored, sent) == approved


def test_a_post_that_somebody_edited_comes_back_as_it_is_there(
    site: SiteUnderTest, post: Post
) -> None:
    draft = site.target.put_draft(post)
    site.change_behind(draft.id, body=EDITED)

    theirs = site.target.unprepared(site.target.read(draft.id), post)

    assert theirs == replace(post, body=EDITED)


def test_every_part_that_differs_is_told(site: SiteUnderTest, post: Post) -> None:
    draft = site.target.put_draft(post)
    approved = replace(
        post,
        title="Lịch mới",
        body=NEW_BODY,
        excerpt="Đổi giờ.",
        terms=(site.target.resolve_terms(site.terms)[ANNOUNCEMENT],),
    )
    there = site.target.update(
        draft.id, site.target.prepared(approved), expect=draft.version
    )

    theirs = site.target.unprepared(there, post)

    assert theirs == approved


def test_ours_are_all_of_ours_that_are_not_in_the_trash(
    site: SiteUnderTest, others: list[Post]
) -> None:
    draft, live, down, binned, thrown = [site.target.put_draft(p) for p in others]
    site.target.go_live(live.id)
    site.target.go_live(down.id)
    site.target.withdraw(down.id)
    site.target.trash(binned.id)
    site.trash_behind(thrown.id)

    found = sorted(site.target.ours(), key=lambda found: int(found[0], 16))

    wanted = [(others[0], draft), (others[1], live), (others[2], down)]
    assert found == sorted(
        ((post.key, site.target.read(stored.id)) for post, stored in wanted),
        key=lambda found: int(found[0], 16),
    )


def test_a_post_of_somebody_else_is_not_ours(site: SiteUnderTest, post: Post) -> None:
    if site.write_behind is None:
        pytest.skip("nobody else writes on this kind")
    theirs = site.write_behind()
    draft = site.target.put_draft(post)

    assert [stored.id for _, stored in site.target.ours()] == [draft.id]
    assert theirs in {stored.id for stored in site.everything()}


def test_two_posts_with_one_key_are_both_ours(site: SiteUnderTest, post: Post) -> None:
    if site.target.capabilities.key_conflict == "refuse":
        pytest.skip("this kind never holds two posts with one key")
    ids = {site.target.put_draft(post).id, site.target.put_draft(post).id}

    found = list(site.target.ours())

    assert [key for key, _ in found] == [post.key, post.key]
    assert {stored.id for _, stored in found} == ids


def test_asking_for_ours_changes_nothing(
    site: SiteUnderTest, others: list[Post]
) -> None:
    draft, live = [site.target.put_draft(post) for post in others[:2]]
    live = site.target.go_live(live.id)

    with _nothing_changes(site):
        assert len(list(site.target.ours())) == 2

    assert site.target.read(draft.id) == draft
    assert site.target.read(live.id) == live


def test_a_draft_goes_to_the_trash_and_can_be_found_there(
    site: SiteUnderTest, post: Post
) -> None:
    draft = site.target.put_draft(post)

    site.target.trash(draft.id)

    found = site.target.find(post)
    assert found is not None
    assert (found.id, found.state) == (draft.id, PostState.TRASHED)
    assert [stored.state for stored in ours(site, post)] == [PostState.TRASHED]


def test_a_post_in_the_trash_stays_there_however_often_it_is_put_there(
    site: SiteUnderTest, post: Post
) -> None:
    draft = site.target.put_draft(post)
    site.target.trash(draft.id)

    with _nothing_changes(site):
        site.target.trash(draft.id)

    assert site.target.read(draft.id).state is PostState.TRASHED


def test_a_post_that_was_taken_down_can_go_to_the_trash(
    site: SiteUnderTest, post: Post
) -> None:
    live = site.target.go_live(site.target.put_draft(post).id)
    site.target.withdraw(live.id)

    site.target.trash(live.id)

    assert site.target.read(live.id).state is PostState.TRASHED
    assert places(site, post.key) == set()


def test_a_public_post_does_not_go_to_the_trash(
    site: SiteUnderTest, post: Post
) -> None:
    live = site.target.go_live(site.target.put_draft(post).id)

    with _nothing_changes(site), pytest.raises(PostChanged):
        site.target.trash(live.id)

    assert site.target.read(live.id) == live
    assert live.url in site.public()


def test_a_post_that_never_was_need_not_go_to_the_trash(site: SiteUnderTest) -> None:
    with _nothing_changes(site):
        site.target.trash("99999999")


@contextmanager
def _nothing_changes(site: SiteUnderTest) -> Iterator[None]:
    before = site.everything()
    yield
    assert site.everything() == before
