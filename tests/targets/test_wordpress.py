"""The WordPress target against a WordPress in memory, and its pure rules."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

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
    PostChanged,
    PostMissing,
    SeveralPosts,
    TargetError,
    TermMissing,
    Unclear,
)
from connector.domain.message import Message
from connector.domain.publication import PostState
from connector.targets import wordpress
from connector.targets.wordpress import fronts, posts
from connector.targets.wordpress.answers import Action
from connector.targets.wordpress.losses import losses
from connector.targets.wordpress.posts import Kind
from tests.fakes.wordpress import FakeWordPress
from tests.targets.wordpress_posts import (
    A_FILE,
    JSON,
    KEY,
    POST,
    POSTS,
    PREPARED,
    SOMEBODY_ELSES,
    sent,
    stored,
    target_of,
)

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

    assert error.value.facts["problem"] == Message(
        fronts.ELSEWHERE.problem, {"root": root}
    )
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
        (403, {}, PAGE, fronts.FIREWALL),
        (406, {}, PAGE, fronts.FIREWALL),
        (200, {}, PAGE, fronts.FIREWALL),
        (403, {"Content_Type": JSON}, '{"code":"waf","data":{}}', fronts.FIREWALL),
        (401, {"WWW_Authenticate": "Basic"}, PAGE, fronts.SECOND_PASSWORD),
        (302, {"Location": "/wp-login.php?redirect_to=x"}, "", fronts.LOGIN_WALL),
        (200, {}, '<form><input type="password">', fronts.LOGIN_WALL),
        (404, {}, PAGE, fronts.NO_REWRITING),
        (200, {}, '<link href="/wp-content/a.css">', fronts.NO_REWRITING),
        (200, {"Content_Type": JSON}, "<b>Warning</b>[", fronts.NOISE),
        (200, {"Content_Type": JSON}, "array[]", fronts.NOISE),
        (200, {}, '\ufeff{"id": 1', fronts.NOISE),
        (200, {}, '<b>Notice</b>: x\n{"id": 1} {"id": 2', fronts.NOISE),
        (403, {}, "<p>Generated by Wordfence</p>", fronts.WORDFENCE),
        (403, {}, "<p>Sucuri WebSite Firewall</p>", fronts.SUCURI),
        (403, {}, "<p>Imunify360</p>", fronts.IMUNIFY),
        (406, {}, "<p>Mod_Security</p>", fronts.MOD_SECURITY),
        (403, {"CF_Mitigated": "challenge"}, PAGE, fronts.CLOUDFLARE),
        (200, {}, "<title>Just a moment...</title>", fronts.CLOUDFLARE),
        (200, {"Content_Type": JSON}, '{"id": 1}', fronts.OTHER_ANSWER),
        (200, {"Content_Type": JSON}, "[1]", fronts.OTHER_ANSWER),
        (202, {"Content_Type": JSON}, "[]", fronts.OTHER_ANSWER),
        (
            401,
            {"Content_Type": JSON},
            '{"code":"rest_disabled","message":"Off"}',
            fronts.REST_IS_OFF,
        ),
        (404, {"Content_Type": JSON}, '{"code":"rest_no_route"}', fronts.REST_IS_OFF),
    ],
)
def test_what_answers_in_wordpresss_place_is_named(
    status: int,
    headers: dict[str, str],
    body: str,
    front: fronts.Front,
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
    fake.reply("GET", f"{POSTS}/*", 200, "<b>Warning</b>{", Content_Type=JSON)

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
    draft = target.put_draft(PREPARED)
    post = replace(PREPARED, title="Sách mới 📚")
    with pytest.raises(ContentRefused, match=r"“📚” \(U\+1F4DA\) in: title"):
        target.put_draft(post)
    with pytest.raises(ContentRefused, match=r"“📚” \(U\+1F4DA\) in: title"):
        target.update(draft.id, post, expect=draft.version)
    with pytest.raises(ContentRefused, match=r"in: body"):
        target.put_draft(replace(PREPARED, body=f"<p>chữ 𡨸</p>{PREPARED.body}"))


def test_another_refusal_of_the_database_is_told_as_it_is(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    for text in ("db_insert_error", "rest_upload_unknown_error"):
        body = json.dumps({"code": text, "message": "Không được"})
        fake.reply("POST", POSTS, 500, body, Content_Type=JSON)
        with pytest.raises(ContentRefused, match=text) as error:
            target.put_draft(replace(PREPARED, excerpt="" if "db" in text else "📚"))
        assert "utf8mb4" not in str(error.value)


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


def test_nobody_searches_for_a_post_that_cannot_have_been_moved(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    assert target.find(PREPARED, deep=False) is None
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

    assert error.value.facts["action"] is Action.PUBLISH


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


def test_a_post_is_public_with_the_date_that_was_asked_for(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    draft = target.put_draft(PREPARED)
    at = datetime(2025, 12, 30, 7, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))

    live = target.go_live(draft.id, at=at)

    assert (draft.date, live.state, live.date) == (None, PostState.LIVE, at)
    assert fake.posts[int(draft.id)]["date"] == "2025-12-30T00:30:00"


def test_a_site_whose_clock_is_behind_publishes_at_its_own_time(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.skew_s = -600
    draft = target.put_draft(PREPARED)
    now = datetime.now(UTC)

    live = target.go_live(draft.id, at=now)

    assert live.state is PostState.LIVE
    assert live.date is not None
    assert live.date < now


def test_a_post_that_somebody_scheduled_goes_live_at_once(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    draft = target.put_draft(PREPARED)
    in_a_year = datetime.now(UTC) + timedelta(days=365)
    fake.edit(draft.id, status="publish", date_gmt=f"{in_a_year:%Y-%m-%dT%H:%M:%S}")
    assert target.read(draft.id).state is PostState.SCHEDULED

    assert target.go_live(draft.id).state is PostState.LIVE


# To tidy up.


def test_the_public_are_not_trashed_and_twice_is_once(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    draft = target.put_draft(PREPARED)
    live = target.go_live(target.put_draft(replace(PREPARED, slug="khac")).id)

    for _ in range(2):
        target.trash(draft.id)
    target.trash("999")
    with pytest.raises(PostChanged):
        target.trash(live.id)

    assert fake.posts[int(draft.id)]["status"] == "trash"
    assert fake.posts[int(live.id)]["status"] == "publish"


def test_posts_of_ours_are_told_by_their_mark_page_by_page(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    keys = [f"{number:012x}" for number in range(101)]
    for key in keys:
        target.put_draft(posts.prepared(replace(POST, key=key, slug=f"bai-{key}")))
    trashed, other, *_ = fake.posts
    fake.posts[7] = fake.posts[other] | {"id": 7, "content": "<p>calib:ration</p>"}
    fake.trash(str(trashed))
    fake.seen.clear()

    found = list(target.ours())

    assert [key for key, _ in found] == keys[1:]
    assert sent(fake, "GET") == [POSTS] * 2


def test_a_page_that_is_not_full_is_not_the_last_while_the_site_tells_of_more(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    draft = target.put_draft(PREPARED)
    fake.reply("GET", POSTS, 200, "[]", Content_Type=JSON, X_WP_TotalPages="2")
    body = json.dumps({"code": "rest_post_invalid_page_number"})
    fake.reply("GET", POSTS, 400, body, Content_Type=JSON)

    assert list(target.ours()) == []
    assert list(target.ours()) == [(KEY, draft)]


@pytest.mark.parametrize("row", ["1", "[1]"])
def test_a_list_of_anything_but_posts_is_not_believed(
    row: str, fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.reply("GET", POSTS, 200, f"[{row}]", Content_Type=JSON)

    with pytest.raises(NotOurAnswer):
        list(target.ours())


@pytest.mark.parametrize(
    "body",
    [
        "<p>[gallery] &amp; [1]</p>",
        "<p>Xem:</p>\nhttps://vi.example/a\n<p>hết</p>",
        "<p>lib:0123456789ab</p>",
        "",
    ],
)
@pytest.mark.parametrize("entity", ["&#91;", "&#091;"])
def test_what_is_stored_comes_back_as_it_was_before_it_was_prepared(
    body: str, entity: str
) -> None:
    post = replace(POST, body=body)
    prepared = posts.prepared(post)
    held = stored(body=prepared.body.replace("&#91;", entity))

    assert posts.unprepared(held, prepared) == post


def test_what_somebody_wrote_into_a_post_comes_back_too() -> None:
    body = PREPARED.body.replace("30/12", "29/12") + "\n<p>Thêm.</p>"

    back = posts.unprepared(stored(body=body, title="Mới", terms=("5",)), PREPARED)

    assert (back.title, back.terms) == ("Mới", ("5",))
    assert "29/12" in back.body
    assert back.body.endswith("<p>Thêm.</p>")
    assert "lib:" not in back.body


def test_another_kind_of_post_has_its_own_routes_and_terms() -> None:
    kind = Kind(route="wp/v2/tin-tuc", terms="wp/v2/chuyen-muc")

    assert posts.fields_of(POST, kind)["chuyen-muc"] == [2]
    assert ",chuyen-muc," in kind.fields
    back = posts.stored_post(SOMEBODY_ELSES | {"chuyen-muc": [9]}, kind)
    assert back is not None
    assert back.terms == ("9",)


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


def test_a_host_that_blocks_xml_rpc_leaves_two_things_to_try(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.strips_header = True
    for _ in range(4):
        fake.reply("POST", "page", 503)

    with pytest.raises(NotOurAnswer, match="or never arrived") as error:
        target.probe()

    hint = str(error.value.facts["hint"])
    assert hint.startswith("make a new application password first")
    assert "SetEnvIf Authorization" in hint


def test_application_passwords_that_are_switched_off_are_told(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.application_passwords = False

    with pytest.raises(NotOurAnswer, match="application passwords switched off"):
        target.probe()
