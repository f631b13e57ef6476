"""WordPress in a folder, in a network, with other addresses, kinds and accounts."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from connector.domain.errors import Denied
from connector.domain.publication import PostState, StoredPost
from connector.rehearsal import variants
from connector.rehearsal.wordpress import WordPress, wordpress
from connector.targets import wordpress as kind
from tests.live.the_way import a_post, publish, shown, statuses, target_of

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def in_a_folder() -> Iterator[WordPress]:
    with wordpress(path="/thuvien", php_workers=2) as site:
        yield site


@pytest.fixture(scope="module")
def multisite() -> Iterator[WordPress]:
    with wordpress(multisite=True, php_workers=2) as site:
        yield site


# Sites of another build.


def test_a_site_in_a_folder_is_published_on(in_a_folder: WordPress) -> None:
    target = target_of(in_a_folder)

    url = publish(target, a_post(target, "Trong thư mục con"))

    assert url.startswith(f"{in_a_folder.url}/tin-tuc/trong-thu-muc-con-")
    assert "Trong thư mục con" in shown(url)


def test_a_site_in_a_folder_with_plain_permalinks_is_published_on(
    in_a_folder: WordPress,
) -> None:
    target = target_of(in_a_folder)

    with variants.permalinks(in_a_folder, ""):
        url = publish(target, a_post(target, "Thư mục con, đường dẫn đơn giản"))
        page = shown(url)

    assert "Thư mục con, đường dẫn đơn giản" in page


@pytest.mark.parametrize("which", ["url", "second_url"])
def test_each_site_of_a_multisite_is_published_on(
    multisite: WordPress, which: str
) -> None:
    url = getattr(multisite, which)
    target = target_of(multisite, url=url)

    live = publish(target, a_post(target, f"Nhiều trang: {which}"))

    assert live.startswith(f"{url}/")
    assert f"Nhiều trang: {which}" in shown(live)


def test_the_doctor_knows_that_an_editor_of_a_multisite_loses_html(
    multisite: WordPress,
) -> None:
    target = target_of(multisite)
    target.put_draft(a_post(target, "Một bài để hỏi quyền"))

    probe = target.probe()

    assert (probe.may_publish, probe.keeps_html) == (True, False)


def test_a_post_of_one_site_of_a_multisite_is_not_found_on_the_other(
    multisite: WordPress,
) -> None:
    first = target_of(multisite)
    second = target_of(multisite, url=multisite.second_url)
    post = a_post(first, "Chỉ ở trang thứ nhất")
    first.put_draft(post)

    assert second.find(post) is None


def test_plain_permalinks_are_published_on(wordpress_site: WordPress) -> None:
    target = target_of(wordpress_site)

    with variants.permalinks(wordpress_site, ""):
        url = publish(target, a_post(target, "Đường dẫn đơn giản"))
        page = shown(url)

    assert "Đường dẫn đơn giản" in page


def test_another_prefix_of_the_rest_api_is_found(wordpress_site: WordPress) -> None:
    target = target_of(wordpress_site)

    with variants.rest_prefix(wordpress_site, "api"):
        url = publish(target, a_post(target, "Tiền tố khác"))
        root = target.probe().details["rest root"]

    assert root == f"{wordpress_site.url}/api/"
    assert "Tiền tố khác" in shown(url)


# Posts of another kind.


def test_a_kind_of_post_of_the_sites_own_is_published(
    wordpress_site: WordPress,
) -> None:
    with variants.library_news(wordpress_site):
        target = target_of(
            wordpress_site, post_type="library-news", taxonomy="sections"
        )
        url = publish(target, a_post(target, "Bản tin thư viện"))
        page = shown(url)
        probe = target.probe()

    assert "/ban-tin/ban-tin-thu-vien-" in url
    assert "Bản tin thư viện" in page
    assert (probe.may_create, probe.may_publish) == (True, True)
    assert "tin-tuc" in probe.details["categories"]


def test_the_doctor_names_the_kinds_there_are(wordpress_site: WordPress) -> None:
    with variants.library_news(wordpress_site):
        mistyped = target_of(wordpress_site, post_type="libary-news").probe()
        unsorted = target_of(wordpress_site, post_type="library-news").probe()

    assert (mistyped.may_create, unsorted.may_create) == (False, True)
    assert "set post_type to one of posts, pages" in str(mistyped.advice[0])
    assert str(unsorted.advice[0]) == (
        "Its posts of the kind “library-news” are not sorted by “categories”: set"
        " taxonomy to one of sections, or give the taxonomy 'show_in_rest' => true."
    )


# Accounts.


def with_publisher(site: WordPress, **options: Any) -> kind.WordPress:  # noqa: ANN401 -- any option
    return target_of(
        site,
        publisher_user="editor",
        publisher_password=site.users["editor"],
        **options,
    )


@pytest.mark.parametrize("drafter", ["contributor", "author"])
def test_one_account_drafts_and_another_publishes_and_withdraws(
    drafter: str, wordpress_site: WordPress
) -> None:
    target = with_publisher(wordpress_site, user=drafter)
    post = a_post(target, f"Hai tài khoản: {drafter}")

    url = publish(target, post)
    found = target.find(post)
    assert found is not None
    target.withdraw(found.id)

    author = wordpress_site.sql(
        "SELECT user_login FROM wp_posts JOIN wp_users ON post_author = wp_users.ID"  # noqa: S608 -- an id
        f" WHERE wp_posts.ID = {found.id}"
    )
    assert author == [[drafter]]
    assert requests.get(url, timeout=30).status_code == 404
    assert statuses(wordpress_site, post) == ["draft"]


def test_the_doctor_looks_at_both_accounts(wordpress_site: WordPress) -> None:
    both = with_publisher(wordpress_site, user="contributor").probe()
    swapped = target_of(
        wordpress_site,
        user="editor",
        publisher_user="contributor",
        publisher_password=wordpress_site.users["contributor"],
    ).probe()

    assert both.who == "contributor, editor"
    assert (both.may_create, both.may_publish, both.may_upload) == (True, True, True)
    assert (swapped.may_create, swapped.may_publish) == (True, False)
    assert str(swapped.advice[0]) == (
        "“contributor” may not do all that is needed: make it an editor."
    )


def test_a_contributor_alone_comes_as_far_as_the_draft(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site, user="contributor")
    post = a_post(target, "Cộng tác viên soạn nháp")

    draft = target.put_draft(post)
    with pytest.raises(Denied) as error:
        target.go_live(draft.id)

    assert (draft.state, draft.slug) == (PostState.DRAFT, post.slug)
    assert str(error.value) == (
        "portal does not allow “contributor” to make posts public."
    )
    assert statuses(wordpress_site, post) == ["draft"]


def test_a_post_that_a_contributor_may_no_longer_see_is_not_called_missing(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site, user="contributor")
    post = a_post(target, "Quản trị trang đã đăng")
    draft = target.put_draft(post)
    target_of(wordpress_site).go_live(draft.id)

    other = a_post(target, "Bài khác của cộng tác viên")
    target.put_draft(other)

    assert target.bulk is not None
    alone, _, with_other = [
        *target.bulk.find([post]),
        *target.bulk.find([other, post]),
    ]

    # WordPress 6.1 leaves it out of lists, 6.5 does not.
    for found in (alone, with_other):
        assert isinstance(found, StoredPost | Denied)
        if isinstance(found, StoredPost):
            assert found.id == draft.id


def test_the_doctor_says_what_a_contributor_alone_cannot_do(
    wordpress_site: WordPress,
) -> None:
    probe = target_of(wordpress_site, user="contributor").probe()

    assert (probe.may_create, probe.may_publish, probe.may_upload) == (
        True,
        False,
        False,
    )
    alone, unseen = map(str, probe.advice[:2])
    assert alone == (
        "“contributor” may write drafts, but neither make them public nor upload files:"
        ' make it an editor, name one in publisher_user, or set go_live = "webmaster".'
    )
    assert unseen.startswith("An older WordPress does not show “contributor” its")
