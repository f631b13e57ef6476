"""Files: uploaded once, found again, whatever becomes of the answer."""

import json
from dataclasses import replace

import pytest

from connector.domain.errors import ContentRefused, NotOurAnswer, Unclear
from connector.targets import wordpress
from tests.fakes.wordpress import FakeWordPress
from tests.targets.wordpress_posts import A_FILE, JSON, MEDIA, sent


def test_a_file_is_uploaded_under_an_ascii_name_with_the_title_people_gave(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    media = target.put_media(A_FILE, b"png")

    (held,) = fake.files.values()
    name = f"lib-{A_FILE.sha256[:16]}"
    assert media.url == f"https://thu-vien.example/wp-content/uploads/{name}.png"
    assert (held["slug"], held["title"], held["alt_text"], held["content"]) == (
        name,
        "Thông báo nghỉ Tết (1)",
        "Lịch nghỉ",
        b"png",
    )


def test_a_lost_answer_to_an_upload_is_looked_up(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.lose_answer_of("POST", MEDIA)

    media = target.put_media(A_FILE, b"png")

    assert [media.id] == [str(number) for number in fake.files]
    assert sent(fake, "POST") == [MEDIA]


def test_an_upload_that_never_arrived_stays_unclear(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.reply("POST", MEDIA, 502)

    with pytest.raises(Unclear):
        target.put_media(A_FILE, b"png")

    assert sent(fake, "POST") == [MEDIA]


def test_a_kind_of_file_that_the_site_forbids_is_refused_for_good(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    page = replace(A_FILE, name="trang.SVG", media_type="image/svg+xml")

    with pytest.raises(ContentRefused, match="rest_upload_unknown_error"):
        target.put_media(page, b"<svg/>")

    assert fake.files == {}


@pytest.mark.parametrize("answer", ["{}", '[{"id": 7, "slug": "khac"}]'])
def test_a_site_that_does_not_look_for_the_file_gets_none(
    answer: str, fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.reply("GET", MEDIA, 200, answer, Content_Type=JSON)

    with pytest.raises(NotOurAnswer):
        target.put_media(A_FILE, b"png")

    assert sent(fake, "POST") == []


def test_an_upload_answered_by_another_file_is_not_believed(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    body = json.dumps({"id": 7, "slug": "khac", "source_url": "https://x.example/"})
    fake.reply("POST", MEDIA, 201, body, Content_Type=JSON)

    with pytest.raises(NotOurAnswer):
        target.put_media(A_FILE, b"png")


@pytest.mark.parametrize("status", [404, 410])
def test_an_entry_whose_file_is_gone_is_not_used_again(
    status: int, fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    broken = target.put_media(A_FILE, b"png")
    for _ in range(2):
        fake.reply("HEAD", "page", status)

    new = target.put_media(A_FILE, b"png")
    fake.faults.clear()
    fake.reply("HEAD", "page", status)
    again = target.put_media(A_FILE, b"png")

    assert new.id != broken.id
    assert again == new
    assert len(fake.files) == 2


def test_a_file_on_another_server_is_taken_for_there(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    first = target.put_media(A_FILE, b"png")
    fake.files[int(first.id)]["source_url"] = "https://cdn.example/lib.png"

    again = target.put_media(A_FILE, b"png")

    assert again.id == first.id
    assert sent(fake, "POST") == [MEDIA]


def test_an_entry_that_was_left_without_its_alternative_text_gets_it(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    first = target.put_media(A_FILE, b"png")
    fake.files[int(first.id)]["alt_text"] = ""

    target.put_media(A_FILE, b"png")

    assert fake.files[int(first.id)]["alt_text"] == A_FILE.alt


def test_an_alternative_text_that_somebody_wrote_stays(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    first = target.put_media(A_FILE, b"png")
    fake.files[int(first.id)]["alt_text"] = "Do người khác viết"

    target.put_media(A_FILE, b"png")

    assert fake.files[int(first.id)]["alt_text"] == "Do người khác viết"


def test_an_entry_that_we_may_not_change_is_used_as_it_is(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    first = target.put_media(A_FILE, b"png")
    fake.files[int(first.id)]["alt_text"] = ""
    body = json.dumps({"code": "rest_cannot_edit", "message": "Không"})
    fake.reply("POST", f"{MEDIA}/*", 403, body, Content_Type=JSON)

    assert target.put_media(A_FILE, b"png") == first
