"""The WordPress target against a WordPress in memory, and its pure rules."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from connector.domain.errors import (
    Busy,
    ContentRefused,
    CredentialsRefused,
    Denied,
    NotOurAnswer,
    PostMissing,
    SeveralPosts,
    TargetError,
    TermMissing,
    Unclear,
)
from connector.domain.item import Attachment, CategoryCode, Use, sha256
from connector.domain.message import Message
from connector.domain.publication import Loss, Post, PostState, StoredPost
from connector.http import Site
from connector.targets import wordpress
from connector.targets.wordpress import answers, posts
from connector.targets.wordpress.api import ELSEWHERE, Api
from connector.targets.wordpress.losses import (
    around_the_difference,
    losses,
    with_noopener,
)
from tests.fakes.wordpress import FakeWordPress

KEY = "0123456789ab"
JSON = "application/json; charset=UTF-8"
POSTS = "/wp/v2/posts"
MEDIA = "/wp/v2/media"
POST = Post(
    key=KEY,
    slug=f"nghi-tet-{KEY}",
    title="Thông báo nghỉ Tết",
    body="<p>Thư viện nghỉ Tết từ ngày 30/12.</p>",
    excerpt="Lịch nghỉ Tết",
    language="vi",
    category=CategoryCode("news"),
    terms=("2",),
)
PREPARED = posts.prepared(POST)
A_FILE = Attachment(
    name="Thông báo nghỉ Tết (1).png",
    media_type="image/png",
    sha256=sha256(b"png"),
    size=3,
    use=Use.IMAGE,
    alt="Lịch nghỉ",
)
SOMEBODY_ELSES: dict[str, Any] = {
    "id": 77,
    "slug": "gioi-thieu",
    "status": "publish",
    "link": "https://thu-vien.example/gioi-thieu/",
    "title": {"raw": "Giới thiệu"},
    "content": {"raw": "<p>Thư viện…</p>"},
    "excerpt": {"raw": ""},
    "categories": [2],
    "featured_media": 0,
}


@pytest.fixture
def fake() -> Iterator[FakeWordPress]:
    fake = FakeWordPress()
    with fake.answering():
        yield fake


@pytest.fixture
def target(fake: FakeWordPress) -> wordpress.WordPress:
    return target_of(fake)


def target_of(fake: FakeWordPress, *, password: str = "") -> wordpress.WordPress:
    site = Site(
        target="portal",
        home=fake.url,
        user=fake.user,
        password=password or fake.password,
        sleep=lambda _: None,
    )
    return wordpress.WordPress(Api(site))


def stored(**changes: Any) -> StoredPost:  # noqa: ANN401 -- any field
    usual = StoredPost(
        id="7",
        state=PostState.DRAFT,
        url="https://thu-vien.example/?p=7",
        slug=POST.slug,
        title=POST.title,
        body=PREPARED.body,
        excerpt=POST.excerpt,
        terms=("2",),
        version="1",
    )
    return replace(usual, **changes)


def sent(fake: FakeWordPress, method: str) -> list[str]:
    return [route for verb, route in fake.seen if verb == method]


# Options.


def test_to_connect_asks_nothing_and_shows_no_password() -> None:
    options = wordpress.Options.model_validate(
        {
            "url": "https://thu-vien.example/tin/",
            "user": "connector",
            "password": "abcd efgh",
        }
    )

    target = wordpress.connect("portal", options=options, folder=Path())

    assert target.name == "portal"
    assert options.url == "https://thu-vien.example/tin"
    assert "abcd" not in repr(options) + repr(target) + repr(vars(target))


@pytest.mark.parametrize(
    "url",
    [
        "thu-vien.example",
        "ftp://thu-vien.example",
        "https://connector:pw@thu-vien.example",
        "https://thu-vien.example/?p=1",
    ],
)
def test_an_address_that_is_no_home_page_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="should"):
        wordpress.Options(url=url, user="connector", password=SecretStr("abcd"))


# The REST root.


def test_the_root_is_read_from_the_front_page_once(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    target.find(PREPARED)
    target.find(PREPARED)

    assert sent(fake, "HEAD") == ["page"]
    assert sent(fake, "GET") == [POSTS] * 4


def test_plain_permalinks_are_read_from_the_front_page_too(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.pretty = False

    assert target.put_draft(PREPARED).state is PostState.DRAFT
    assert fake.seen == [("HEAD", "page"), ("POST", POSTS)]


@pytest.mark.parametrize("pretty", [True, False])
def test_a_front_page_that_names_no_root_is_no_obstacle(
    pretty: bool,  # noqa: FBT001 -- a parameter of the test
    fake: FakeWordPress,
    target: wordpress.WordPress,
) -> None:
    fake.pretty = pretty
    fake.reply("HEAD", "page", 405)

    assert target.put_draft(PREPARED).state is PostState.DRAFT


def test_a_root_on_another_server_never_gets_the_password(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    root = "https://www.thu-vien.example/wp-json/"
    fake.reply("HEAD", "page", 200, Link=f'<{root}>; rel="https://api.w.org/"')

    with pytest.raises(NotOurAnswer) as error:
        target.find(PREPARED)

    assert error.value.facts["problem"] == Message(ELSEWHERE.problem, {"root": root})
    assert fake.seen == [("HEAD", "page")]


def test_a_guessed_root_must_be_an_index_of_wordpress(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.reply("HEAD", "page", 200)
    for _ in range(2):
        fake.reply("GET", "/", 200, '{"namespaces": ["oembed/1.0"]}', Content_Type=JSON)

    with pytest.raises(Unclear, match="no wp/v2"):
        target.find(PREPARED)


def test_a_site_that_redirects_says_which_address_to_set(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    there = "https://www.thu-vien.example/wp-json/?_fields=namespaces"
    for method in ("HEAD", "GET"):
        fake.reply(method, "*", 301, Location=there)
    fake.reply("GET", "*", 301, Location=there)

    with pytest.raises(NotOurAnswer) as error:
        target.find(PREPARED)

    assert str(error.value.facts["hint"]).endswith(": https://www.thu-vien.example")


# Answers.


PAGE = "<!doctype html><p>Xin chào</p>"


@pytest.mark.parametrize(
    ("status", "headers", "body", "front"),
    [
        (403, {}, PAGE, answers.FIREWALL),
        (406, {}, PAGE, answers.FIREWALL),
        (200, {}, PAGE, answers.FIREWALL),
        (403, {"Content_Type": JSON}, '{"code":"waf","data":{}}', answers.FIREWALL),
        (401, {"WWW_Authenticate": "Basic"}, PAGE, answers.SECOND_PASSWORD),
        (302, {"Location": "/wp-login.php?redirect_to=x"}, "", answers.LOGIN_WALL),
        (200, {}, '<form><input type="password">', answers.LOGIN_WALL),
        (404, {}, PAGE, answers.NO_REWRITING),
        (200, {}, '<link href="/wp-content/a.css">', answers.NO_REWRITING),
        (200, {"Content_Type": JSON}, "<b>Warning</b>[]", answers.NOISE),
        (200, {}, '\ufeff{"id": 1}', answers.NOISE),
        (200, {"Content_Type": JSON}, '{"id": 1}', answers.OTHER_ANSWER),
        (200, {"Content_Type": JSON}, "[1]", answers.OTHER_ANSWER),
        (202, {"Content_Type": JSON}, "[]", answers.OTHER_ANSWER),
        (
            401,
            {"Content_Type": JSON},
            '{"code":"rest_disabled","message":"Off"}',
            answers.REST_IS_OFF,
        ),
        (404, {"Content_Type": JSON}, '{"code":"rest_no_route"}', answers.REST_IS_OFF),
    ],
)
def test_what_answers_in_wordpresss_place_is_named(
    status: int,
    headers: dict[str, str],
    body: str,
    front: answers.Front,
    fake: FakeWordPress,
    target: wordpress.WordPress,
) -> None:
    fake.reply("GET", POSTS, status, body, **headers)

    with pytest.raises(NotOurAnswer) as error:
        target.find(PREPARED)

    problem, hint = error.value.facts["problem"], error.value.facts["hint"]
    assert isinstance(problem, Message)
    assert isinstance(hint, Message)
    assert (problem.template, hint.template) == (front.problem, front.hint)
    assert str(error.value)


@pytest.mark.parametrize(
    ("status", "payload", "expected"),
    [
        (401, {"code": "rest_cannot_create"}, CredentialsRefused),
        (403, {"code": "rest_cannot_create"}, Denied),
        (501, {"code": "rest_trash_not_supported"}, Unclear),
        (400, {"code": "rest_invalid_param"}, ContentRefused),
        (413, {"code": "rest_upload_file_too_big"}, ContentRefused),
        (500, {"code": "db_insert_error"}, ContentRefused),
        (500, {"code": "internal_server_error"}, Unclear),
        (409, {"code": "rest_conflict"}, Unclear),
        (429, {"code": "too_many_requests"}, Busy),
    ],
)
def test_what_wordpress_refuses_is_told_apart(
    status: int,
    payload: dict[str, str],
    expected: type[TargetError],
    fake: FakeWordPress,
    target: wordpress.WordPress,
) -> None:
    said = json.dumps(payload | {"message": "Xin lỗi"}, separators=(",", ":"))
    fake.reply("POST", POSTS, status, said, Content_Type=JSON)

    with pytest.raises(expected) as error:
        target.put_draft(PREPARED)

    assert type(error.value) is expected
    if expected is ContentRefused:
        assert payload["code"] in str(error.value.facts["problem"])


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (201, ""),
        (201, '<b>Warning</b>{"id": 12}'),
        (500, PAGE),
        (502, PAGE),
        (503, PAGE),
        (504, PAGE),
    ],
)
@pytest.mark.parametrize("kind", [JSON, "text/html"])
def test_a_doubtful_answer_to_a_new_post_is_unclear_and_nothing_is_sent_again(
    status: int,
    body: str,
    kind: str,
    fake: FakeWordPress,
    target: wordpress.WordPress,
) -> None:
    fake.reply("POST", POSTS, status, body, Content_Type=kind)

    with pytest.raises(Unclear):
        target.put_draft(PREPARED)

    assert sent(fake, "POST") == [POSTS]


def test_a_list_in_answer_to_a_new_post_is_not_our_post(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    body = json.dumps([SOMEBODY_ELSES])
    fake.reply("POST", POSTS, 200, body, Content_Type=JSON)

    with pytest.raises(NotOurAnswer, match="the reply is not our post"):
        target.put_draft(PREPARED)


def test_another_post_in_answer_to_a_new_post_is_not_our_post(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    body = json.dumps(SOMEBODY_ELSES)
    fake.reply("POST", POSTS, 201, body, Content_Type=JSON)

    with pytest.raises(NotOurAnswer, match="the reply is not our post"):
        target.put_draft(PREPARED)


def test_a_redirected_new_post_is_not_followed(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    there = f"https://www.thu-vien.example/wp-json{POSTS}"
    fake.reply("POST", POSTS, 301, Location=there)

    with pytest.raises(NotOurAnswer) as error:
        target.put_draft(PREPARED)

    assert str(error.value.facts["hint"]).endswith(": https://www.thu-vien.example")
    assert fake.posts == {}


def test_a_post_that_is_too_large_for_the_web_server_is_refused_for_good(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.reply("POST", POSTS, 413, PAGE)

    with pytest.raises(ContentRefused, match="413"):
        target.put_draft(PREPARED)


@pytest.mark.parametrize("body", ["[]", '{"code": "wp_die"}'])
def test_a_server_error_proves_no_absence(
    body: str, fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.reply("GET", POSTS, 500, body, Content_Type=JSON)

    with pytest.raises(Unclear, match="HTTP 500"):
        target.find(PREPARED)


def test_noise_around_a_post_that_was_asked_for_is_named(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    draft = target.put_draft(PREPARED)
    fake.reply("GET", f"{POSTS}/*", 200, "<b>Warning</b>{}", Content_Type=JSON)

    with pytest.raises(NotOurAnswer, match="printed something around"):
        target.read(draft.id)


def test_a_wrong_password_never_means_not_found(fake: FakeWordPress) -> None:
    target_of(fake).put_draft(PREPARED)
    target = target_of(fake, password="sai")

    for ask in (
        lambda: target.find(PREPARED),
        lambda: target.read("10"),
        lambda: target.put_draft(PREPARED),
        lambda: target.put_media(A_FILE, b"png"),
        target.probe,
    ):
        with pytest.raises(CredentialsRefused):
            ask()


def test_a_database_without_four_byte_characters_refuses_for_good(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.utf8mb3 = True

    with pytest.raises(ContentRefused, match="db_insert_error"):
        target.put_draft(replace(PREPARED, title="Sách mới 📚"))


# Posts.


def block(body: str) -> str:
    return f"<!-- wp:html -->\n{body}\n<!-- lib:{KEY} -->\n<!-- /wp:html -->"


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        ("<p>Mở cửa.</p>", block("<p>Mở cửa.</p>")),
        ("<ul><li>Mở</li></ul>\n", block("<ul><li>Mở</li></ul>")),
        ("", block("")),
    ],
)
def test_the_text_is_one_block_of_html_with_the_mark_at_its_end(
    body: str, marked: str
) -> None:
    assert posts.prepared(replace(POST, body=body)).body == marked


@given(st.text(), st.text(), st.text())
def test_a_prepared_post_is_marked_once_and_has_no_shortcode(
    title: str, body: str, excerpt: str
) -> None:
    once = posts.prepared(replace(POST, title=title, body=body, excerpt=excerpt))

    assert posts.prepared(once) == once
    assert once.body.count(f"<!-- lib:{KEY} -->") == 1
    assert once.body.count("<!--") == 3
    assert "[" not in once.body


@given(st.text(), st.text())
def test_title_and_excerpt_come_back_as_they_were(title: str, excerpt: str) -> None:
    post = posts.prepared(replace(POST, title=title, excerpt=excerpt))
    fields = posts.fields_of(post)

    back = posts.stored_post(
        SOMEBODY_ELSES
        | {name: {"raw": fields[name]} for name in ("title", "content", "excerpt")}
    )

    assert back is not None
    assert (back.title, back.excerpt) == (post.title, post.excerpt)
    assert "<" not in fields["title"]


@pytest.mark.parametrize("part", SOMEBODY_ELSES)
def test_a_post_without_one_of_its_parts_is_no_post(part: str) -> None:
    whole = dict(SOMEBODY_ELSES)
    del whole[part]

    assert posts.stored_post(SOMEBODY_ELSES) is not None
    assert posts.stored_post(whole) is None


@pytest.mark.parametrize(
    ("status", "password", "state"),
    [
        ("publish", "", PostState.LIVE),
        ("publish", "mật khẩu", PostState.HIDDEN),
        ("private", "", PostState.HIDDEN),
        ("pending", "", PostState.HIDDEN),
        ("dang-duyet", "", PostState.HIDDEN),
        ("future", "", PostState.SCHEDULED),
        ("draft", "", PostState.DRAFT),
        ("trash", "", PostState.TRASHED),
    ],
)
def test_only_what_everybody_can_read_is_live(
    status: str, password: str, state: PostState
) -> None:
    whole = SOMEBODY_ELSES | {"status": status, "password": password}

    back = posts.stored_post(whole)

    assert back is not None
    assert back.state is state


def test_what_is_sent_names_no_date_and_no_meta(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    draft = target.put_draft(PREPARED)

    assert draft.state is PostState.DRAFT
    assert posts.fields_of(PREPARED).keys() == {
        "title",
        "content",
        "excerpt",
        "categories",
        "featured_media",
    }
    assert fake.posts[int(draft.id)]["content"].endswith(
        f"<!-- lib:{KEY} -->\n<!-- /wp:html -->"
    )


# To find.


def test_a_lost_answer_leaves_one_draft_that_is_found(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.lose_answer_of("POST", POSTS)

    with pytest.raises(Unclear):
        target.put_draft(PREPARED)
    found = target.find(PREPARED)

    assert found is not None
    assert losses(PREPARED, found) == ()
    assert len(fake.posts) == 1


def test_a_post_with_our_slug_is_found_without_a_search(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    draft = target.put_draft(PREPARED)
    fake.seen.clear()

    assert target.find(PREPARED) == draft
    assert sent(fake, "GET") == [POSTS]


def test_a_post_with_another_slug_is_found_by_its_mark(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    draft = target.put_draft(PREPARED)
    fake.posts[int(draft.id)]["slug"] = "nghi-tet"

    found = target.find(PREPARED)

    assert found is not None
    assert (found.id, found.slug) == (draft.id, "nghi-tet")


def test_a_mark_that_only_begins_like_ours_is_another_one(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    draft = target.put_draft(PREPARED)
    fake.posts[int(draft.id)]["slug"] = "nghi-tet"
    fake.edit(draft.id, content=f"<p>Bài khác</p><!-- lib:{KEY}99 -->")

    assert target.find(PREPARED) is None


def test_a_site_that_ignores_the_question_proves_no_absence(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    body = json.dumps([SOMEBODY_ELSES])
    fake.reply("GET", POSTS, 200, body, Content_Type=JSON)

    with pytest.raises(NotOurAnswer):
        target.find(PREPARED)


def test_a_public_post_outranks_an_older_draft(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    draft = target.put_draft(PREPARED)
    live = target.go_live(target.put_draft(PREPARED).id)

    found = target.find(PREPARED)

    assert found == live
    assert fake.posts[int(draft.id)]["status"] == "trash"


def test_a_draft_that_somebody_else_just_trashed_is_gone_as_wished(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    kept = target.put_draft(PREPARED)
    target.put_draft(PREPARED)
    body = json.dumps({"code": "rest_already_trashed", "message": "Đã bỏ"})
    fake.reply("DELETE", f"{POSTS}/*", 410, body, Content_Type=JSON)

    assert target.find(PREPARED) == kept


def test_a_public_and_a_scheduled_post_are_left_to_the_webmaster(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    target.go_live(target.put_draft(PREPARED).id)
    second = target.put_draft(PREPARED)
    fake.edit(second.id, status="future")

    with pytest.raises(SeveralPosts):
        target.find(PREPARED)


# To go live.


def test_a_post_in_the_trash_is_not_restored_by_going_live(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    draft = target.put_draft(PREPARED)
    fake.trash(draft.id)
    fake.seen.clear()

    with pytest.raises(PostMissing):
        target.go_live(draft.id)

    assert sent(fake, "POST") == []


def test_what_wordpress_makes_of_going_live_is_what_is_told(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    draft = target.put_draft(PREPARED)
    body = json.dumps(SOMEBODY_ELSES | {"id": int(draft.id), "status": "future"})
    for _ in range(2):
        fake.reply("POST", f"{POSTS}/*", 200, body, Content_Type=JSON)

    assert target.go_live(draft.id).state is PostState.SCHEDULED


def test_a_contributor_is_told_that_it_may_not_publish(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.role = "contributor"
    draft = target.put_draft(PREPARED)

    with pytest.raises(Denied) as error:
        target.go_live(draft.id)

    assert error.value.facts["action"] is answers.Action.PUBLISH


def test_an_answer_about_another_post_is_not_believed(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    draft = target.put_draft(PREPARED)
    body = json.dumps(SOMEBODY_ELSES)
    fake.reply("GET", f"{POSTS}/*", 200, body, Content_Type=JSON)

    with pytest.raises(NotOurAnswer):
        target.read(draft.id)


def test_a_scheduled_post_is_withdrawn_too(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    draft = target.put_draft(PREPARED)
    fake.edit(draft.id, status="future")

    withdrawn = target.withdraw(draft.id)

    assert withdrawn is not None
    assert withdrawn.state is PostState.DRAFT


def test_going_live_twice_writes_once(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    live = target.go_live(target.put_draft(PREPARED).id)
    fake.seen.clear()

    assert target.go_live(live.id) == live
    assert sent(fake, "POST") == []


# Terms.


def test_a_site_that_answers_with_another_category_has_not_ours(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    body = json.dumps([{"id": 1, "slug": "uncategorized"}, "lạ"])
    fake.reply("GET", "/wp/v2/categories", 200, body, Content_Type=JSON)

    with pytest.raises(TermMissing):
        target.resolve_terms({POST.category: "tin-tuc"})


def test_no_list_of_categories_is_not_an_absence(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.reply("GET", "/wp/v2/categories", 200, "{}", Content_Type=JSON)

    with pytest.raises(NotOurAnswer):
        target.resolve_terms({POST.category: "tin-tuc"})


# Files.


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


# Losses.


def test_what_was_stored_as_sent_is_no_loss() -> None:
    assert losses(PREPARED, stored()) == ()
    assert losses(PREPARED, stored(state=PostState.LIVE)) == ()


@pytest.mark.parametrize(
    ("part", "changes"),
    [
        ("title", {"title": "Tên khác"}),
        ("body", {"body": "<p>Khác</p>"}),
        ("excerpt", {"excerpt": ""}),
        ("category", {"terms": ()}),
        ("category", {"terms": ("2", "5")}),
        ("slug", {"slug": f"{POST.slug}-2"}),
        ("featured image", {"featured": "9"}),
        ("state", {"state": PostState.HIDDEN}),
        ("state", {"state": PostState.SCHEDULED}),
        ("state", {"state": PostState.TRASHED}),
    ],
)
def test_every_part_that_differs_is_a_loss(
    part: str, changes: dict[str, object]
) -> None:
    (loss,) = losses(PREPARED, stored(**changes))

    assert (loss.part, loss.harmless) == (part, False)
    assert str(loss.message)


def test_a_dropped_featured_image_is_a_loss() -> None:
    (loss,) = losses(replace(PREPARED, featured="9"), stored())

    assert str(loss.message) == "The featured image 9 was dropped (“”)."


def test_only_the_first_difference_of_a_long_text_is_shown() -> None:
    text = "Thư viện mở cửa. " * 20
    body = f"{text}<b>quan trọng</b>{text}"

    (loss,) = losses(
        replace(PREPARED, body=body), stored(body=body.replace("<b>", "<i>"))
    )

    assert loss == Loss(
        part="body",
        sent=f"…{text[-59:]}<b>quan trọng</b>{text[:44]}…",
        stored=f"…{text[-59:]}<i>quan trọng</b>{text[:44]}…",
        message=loss.message,
    )


@pytest.mark.parametrize(
    "body",
    [
        f"{PREPARED.body}\n",
        f"\n {PREPARED.body}",
    ],
)
def test_blanks_at_the_ends_are_harmless(body: str) -> None:
    (loss,) = losses(PREPARED, stored(body=body))

    assert (loss.part, loss.harmless) == ("body", True)


def test_noopener_is_harmless_and_its_loss_is_not() -> None:
    bare = '<p><a href="https://vi.example/" target="_blank">ngoài</a></p>'
    added = (
        '<p><a href="https://vi.example/" target="_blank" rel="noopener">ngoài</a></p>'
    )

    (gained,) = losses(replace(PREPARED, body=bare), stored(body=added))
    (lost,) = losses(replace(PREPARED, body=added), stored(body=bare))

    assert (gained.harmless, lost.harmless) == (True, False)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<a href="/x">', '<a href="/x">'),
        ('<a target="_blank">', '<a target="_blank" rel="noopener">'),
        (
            '<a rel="nofollow" target="_blank">',
            '<a rel="nofollow noopener" target="_blank">',
        ),
        (
            '<a rel="noopener" target="_blank">',
            '<a rel="noopener" target="_blank">',
        ),
    ],
)
def test_noopener_is_added_as_wordpress_adds_it(before: str, after: str) -> None:
    assert with_noopener(before) == after
    assert with_noopener(after) == after


@given(st.text(), st.text(), st.text())
def test_what_is_shown_of_two_texts_differs_where_they_do(
    same: str, ours: str, theirs: str
) -> None:
    shown = around_the_difference(same + ours, same + theirs)

    assert (shown[0] == shown[1]) == (ours == theirs)
    assert all(len(text) <= 122 for text in shown)


# The doctor's question.


def test_a_good_site_gets_no_advice(target: wordpress.WordPress) -> None:
    probe = target.probe()

    assert probe.advice == ()
    assert (probe.who, probe.software) == ("connector", "WordPress 6.1.9")
    assert probe.details == {
        "roles": "editor",
        "rest root": "https://thu-vien.example/wp-json/",
        "categories": "1 uncategorized (uncategorized), 2 tin-tuc (tin-tuc),"
        " 5 thong-bao (thong-bao)",
    }


def test_an_author_is_told_what_it_may_lose(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.role = "author"

    probe = target.probe()

    assert not probe.keeps_html
    assert [advice.facts for advice in probe.advice] == [{"user": "connector"}]
    assert "takes some HTML out" in str(probe.advice[0])


def test_on_a_multisite_a_post_tells_what_the_capability_does_not(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    body = json.dumps([{"id": 7, "_links": {"self": []}}])
    fake.reply("GET", POSTS, 200, body, Content_Type=JSON)

    assert not target.probe().keeps_html


def test_a_clock_that_is_wrong_is_told(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.skew_s = 600

    probe = target.probe()

    assert abs(probe.clock_skew_s - 600) < 60
    assert "clock" in str(probe.advice[0])


def test_a_site_that_tells_no_time_is_not_called_wrong(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    me = json.dumps({"username": "connector", "roles": ["editor"]})
    fake.reply("GET", "/wp/v2/users/me", 200, me, Content_Type=JSON)

    probe = target.probe()

    assert probe.clock_skew_s == 0
    assert (probe.may_create, probe.keeps_html) == (False, False)


def test_a_list_in_place_of_the_account_is_not_believed(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.reply("GET", "/wp/v2/users/me", 200, "[]", Content_Type=JSON)

    with pytest.raises(NotOurAnswer):
        target.probe()


def test_an_administrator_on_a_bare_site_gets_all_the_advice() -> None:
    fake = FakeWordPress(
        url="http://thu-vien.example", role="administrator", pretty=False
    )

    with fake.answering():
        advice = [str(message) for message in target_of(fake).probe().advice]

    assert advice == [
        "“connector” is an administrator: an editor is enough, and safer.",
        "Permalinks are “Plain”: choose “Post name” under Settings, Permalinks.",
        "The password travels unencrypted: serve http://thu-vien.example by https.",
    ]


def test_a_subscriber_is_told_to_become_an_editor(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.role = "subscriber"

    advice = target.probe().advice

    assert str(advice[0]) == (
        "“connector” may not do all that is needed: make it an editor."
    )


def test_a_host_that_strips_the_password_off_is_told_from_a_wrong_password(
    fake: FakeWordPress,
) -> None:
    with pytest.raises(CredentialsRefused):
        target_of(fake, password="sai").probe()

    fake.strips_header = True
    with pytest.raises(NotOurAnswer) as error:
        target_of(fake).probe()

    assert "SetEnvIf Authorization" in str(error.value.facts["hint"])


def test_a_host_that_blocks_xml_rpc_leaves_it_at_the_password(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.strips_header = True
    for _ in range(4):
        fake.reply("POST", "page", 503)

    with pytest.raises(CredentialsRefused):
        target.probe()


def test_application_passwords_that_are_switched_off_are_told(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.application_passwords = False

    with pytest.raises(NotOurAnswer, match="application passwords switched off"):
        target.probe()
