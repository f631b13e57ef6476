from pathlib import Path

import pytest
from pydantic import (
    BaseModel,
)

from connector.settings import Settings
from connector.settings.model import Check, Source, Target
from connector.settings.written import COMMON, REST, TOPICS

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"


def test_every_topic_stands_in_one_file() -> None:
    topics = [topic for known in TOPICS.values() for topic in known]

    assert sorted(topics) == sorted(Settings.model_fields)


@pytest.mark.parametrize(
    ("topic", "table"), [("sources", Source), ("checks", Check), ("targets", Target)]
)
def test_the_common_keys_are_those_of_the_model(
    topic: str, table: type[BaseModel]
) -> None:
    assert [*COMMON[topic], REST] == list(table.model_fields)


def _fields(model: type[BaseModel]) -> set[str]:
    names = set(model.model_fields)
    for field in model.model_fields.values():
        for inner in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                names |= _fields(inner)
    return names - {REST}


@pytest.mark.parametrize("name", sorted(_fields(Settings)))
def test_every_key_is_described(name: str) -> None:
    assert f"`{name}`" in DOCS.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(TOPICS))
def test_every_file_is_described(name: str) -> None:
    assert f"## {name}" in DOCS.read_text(encoding="utf-8")
