import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.checks.rule import CheckRule, Parameters, number, words
from connector.checks.rulebook import Configured, in_order, rules
from connector.domain.errors import ConfigurationError
from connector.domain.finding import CheckResult, Finding, Level
from connector.domain.item import CategoryCode, ItemId, Revision
from connector.domain.message import Fact, Message
from connector.ports.check import Checks, Context, Remark
from tests.checks.material import Others, Pages, item, revision

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
NEWS = CategoryCode("news")
ANNOUNCEMENT = CategoryCode("announcement")


class StandingClock:
    def now(self) -> datetime:
        return NOW

    def sleep(self, seconds: float) -> None:
        raise AssertionError(f"nobody waits {seconds} s here")


def says_its_limit(_: Revision, context: Context) -> Iterator[Remark]:
    facts: dict[str, Fact] = {
        "limit": number(context, "limit"),
        "words": ", ".join(words(context, "words")),
    }
    yield Remark(message=Message("At most {limit}: {words}.", facts), part="title")


def fails_after_a_word(_: Revision, __: Context) -> Iterator[Remark]:
    yield Remark(message=Message("A word."), quote="Sách")
    raise ZeroDivisionError


def cannot_tell(_: Revision, __: Context) -> Iterator[Remark]:
    yield Remark(message=Message("No answer."), checked=False)


LIMIT = CheckRule(
    id="limit",
    version=3,
    title="A limit",
    level=Level.WARN,
    look=says_its_limit,
    defaults={"limit": 5, "words": ["sách"], "strict": False, "style": "hòa"},
    choices={"words": ("sách", "báo")},
)
FAILS = CheckRule(
    id="fails", version=1, title="", level=Level.BLOCK, look=fails_after_a_word
)
UNTOLD = CheckRule(id="untold", version=1, title="", level=Level.WARN, look=cannot_tell)


def run(
    *among: CheckRule,
    category: CategoryCode | None = NEWS,
    levels: dict[str, Level] | None = None,
    by_category: dict[str, dict[CategoryCode, Level]] | None = None,
    parameters: dict[str, Parameters] | None = None,
) -> CheckResult:
    checks: Checks = Configured(
        rules=among,
        web=Pages(),
        clock=StandingClock(),
        levels=levels or {},
        by_category=by_category or {},
        parameters=parameters or {},
    )
    return checks.run(item(), revision(category=category), Others())


def written(error: ConfigurationError) -> dict[str, object]:
    """Return the facts of `error`, the messages among them as people read them."""
    return {
        name: str(fact) if isinstance(fact, Message) else fact
        for name, fact in error.facts.items()
    }


def limit_finding(level: Level, limit: int = 5, of: str = "sách") -> Finding:
    return Finding(
        rule="limit",
        rule_version=3,
        level=level,
        message=Message("At most {limit}: {words}.", {"limit": limit, "words": of}),
        part="title",
    )


def test_every_file_of_the_package_brings_its_rules() -> None:
    assert [rule.id for rule in rules()] == [
        "duplicate",
        "image-alt",
        "invisible-characters",
        "links",
        "placeholder",
        "required-fields",
        "source-attribution",
        "title-form",
        "title-length",
        "unicode-form",
    ]


def test_two_rules_may_not_have_the_same_name() -> None:
    with pytest.raises(ValueError, match="Two rules are called limit"):
        in_order([LIMIT, replace(LIMIT, version=4)])


def test_a_result_holds_for_the_revision_that_was_looked_at() -> None:
    assert run(UNTOLD, LIMIT) == CheckResult(
        item_id=ItemId(12),
        digest=revision().digest,
        at=NOW,
        findings=(limit_finding(Level.WARN),),
        unchecked=(
            Finding(
                rule="untold",
                rule_version=1,
                level=Level.WARN,
                message=Message("No answer."),
            ),
        ),
    )


def test_a_good_article_passes_every_rule() -> None:
    result = run(*rules())

    assert (result.findings, result.unchecked) == ((), ())


def test_a_rule_that_fails_is_not_passed_and_hides_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        result = run(FAILS, LIMIT)

    assert result.findings == (
        Finding(
            rule="fails",
            rule_version=1,
            level=Level.BLOCK,
            message=Message("A word."),
            quote="Sách",
        ),
        limit_finding(Level.WARN),
    )
    assert [(one.rule, str(one.message)) for one in result.unchecked] == [
        (
            "fails",
            "This could not be checked: the rule itself failed (ZeroDivisionError).",
        )
    ]
    assert [record.getMessage() for record in caplog.records] == [
        "Rule fails failed on item 12."
    ]


