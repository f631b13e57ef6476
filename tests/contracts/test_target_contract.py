"""What every target must do. The kinds are in conftest.py."""

from dataclasses import replace

import pytest

from connector.domain.errors import (
    PostChanged,
    PostMissing,
    SeveralPosts,
    TermMissing,
    Unclear,
)
from connector.domain.item import sha256
from connector.domain.publication import Media, Post, PostState, StoredPost
from tests.contracts.site_under_test import SiteUnderTest
from tests.contracts.target_posts import (
    ANNOUNCEMENT,
    BODY,
    NEW_BODY,
    NEWS,
    PICTURE,
    TITLE,
    a_file,
    a_post,
    ours,
    page,
    places,
)


def test_a_draft_is_not_public(site: SiteUnderTest, post: Post) -> None:
    stored = site.target.put_draft(post)

    assert stored.state is PostState.DRAFT
    assert places(site, post.key) == set()


def test_a_live_post_is_on_its_page_and_in_a_list(
    site: SiteUnderTest, post: Post
) -> None:
    stored = site.target.go_live(site.target.put_draft(post).id)

    assert stored.state is PostState.LIVE
    assert "mở cửa trở lại lúc 7 giờ 30" in page(site, stored.url)
    assert len(places(site, post.slug)) > 1


def test_a_draft_is_found_by_its_key(site: SiteUnderTest, post: Post) -> None:
    stored = site.target.put_draft(post)

    assert site.target.find(post) == stored


def test_a_key_that_was_never_used_is_not_found(
    site: SiteUnderTest, post: Post
) -> None:
    assert site.target.find(post) is None


def test_a_live_post_is_found(site: SiteUnderTest, post: Post) -> None:
    stored = site.target.go_live(site.target.put_draft(post).id)

    assert site.target.find(post) == stored


def test_a_trashed_post_is_found(site: SiteUnderTest, post: Post) -> None:
    draft = site.target.put_draft(post)
    site.trash_behind(draft.id)

    found = site.target.find(post)

    assert found is not None
    assert (found.id, found.state) == (draft.id, PostState.TRASHED)


def test_a_changed_title_does_not_hide_the_post(
    site: SiteUnderTest, post: Post
) -> None:
    draft = site.target.put_draft(post)

    found = site.target.find(replace(post, title="Tên khác", body=NEW_BODY))

    assert found == draft


def test_the_text_is_stored_as_it_was_sent(site: SiteUnderTest, post: Post) -> None:
    stored = site.target.read(site.target.put_draft(post).id)

    assert stored.title == TITLE
    assert stored.slug == post.slug
    assert stored.terms == post.terms
    assert site.target.losses(post, stored) == ()


def test_a_changed_body_is_a_loss(site: SiteUnderTest, post: Post) -> None:
    draft = site.target.put_draft(post)
    site.change_behind(draft.id, body="<p>Bài này đã bị sửa.</p>")

    losses = site.target.losses(post, site.target.read(draft.id))

    assert [loss.part for loss in losses] == ["body"]
    assert not losses[0].harmless


def test_an_updated_draft_says_the_new_text_and_stays_a_draft(
    site: SiteUnderTest, post: Post
) -> None:
    draft = site.target.put_draft(post)
    new = site.target.prepared(replace(post, title="Lịch mới", body=NEW_BODY))

    updated = site.target.update(draft.id, new, expect=draft.version)

    assert (updated.id, updated.state) == (draft.id, PostState.DRAFT)
    assert updated.title == "Lịch mới"
    assert site.target.losses(new, updated) == ()
    assert site.target.read(draft.id) == updated
    assert places(site, post.key) == set()


def test_an_updated_live_post_stays_live_and_shows_the_new_text(
    site: SiteUnderTest, post: Post
) -> None:
    live = site.target.go_live(site.target.put_draft(post).id)
    new = site.target.prepared(replace(post, body=NEW_BODY))

    updated = site.target.update(live.id, new, expect=live.version)

    assert (updated.state, updated.url) == (PostState.LIVE, live.url)
    assert "8 giờ ngày 06/01" in page(site, live.url)
    assert "7 giờ 30" not in page(site, live.url)


def test_a_post_changed_by_somebody_else_is_not_overwritten(
    site: SiteUnderTest, post: Post
) -> None:
    draft = site.target.put_draft(post)
    site.change_behind(draft.id, body="<p>Bài này đã bị sửa.</p>")
    changed = site.target.read(draft.id)

    with pytest.raises(PostChanged):
        site.target.update(draft.id, post, expect=draft.version)

    assert changed.version != draft.version
    assert site.target.read(draft.id) == changed
    assert "Bài này đã bị sửa." in changed.body


