"""All rules there are, at the levels and with the parameters of the library."""

import logging
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module

from connector import checks
from connector.checks.rule import CheckRule, Parameters
from connector.domain.errors import ConfigurationError
from connector.domain.finding import CheckResult, Finding, Level
from connector.domain.item import CategoryCode, Item, Revision
from connector.domain.message import Fact, Message
from connector.language import N_
from connector.ports.check import Context, Known, Remark
from connector.ports.clock import Clock
from connector.ports.web import PublicWeb

FAILED = N_("This could not be checked: the rule itself failed ({error}).")

logger = logging.getLogger(__name__)


def rules() -> tuple[CheckRule, ...]:
    """Return the RULES of every module in this package, in the order of their ids."""
    modules = (
        import_module(f"{checks.__name__}.{module.name}")
        for module in pkgutil.iter_modules(checks.__path__)
    )
    return in_order(rule for one in modules for rule in getattr(one, "RULES", ()))


def in_order(unordered: Iterable[CheckRule]) -> tuple[CheckRule, ...]:
    """
    Return the rules in the order of their ids.

    Raises:
        ValueError: two rules have the same id.
    """
    by_id: dict[str, CheckRule] = {}
    for rule in unordered:
        if rule.id in by_id:
            raise ValueError(f"Two rules are called {rule.id}.")
        by_id[rule.id] = rule
    return tuple(by_id[name] for name in sorted(by_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """
    The rules as config/checks.toml has them; implements ports.check.Checks.

    Raises:
        ConfigurationError: a level or parameter for a rule that there is not, a
            parameter that the rule does not know or that is of another type than
            its default.
    """

    rules: tuple[CheckRule, ...]
    web: PublicWeb
    clock: Clock
    levels: Mapping[str, Level] = field(default_factory=dict)
    """By rule; a rule that is not named has its own level."""
    by_category: Mapping[str, Mapping[CategoryCode, Level]] = field(
        default_factory=dict
    )
    """By rule, then by category; before `levels`."""
    parameters: Mapping[str, Parameters] = field(default_factory=dict)
    """By rule; over the rule's defaults."""

    def __post_init__(self) -> None:
        """Refuse what no rule understands."""
        by_id = {rule.id: rule for rule in in_order(self.rules)}
        for name in [*self.levels, *self.by_category, *self.parameters]:
            if name not in by_id:
                raise _no_such_rule(name, known=by_id)
        for name, given in self.parameters.items():
            for key, value in given.items():
                _refuse_wrong_value(by_id[name], key, value)

    def run(self, item: Item, revision: Revision, known: Known) -> CheckResult:
        """Run every rule that is not off for the revision's category."""
        findings: list[Finding] = []
        unchecked: list[Finding] = []
        for rule in in_order(self.rules):
            level = self._level(rule, revision.category)
            if level is Level.OFF:
                continue
            context = Context(
                item=item,
                known=known,
                web=self.web,
                parameters={**rule.defaults, **self.parameters.get(rule.id, {})},
            )
            for remark in _remarks(rule, revision, context):
                pile = findings if remark.checked else unchecked
                pile.append(_finding(rule, level, remark))
        return CheckResult(
            item_id=item.id,
            digest=revision.digest,
            at=self.clock.now(),
            findings=tuple(findings),
            unchecked=tuple(unchecked),
        )

    def _level(self, rule: CheckRule, category: CategoryCode | None) -> Level:
        level = self.levels.get(rule.id, rule.level)
        if category is None:
            return level
        return self.by_category.get(rule.id, {}).get(category, level)


def _remarks(rule: CheckRule, revision: Revision, context: Context) -> Iterator[Remark]:
    try:
        yield from rule(revision, context)
    except Exception as error:  # one rule's own fault must not hide the other rules
        logger.exception("Rule %s failed on item %s.", rule.id, context.item.id)
        yield Remark(
            message=Message(FAILED, {"error": type(error).__name__}), checked=False
        )


def _finding(rule: CheckRule, level: Level, remark: Remark) -> Finding:
    return Finding(
        rule=rule.id,
        rule_version=rule.version,
        level=level,
        message=remark.message,
        part=remark.part,
        quote=remark.quote,
    )


def _no_such_rule(name: str, *, known: Iterable[str]) -> ConfigurationError:
    return _refused(
        name,
        Message(N_("there is no rule “{rule}”"), {"rule": name}),
        Message(N_("Rules there are: {known}."), {"known": ", ".join(known)}),
    )


def _refuse_wrong_value(rule: CheckRule, key: str, value: object) -> None:
    if key not in rule.defaults:
        known = ", ".join(rule.defaults)
        raise _refused(
            f"{rule.id}.{key}",
            Message(
                N_("the rule “{rule}” has no parameter “{key}”"),
                {"rule": rule.id, "key": key},
            ),
            Message(N_("Parameters it has: {known}."), {"known": known}),
        )
    if not _fits(value, rule.defaults[key], rule.choices.get(key)):
        raise _refused(
            f"{rule.id}.{key}",
            Message(N_("“{value}” does not fit here"), {"value": repr(value)}),
            _wanted(rule.defaults[key], rule.choices.get(key)),
        )


def _refused(key: str, problem: Message, right: Message) -> ConfigurationError:
    return ConfigurationError(
        file="checks.toml", line=0, key=key, problem=problem, right=right
    )


def _fits(value: object, default: object, choices: tuple[str, ...] | None) -> bool:
    match default:
        case bool() | str():
            return isinstance(value, type(default))
        case int():
            return isinstance(value, int) and not isinstance(value, bool) and value >= 0
        case _:
            return isinstance(value, list) and all(
                isinstance(one, str) and (choices is None or one in choices)
                for one in value
            )


def _wanted(default: Fact | list[str], choices: tuple[str, ...] | None) -> Message:
    """Say what a parameter with this default may be."""
    match default:
        case list() if choices is not None:
            known = ", ".join(choices)
            return Message(N_("Write a list of some of: {known}."), {"known": known})
        case list():
            usual = ", ".join(default)
            return Message(
                N_("Write a list of texts, such as: {default}."), {"default": usual}
            )
        case bool():
            return Message(N_("Write true or false."))
        case int():
            return Message(
                N_("Write a whole number, not negative, such as {default}."),
                {"default": default},
            )
        case _:
            return Message(
                N_("Write a text, such as “{default}”."), {"default": default}
            )
