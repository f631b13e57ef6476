"""What is wrong with a setting and what would be right, said in the reader's terms."""

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import TypeGuard, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails, PydanticCustomError

from connector.domain.message import Message
from connector.language import N_

Key = tuple[str | int, ...]
"""`("targets", "portal", "url")`; numbers are places in a list."""

_SAID: Mapping[str, tuple[str, str]] = {
    "string": (
        N_("this should be a text"),
        N_('Write it in quotes, as in {name} = "…".'),
    ),
    "bool": (
        N_("this should be true or false"),
        N_("Write {name} = true or {name} = false, without quotes."),
    ),
    "int": (
        N_("this should be a whole number"),
        N_("Write it without quotes, as in {name} = 25."),
    ),
    "float": (
        N_("this should be a number"),
        N_("Write it without quotes, as in {name} = 25."),
    ),
    "list": (
        N_("this should be a list"),
        N_('Write it in square brackets, as in {name} = ["…", "…"].'),
    ),
    "table": (
        N_("this should be a table with keys of its own"),
        N_("Write a line [{key}], and the keys below it."),
    ),
    "url": (
        N_("“{found}” is no web address"),
        N_("Write the whole address, as in https://thuvien.example.edu.vn/."),
    ),
    "missing": (
        N_("this key is missing"),
        N_("Add a line for {name}; docs/settings.md says what belongs there."),
    ),
    "one of": (
        N_("“{found}” is none of the values there are"),
        N_("Write one of: {expected}."),
    ),
    "empty": (
        N_("this is empty"),
        N_("Write something here, or take the key out."),
    ),
    "greater_than": (N_("this is too small"), N_("Write more than {gt}.")),
    "greater_than_equal": (N_("this is too small"), N_("Write at least {ge}.")),
    "less_than": (N_("this is too large"), N_("Write less than {lt}.")),
    "less_than_equal": (N_("this is too large"), N_("Write at most {le}.")),
}
"""Problem and right, by kind of mistake."""

_KIND: Mapping[str, str] = {
    "dict": "table",
    "enum": "one of",
    "frozen_set": "list",
    "int_from_float": "int",
    "literal_error": "one of",
    "model": "table",
    "model_attributes": "table",
    "set": "list",
    "string_too_short": "empty",
    "too_short": "empty",
    "tuple": "list",
    "url_scheme": "url",
    "url_syntax_violation": "url",
}
"""Pydantic's name of an error, without `_type` or `_parsing`, where it is not ours."""

_OTHERWISE = (N_("{detail}"), N_("docs/settings.md says what belongs here."))


def refused(problem: Message, right: Message) -> PydanticCustomError:
    """Return what a validator raises, so that it can be said in any language."""
    return PydanticCustomError(
        "refused", "refused", {"problem": problem, "right": right}
    )


def suggestion(wrong: str, known: Iterable[str]) -> Message:
    """Return what would be right where `wrong` is none of `known`."""
    names = {name.lower(): name for name in known}
    for near in difflib.get_close_matches(wrong.lower(), names, n=1, cutoff=0.7):
        return Message(N_("Did you mean {near}?"), {"near": names[near]})
    if not names:
        return Message(N_("Take it out: nothing can stand here."))
    return Message(N_("There are: {known}."), {"known": ", ".join(names.values())})


def secret(key: Key) -> bool:
    """Say whether the value of `key` must never be shown, nor stand in TOML."""
    names = [part for part in key if isinstance(part, str)]
    secrets = re.compile(r"(^|[_-])(password|secret|token|api[_-]?key)$", re.IGNORECASE)
    return bool(names and secrets.search(names[-1]))


def holds_password(value: object) -> bool:
    """Say whether `value` is an address like `https://user:password@host`."""
    address = r"(?i)[a-z][a-z0-9+.-]*://[^/\s@]*:[^/\s@]+@"
    return isinstance(value, str) and re.match(address, value) is not None


def dotted(key: Key) -> str:
    """Return `key` as TOML writes it: `checks.title-length.levels.brief`."""
    names = [part for part in key if isinstance(part, str)]
    return ".".join(
        name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else f'"{name}"' for name in names
    )


def variable(key: Key) -> str:
    """Return the environment variable that sets `key`: `CONNECTOR_DATABASE__URL`."""
    names = [part for part in key if isinstance(part, str)]
    return "CONNECTOR_" + "__".join(names).replace("-", "_").upper()


def explained(detail: ErrorDetails, key: Key, *, hide: bool) -> tuple[Message, Message]:
    """
    Return what is wrong, and what would be right.

    Args:
        detail: one of pydantic's errors.
        key: the key it is about, from the top.
        hide: do not show the value that was found.
    """
    match detail["type"], detail.get("ctx"):
        case "refused", {"problem": Message() as problem, "right": Message() as right}:
            return problem, right
        case "value_error", {"error": ValueError() as error}:
            # Escaped, and without braces still the message id that it may be.
            text = str(error).replace("{", "{{").replace("}", "}}")
            return Message(text), Message(_OTHERWISE[1])
        case _:
            return _by_kind(detail, key, hide=hide)


def _by_kind(detail: ErrorDetails, key: Key, *, hide: bool) -> tuple[Message, Message]:
    context = detail.get("ctx", {})
    kind = re.sub(r"_(type|parsing).*", "", detail["type"])
    if str(context.get("pattern", "")).startswith("^http"):
        kind = "url"
    problem, right = _SAID.get(_KIND.get(kind, kind), _OTHERWISE)
    facts = {
        "key": dotted(key),
        "name": dotted(key[-1:]) or dotted(key[-2:-1]),
        "found": "•••" if hide else str(detail["input"]),
        "detail": detail["msg"],
        "expected": ", ".join(expected(detail)),
        **{limit: context.get(limit, 0) for limit in ("gt", "ge", "lt", "le")},
    }
    return _message(problem, facts), _message(right, facts)


def _message(template: str, facts: Mapping[str, str | int | float]) -> Message:
    """Return the message with just the facts that its template names."""
    named = {name: fact for name, fact in facts.items() if f"{{{name}}}" in template}
    return Message(template, named)


def expected(detail: ErrorDetails) -> list[str]:
    """Return the values of an enumeration; pydantic has them as `'a', 'b' or 'c'`."""
    return re.findall(r"'([^']*)'", str(detail.get("ctx", {}).get("expected", "")))


def fields(model: object, path: Key) -> list[str]:
    """Return the keys that the table at `path` of `model` knows."""
    for part in path:
        model = _inside(model, part)
    table = _table(model)
    return list(table.model_fields) if table else []


def _inside(annotation: object, part: str | int) -> object:
    """Return the type of `part` in a value of type `annotation`; None if unknown."""
    if get_origin(annotation) in (dict, Mapping):
        return get_args(annotation)[1]
    if isinstance(part, int):
        return next(iter(get_args(annotation)), None)
    table = _table(annotation)
    known = table.model_fields.get(part) if table else None
    return known.annotation if known else None


def _table(annotation: object) -> type[BaseModel] | None:
    """Return the model that `annotation` is, or may be."""
    return next(filter(_is_model, (annotation, *get_args(annotation))), None)


def _is_model(annotation: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