def test_a_trashed_post_is_not_updated(site: SiteUnderTest, post: Post) -> None:
    draft = site.target.put_draft(post)
    site.trash_behind(draft.id)

    with pytest.raises(PostMissing):
        site.target.update(draft.id, post, expect=draft.version)

    assert [stored.state for stored in ours(site, post)] == [PostState.TRASHED]


def test_a_post_that_never_was_is_missing(site: SiteUnderTest, post: Post) -> None:
    with pytest.raises(PostMissing):
        site.target.update("99999999", post, expect="1")
    with pytest.raises(PostMissing):
        site.target.go_live("99999999")
    with pytest.raises(PostMissing):
        site.target.read("99999999")

    assert site.target.withdraw("99999999") is None
    assert ours(site, post) == []


def test_a_trashed_post_does_not_go_live(site: SiteUnderTest, post: Post) -> None:
    draft = site.target.put_draft(post)
    site.trash_behind(draft.id)

    with pytest.raises(PostMissing):
        site.target.go_live(draft.id)

    assert places(site, post.key) == set()


def test_going_live_twice_is_harmless(site: SiteUnderTest, post: Post) -> None:
    live = site.target.go_live(site.target.put_draft(post).id)
    public = places(site, post.slug)

    again = site.target.go_live(live.id)

    assert again == live
    assert places(site, post.slug) == public
    assert len(ours(site, post)) == 1


def test_a_withdrawn_post_is_nowhere_to_be_seen(
    site: SiteUnderTest, post: Post
) -> None:
    live = site.target.go_live(site.target.put_draft(post).id)

    withdrawn = site.target.withdraw(live.id)

    assert withdrawn is not None
    assert withdrawn.state is not PostState.LIVE
    assert places(site, post.key) == set()


def test_withdrawing_twice_is_harmless(site: SiteUnderTest, post: Post) -> None:
    live = site.target.go_live(site.target.put_draft(post).id)
    withdrawn = site.target.withdraw(live.id)

    again = site.target.withdraw(live.id)

    assert again == withdrawn
    assert places(site, post.key) == set()


def test_a_withdrawn_post_can_be_corrected_and_go_live_again(
    site: SiteUnderTest, post: Post
) -> None:
    live = site.target.go_live(site.target.put_draft(post).id)
    withdrawn = site.target.withdraw(live.id)
    assert withdrawn is not None
    new = site.target.prepared(replace(post, body=NEW_BODY))

    updated = site.target.update(live.id, new, expect=withdrawn.version)
    again = site.target.go_live(updated.id)

    assert (again.id, again.url) == (live.id, live.url)
    assert "8 giờ ngày 06/01" in page(site, live.url)


def test_the_same_bytes_are_held_once(site: SiteUnderTest) -> None:
    first = site.target.put_media(a_file(), PICTURE)

    second = site.target.put_media(a_file("Tên khác.png"), PICTURE)

    assert second == first
    assert first.sha256 == sha256(PICTURE)


def test_a_file_of_a_live_post_is_served_byte_by_byte(
    site: SiteUnderTest, post: Post
) -> None:
    content = PICTURE + post.key.encode()  # a file no other test has sent
    media = site.target.put_media(a_file(content=content), content)
    with_picture = site.target.prepared(_with_picture(post, media))

    live = site.target.go_live(site.target.put_draft(with_picture).id)

    public = site.public()
    assert media.url in page(site, live.url)
    assert public[media.url] == content
    assert [url for url, body in public.items() if body == content] == [media.url]
    assert site.target.losses(with_picture, live) == ()


def _with_picture(post: Post, media: Media) -> Post:
    picture = f'<p><img src="{media.url}" alt="Bìa sách"></p>'
    return replace(post, body=BODY + picture, featured=media.id, media=(media,))


def test_terms_have_stable_ids(site: SiteUnderTest) -> None:
    first = site.target.resolve_terms(site.terms)

    second = site.target.resolve_terms(site.terms)

    assert first == second
    assert set(first) == {NEWS, ANNOUNCEMENT}
    assert first[NEWS] != first[ANNOUNCEMENT]
    assert site.target.resolve_terms(first) == first


def test_an_unknown_term_is_an_error_and_none_is_made(site: SiteUnderTest) -> None:
    unknown = {NEWS: site.terms[NEWS], ANNOUNCEMENT: "khong-co-muc-nay"}

    for _ in range(2):
        with pytest.raises(TermMissing) as error:
            site.target.resolve_terms(unknown)

        assert error.value.facts == {
            "target": site.target.name,
            "term": "khong-co-muc-nay",
            "category": ANNOUNCEMENT,
        }


