"""Every error says what happened and what to do, from the same facts."""

from string import Formatter

import pytest

from connector.domain import errors
from connector.domain.errors import ConnectorError


def leaves(cls: type[ConnectorError]) -> list[type[ConnectorError]]:
    children = cls.__subclasses__()
    return [leaf for child in children for leaf in leaves(child)] or [cls]


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("error", leaves(ConnectorError), ids=lambda e: e.__name__)
def test_an_error_has_a_message_and_a_remedy(error: type[ConnectorError]) -> None:
    facts = {name: f"<{name}>" for name in fields(error.message + error.remedy)}

    assert str(error(**facts)) == error.message.format(**facts)
    assert error.message.format(**facts)
    assert error.remedy.format(**facts)


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = [w for w in (errors.__doc__ or "").split() if w in vars(errors)]
    real = [name for name, v in vars(errors).items() if isinstance(v, type)]

    assert sorted(drawn) == sorted(real)
