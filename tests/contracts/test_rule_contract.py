"""What every rule must do, whatever it looks for."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from connector.checks.passages import QUOTE
from connector.checks.rule import CheckRule
from connector.checks.rulebook import rules
from connector.domain.errors import AddressRefused, NoAnswer
from connector.domain.item import Revision
from connector.language import LANGUAGES, say
from tests.checks.material import (
    Others,
    Pages,
    item,
    picture,
    remarks,
    revision,
    revisions,
    stands_there,
)

EVERY_RULE = pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "checks.md"

FAULTY = (
    revision(title="", body=""),
    revision(title="THÔNG BÁO  NGHỈ LỄ.", body="<p>Nội dung: ………</p>"),
    revision(title="Ðà Nẵng\u200b", body="<p>lorem ipsum, Tha\u0309o luận</p>"),
    revision(body='<p><a href="https://a.vn/">Sách</a> <a href="/x"></a></p>'),
    revision(body='<p><img src="https://a.vn/1.jpg"></p>', files=(picture(alt=""),)),
)
"""Each rule has something to say on one of them; add one with a new rule."""

FAULTY_SURROUNDINGS: tuple[dict[str, Any], ...] = (
    {"known": Others(same=(3, 7))},
    {"web": Pages(answers={"https://a.vn/": 404})},
    {"web": Pages(answers={"https://a.vn/": 503})},
    {"web": Pages(answers={"https://a.vn/": NoAnswer(url="", problem="timeout")})},
    {"web": Pages(answers={"https://a.vn/": AddressRefused(url="", problem="10/8")})},
)


@EVERY_RULE
def test_a_rule_has_a_stable_name_and_a_version(rule: CheckRule) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.id)
    assert rule.version >= 1
    assert rule.title


@EVERY_RULE
def test_the_parameters_of_a_rule_can_be_written_down(rule: CheckRule) -> None:
    assert json.loads(json.dumps(dict(rule.defaults))) == rule.defaults
    assert set(rule.choices) <= set(rule.defaults)


@EVERY_RULE
def test_a_rule_speaks_in_messages_that_can_be_read_and_stored(rule: CheckRule) -> None:
    spoken = [
        remark
        for faulty in FAULTY
        for around in FAULTY_SURROUNDINGS
        for remark in remarks(rule.id, faulty, **around)
    ]

    assert spoken, "no faulty revision makes it speak"
    for remark in spoken:
        assert json.loads(json.dumps(dict(remark.message.facts))) == (
            remark.message.facts
        )
        for language in LANGUAGES:
            assert say(remark.message.template, remark.message.facts, language)


@EVERY_RULE
def test_a_rule_has_nothing_to_say_on_a_good_article(rule: CheckRule) -> None:
    assert remarks(rule.id, revision()) == []


@EVERY_RULE
@given(looked_at=revisions())
def test_a_rule_never_fails_and_quotes_what_stands_there(
    rule: CheckRule, looked_at: Revision
) -> None:
    for remark in remarks(rule.id, looked_at):
        assert len(remark.quote) <= QUOTE
        assert stands_there(remark, looked_at), remark
        assert str(remark.message)


@EVERY_RULE
@given(looked_at=revisions())
def test_a_rule_says_the_same_of_the_same_text(
    rule: CheckRule, looked_at: Revision
) -> None:
    assert remarks(rule.id, looked_at) == remarks(rule.id, looked_at)


@EVERY_RULE
def test_a_rule_is_documented_with_its_level_and_parameters(rule: CheckRule) -> None:
    section = _sections()[rule.id]

    assert f"Level: *{rule.level}*" in section
    for name in rule.defaults:
        assert f"`{name}`" in section


def test_no_rule_is_documented_that_there_is_not() -> None:
    assert list(_sections()) == [rule.id for rule in rules()]


def test_every_rule_looks_at_an_item_that_has_no_address() -> None:
    own = item(link="", source="phong-doc")

    assert [remarks(rule.id, revision(), of=own) for rule in rules()] == (
        [[] for _ in rules()]
    )


def _sections() -> dict[str, str]:
    """Return the sections of docs/checks.md that are headed by a rule's id."""
    text = DOCUMENTATION.read_text(encoding="utf-8")
    pieces = re.split(r"^### `([a-z-]+)`$", text, flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))