def test_another_category_moves_the_post(site: SiteUnderTest, post: Post) -> None:
    draft = site.target.put_draft(post)
    term = site.target.resolve_terms(site.terms)[ANNOUNCEMENT]
    moved = site.target.prepared(replace(post, category=ANNOUNCEMENT, terms=(term,)))

    updated = site.target.update(draft.id, moved, expect=draft.version)

    assert updated.terms == (term,)
    assert site.target.losses(moved, updated) == ()


@pytest.mark.parametrize(
    "body",
    [
        BODY,
        "",
        "<p>[gallery ids=1] &lt;script&gt; [[lịch]] <!-- wp:html --></p>",
        "<p>Một đoạn<script>alert(1)</script> &amp; <b onclick='x'>đậm</b>",
    ],
)
def test_what_is_prepared_stays_as_it_is(
    site: SiteUnderTest, post: Post, body: str
) -> None:
    once = site.target.prepared(replace(post, body=body))

    assert site.target.prepared(once) == once


def test_of_two_drafts_the_older_is_kept_and_the_other_trashed(
    site: SiteUnderTest, post: Post
) -> None:
    if site.target.capabilities.key_conflict == "refuse":
        pytest.skip("this kind never holds two posts with one key")
    first = site.target.put_draft(post)
    second = site.target.put_draft(post)

    found = site.target.find(post)

    assert found is not None
    assert (found.id, found.state) == (first.id, PostState.DRAFT)
    assert {stored.id: stored.state for stored in ours(site, post)} == {
        first.id: PostState.DRAFT,
        second.id: PostState.TRASHED,
    }


def test_two_public_posts_are_left_to_the_webmaster(
    site: SiteUnderTest, post: Post
) -> None:
    if site.target.capabilities.key_conflict == "refuse":
        pytest.skip("this kind never holds two posts with one key")
    first = site.target.go_live(site.target.put_draft(post).id)
    second = site.target.go_live(site.target.put_draft(post).id)

    with pytest.raises(SeveralPosts):
        site.target.find(post)

    assert site.target.read(first.id) == first
    assert site.target.read(second.id) == second


def test_a_kind_that_refuses_a_second_post_with_our_key_says_look_first(
    site: SiteUnderTest, post: Post
) -> None:
    if site.target.capabilities.key_conflict != "refuse":
        pytest.skip("this kind takes a second post with the same key")
    first = site.target.put_draft(post)

    with pytest.raises(Unclear):
        site.target.put_draft(replace(post, body=NEW_BODY))

    assert ours(site, post) == [first]


def test_the_probe_says_who_we_are_and_what_we_may_do(site: SiteUnderTest) -> None:
    probe = site.target.probe()

    assert probe.who
    assert probe.software
    assert probe.may_create
    assert probe.may_publish
    assert probe.may_upload
    assert probe.keeps_html
    assert abs(probe.clock_skew_s) < 60


def test_the_version_changes_with_every_change(site: SiteUnderTest, post: Post) -> None:
    draft = site.target.put_draft(post)
    new = site.target.prepared(replace(post, body=NEW_BODY))

    updated = site.target.update(draft.id, new, expect=draft.version)
    back = site.target.update(draft.id, post, expect=updated.version)
    site.change_behind(draft.id, body="<p>Bài này đã bị sửa.</p>")
    edited = site.target.read(draft.id)

    versions = [stored.version for stored in (draft, updated, back, edited)]
    assert len(set(versions)) == 4


def test_the_version_stays_while_nothing_changes(
    site: SiteUnderTest, post: Post, request: pytest.FixtureRequest
) -> None:
    live = site.target.go_live(site.target.put_draft(post).id)

    site.target.find(post)
    site.target.read(live.id)
    site.target.go_live(live.id)
    site.target.put_media(a_file(), PICTURE)
    site.target.put_draft(a_post(site, seed=f"other {request.node.nodeid}"))

    assert site.target.read(live.id).version == live.version


def test_a_neighbour_is_untouched_by_everything(
    site: SiteUnderTest, post: Post, neighbour: StoredPost
) -> None:
    draft = site.target.put_draft(post)
    assert site.target.find(post) == draft
    live = site.target.go_live(draft.id)
    new = site.target.prepared(replace(post, body=NEW_BODY))
    site.target.update(live.id, new, expect=live.version)
    site.change_behind(live.id, body="<p>Bài này đã bị sửa.</p>")
    site.target.withdraw(live.id)
    site.trash_behind(live.id)

    assert neighbour.url in site.public()