def test_the_library_sets_the_level_of_a_rule() -> None:
    assert run(LIMIT, levels={"limit": Level.BLOCK}).findings == (
        limit_finding(Level.BLOCK),
    )
    assert run(FAILS, levels={"fails": Level.OFF}).unchecked == ()


@pytest.mark.parametrize(
    ("category", "level"),
    [(NEWS, Level.WARN), (ANNOUNCEMENT, Level.BLOCK), (None, Level.WARN)],
)
def test_a_category_can_have_a_level_of_its_own(
    category: CategoryCode | None, level: Level
) -> None:
    result = run(
        LIMIT,
        category=category,
        levels={"limit": Level.WARN},
        by_category={"limit": {ANNOUNCEMENT: Level.BLOCK}},
    )

    assert result.findings == (limit_finding(level),)


def test_a_rule_that_is_off_can_be_on_for_one_category() -> None:
    result = run(
        LIMIT,
        category=ANNOUNCEMENT,
        levels={"limit": Level.OFF},
        by_category={"limit": {ANNOUNCEMENT: Level.WARN}},
    )

    assert result.findings == (limit_finding(Level.WARN),)


def test_parameters_go_over_the_rules_own() -> None:
    result = run(LIMIT, parameters={"limit": {"limit": 7}})

    assert result.findings == (limit_finding(Level.WARN, limit=7),)


@pytest.mark.parametrize(
    ("key", "value", "right"),
    [
        ("limit", "7", "Write a whole number, not negative, such as 5."),
        ("limit", -1, "Write a whole number, not negative, such as 5."),
        ("limit", True, "Write a whole number, not negative, such as 5."),
        ("words", "sách", "Write a list of some of: sách, báo."),
        ("words", ["sách", "đĩa"], "Write a list of some of: sách, báo."),
        ("strict", 1, "Write true or false."),
        ("style", True, "Write a text, such as “hòa”."),
    ],
)
def test_a_parameter_of_the_wrong_type_is_refused(
    key: str, value: Fact | list[str], right: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        run(LIMIT, parameters={"limit": {key: value}})

    assert written(refused.value) == {
        "file": "checks.toml",
        "line": 0,
        "key": f"limit.{key}",
        "problem": f"“{value!r}” does not fit here",
        "right": right,
    }


def test_a_list_of_free_words_is_asked_for_by_its_default() -> None:
    with pytest.raises(ConfigurationError) as refused:
        run(*rules(), parameters={"source-attribution": {"markers": "Nguồn"}})

    assert written(refused.value)["right"] == (
        "Write a list of texts, such as: Nguồn, Theo, Source."
    )


def test_a_parameter_that_the_rule_does_not_know_is_refused() -> None:
    with pytest.raises(ConfigurationError) as refused:
        run(LIMIT, parameters={"limit": {"longest": 7}})

    assert written(refused.value) == {
        "file": "checks.toml",
        "line": 0,
        "key": "limit.longest",
        "problem": "the rule “limit” has no parameter “longest”",
        "right": "Parameters it has: limit, words, strict, style.",
    }


@pytest.mark.parametrize("table", ["levels", "by_category", "parameters"])
def test_a_rule_that_there_is_not_is_refused(table: str) -> None:
    given_for = {
        "levels": Level.WARN,
        "by_category": {NEWS: Level.WARN},
        "parameters": {"limit": 7},
    }

    with pytest.raises(ConfigurationError) as refused:
        run(LIMIT, FAILS, **{table: {"limits": given_for[table]}})  # type: ignore[arg-type]

    assert written(refused.value) == {
        "file": "checks.toml",
        "line": 0,
        "key": "limits",
        "problem": "there is no rule “limits”",
        "right": "Rules there are: fails, limit.",
    }


@pytest.mark.parametrize(("ask", "name"), [(number, "words"), (words, "limit")])
def test_a_rule_that_asks_for_its_own_parameter_wrongly_is_told(
    ask: object, name: str
) -> None:
    context = Context(
        item=item(), known=Others(), web=Pages(), parameters=LIMIT.defaults
    )

    with pytest.raises(TypeError, match=name):
        ask(context, name)  # type: ignore[operator]


@given(shuffled=st.permutations(rules()), text=st.text(max_size=20))
def test_findings_come_in_the_order_of_the_rules_names(
    shuffled: list[CheckRule], text: str
) -> None:
    checks = Configured(rules=tuple(shuffled), web=Pages(), clock=StandingClock())

    result = checks.run(item(), revision(title=text, body=text), Others((3,)))

    names = [finding.rule for finding in result.findings]
    assert names == sorted(names)
    assert "duplicate" in names
