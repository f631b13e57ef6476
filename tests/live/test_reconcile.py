"""Posts and rows that drifted apart on a real WordPress are told, and mended once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.cli.desk import Exit
from connector.domain.item import ItemId
from connector.domain.publication import Publication
from connector.rehearsal.wordpress import WordPress
from tests.live.test_journey import EXAMPLES, Desktop, desktop, posts

pytestmark = pytest.mark.live

FOREIGN = "0123456789ab"
_EVERY_POST = (
    "foreach (get_posts(['numberposts' => -1, 'post_status' => ['any', 'trash']])"
    " as $p) wp_delete_post($p->ID, true);"
)


@pytest.fixture
def site(wordpress_site: WordPress) -> WordPress:
    wordpress_site.php(_EVERY_POST)
    return wordpress_site


@pytest.fixture
def desk(
    site: WordPress, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[Desktop]:
    """A library whose four items are complete."""
    with desktop(tmp_path, site, capsys) as desk:
        files = [str(EXAMPLES / name) for name in ("tin-van.md", "tuyen-ngon.html")]
        desk.connector("receive", "bao-vi-du", *files)
        desk.connector("run")
        yield desk


def row(desk: Desktop, item: int) -> Publication:
    with desk.library.parts.staging.reading() as tx:
        [publication] = tx.publications(ItemId(item))
    return publication


def copied(site: WordPress, post_id: str) -> str:
    """Make a draft of what a post says, as a plugin that copies posts does."""
    return site.php(
        f"$p = get_post({post_id}); echo wp_insert_post(wp_slash(["
        "'post_title' => $p->post_title, 'post_content' => $p->post_content,"
        "'post_status' => 'draft']));"
    ).strip()


def foreign(site: WordPress) -> str:
    return site.php(
        "echo wp_insert_post(['post_title' => 'Bài của cơ sở khác', 'post_status' =>"
        f" 'publish', 'post_content' => 'Nội dung <!-- lib:{FOREIGN} -->']);"
    ).strip()


def status_of(site: WordPress, post_id: str) -> str:
    return next(status for number, status, *_ in posts(site) if number == post_id)


def found(rows: list[dict[str, object]]) -> dict[object, tuple[object, object]]:
    """Return item and posts of what was told, by its kind."""
    return {one["kind"]: (one["item"], one["posts"]) for one in rows if "kind" in one}


def test_what_we_published_is_found_as_it_should_be(desk: Desktop) -> None:
    code, [told] = desk.connector("reconcile")

    assert code == Exit.DONE
    assert (told["posts"], told["items"], told["found"]) == (4, 4, 0)


def test_a_copy_a_trashed_an_edited_and_a_foreign_post_are_told_and_mended(
    desk: Desktop, site: WordPress
) -> None:
    kept, thrown_away, edited = (row(desk, item).post_id for item in (1, 2, 3))
    copy, other = copied(site, kept), foreign(site)
    site.php(f"wp_trash_post({thrown_away});")
    site.php(
        f"wp_update_post(['ID' => {edited}, 'post_title' => 'Nhan đề khác'], true);"
    )
    before = posts(site)

    looked, told = desk.connector("reconcile")
    untouched = posts(site)
    repaired, mended = desk.connector(
        "reconcile", "--repair", "--yes", "--as", "kiem-tra"
    )
    again, left = desk.connector("reconcile", "--repair", "--yes", "--as", "kiem-tra")

    assert (looked, untouched) == (Exit.FINDINGS, before)
    assert found(told) == {
        "unknown": (None, [other]),
        "spare-drafts": (1, [copy]),
        "trashed": (2, [thrown_away]),
        "changed": (3, [edited]),
    }
    assert [one.get("repaired") for one in mended if "repaired" in one] == [True] * 3
    # Only the foreign post is left, to a person.
    assert (repaired, again) == (Exit.FINDINGS, Exit.FINDINGS)
    assert found(left) == {"unknown": (None, [other])}
    assert left[0]["conflicts"] == [2, 3]
    assert [one for one in posts(site) if one[0] != copy] == [
        one for one in before if one[0] != copy
    ]
    assert status_of(site, copy) == "trash"


def test_what_was_withdrawn_and_published_by_hand_again_is_taken_down(
    desk: Desktop, site: WordPress
) -> None:
    url, post_id = desk.url(4), row(desk, 4).post_id
    desk.connector("withdraw", "4", "--reason", "Tin đã cũ", "--as", "pho-giam-doc")
    site.php(f"wp_publish_post({post_id});")
    readers = desk.library.parts.routes["portal"].web
    assert readers.get(url).status == 200

    words = ("reconcile", "--repair", "--yes")
    refused, rows = desk.connector(*words, "--as", "kiem-tra")
    still = readers.get(url).status
    mended, _ = desk.connector(*words, "--as", "pho-giam-doc")
    again, [told] = desk.connector("reconcile")

    assert (refused, rows[-1]["error"], still) == (Exit.FAILED, "RoleNotAllowed", 200)
    assert (mended, again, told["found"]) == (Exit.DONE, Exit.DONE, 0)
    assert readers.get(url).status == 404
    assert status_of(site, post_id) == "draft"


def test_a_mark_that_somebody_removed_is_a_change_and_no_loss(
    desk: Desktop, site: WordPress
) -> None:
    post_id = row(desk, 1).post_id
    site.php(
        f"$p = get_post({post_id}); wp_update_post(wp_slash(['ID' => $p->ID,"
        " 'post_content' => preg_replace('/<!-- lib:.*? -->/', '', $p->post_content)"
        "]), true);"
    )

    code, told = desk.connector("reconcile")

    assert code == Exit.FINDINGS
    assert found(told) == {"changed": (1, [post_id])}
