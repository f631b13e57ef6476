"""What the doctor of a WordPress can be asked, and what is read among noise."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connector.domain.errors import NotOurAnswer
from connector.targets import wordpress
from connector.targets.wordpress import fronts
from connector.targets.wordpress.noise import json_among
from tests.fakes.wordpress import FakeWordPress


@pytest.fixture
def fake() -> Iterator[FakeWordPress]:
    fake = FakeWordPress()
    with fake.answering():
        yield fake


def options(fake: FakeWordPress, **more: Any) -> wordpress.Options:  # noqa: ANN401 -- any option
    fields = {"url": fake.url, "user": fake.user, "password": fake.password, **more}
    return wordpress.Options.model_validate(fields)


def target_of(fake: FakeWordPress, **more: Any) -> wordpress.WordPress:  # noqa: ANN401 -- any option
    return wordpress.connect("portal", options=options(fake, **more), folder=Path())


# Options.


@pytest.mark.parametrize(
    "half", [{"publisher_user": "editor"}, {"publisher_password": "abcd"}]
)
def test_half_a_publisher_is_refused(half: dict[str, str], fake: FakeWordPress) -> None:
    with pytest.raises(ValidationError, match="belong together"):
        options(fake, **half)


@pytest.mark.parametrize("name", ["", "tin tuc", "../users", "posts?x=1"])
def test_a_kind_that_is_no_part_of_an_address_is_refused(
    name: str, fake: FakeWordPress
) -> None:
    for option in ("post_type", "taxonomy"):
        with pytest.raises(ValidationError, match=option):
            options(fake, **{option: name})


# Directives.


@pytest.mark.parametrize(
    "front", [f for f in vars(fronts).values() if isinstance(f, fronts.Front)]
)
def test_what_is_to_be_done_can_be_said(front: fronts.Front) -> None:
    facts = {"status": 403, "code": "x", "location": "y", "home": "z", "root": "r"}

    hint = front.hint.format(**front.lines, **facts, user="connector")

    assert hint
    assert front.problem.format(**facts, user="connector")
    assert all(str(line) in hint for line in front.lines.values())


def test_the_password_of_a_login_is_told_from_a_stripped_header(
    fake: FakeWordPress,
) -> None:
    fake.application_passwords = True
    fake.strips_header = True
    fake.password = "mat-khau-dang-nhap"

    with pytest.raises(NotOurAnswer, match="for logging in only") as error:
        target_of(fake).probe()

    assert "“connector”" in str(error.value.facts["hint"])


def test_a_contributor_is_told_of_the_second_account(fake: FakeWordPress) -> None:
    fake.role = "contributor"

    probe = target_of(fake).probe()

    assert (probe.may_create, probe.may_publish) == (True, False)
    assert "publisher_user" in str(probe.advice[0])


# Noise.


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('<b>Notice</b>: a["x"] in /a.php<br />\n{"id": 1}', {"id": 1}),
        ('\ufeff[{"id": 1}]', [{"id": 1}]),
        ('{"id": 1}\n<!-- Cached -->', {"id": 1}),
        ("<b>Warning</b>: x<br />\n[]", []),
        ('{"id": 1}{"id": 2}', None),
        ('[1] <b>Warning</b> {"id": 2', None),
        ("Fatal error: expected array[]", None),
        ('<script>var x = {"id": 1};</script>', None),
        ("<b>Warning</b>: nothing", None),
        ("", None),
    ],
)
def test_only_what_surely_is_the_answer_is_read(body: str, found: object) -> None:
    assert json_among(body.encode()) == found


@given(
    st.dictionaries(st.text(), st.text(), min_size=1)
    | st.lists(st.dictionaries(st.text(), st.integers(), min_size=1), min_size=1),
    st.text(alphabet="abc <>/:\n", max_size=30),
)
def test_an_answer_after_a_notice_is_read_whole(answer: Any, before: str) -> None:  # noqa: ANN401 -- JSON has any shape
    body = f"{before}\n{json.dumps(answer)}".encode()

    assert json_among(body) == answer


def test_a_page_full_of_brackets_is_given_up_soon() -> None:
    assert json_among(b" [" * 1_000_000) is None
