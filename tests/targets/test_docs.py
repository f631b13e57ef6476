import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from connector.targets import memory, site, wordpress, wordpress_xmlrpc

PAGE = (Path(__file__).parents[2] / "docs" / "targets.md").read_text("utf-8")
KINDS: dict[str, type[BaseModel]] = {
    "memory": memory.Options,
    "site": site.Options,
    "wordpress": wordpress.Options,
    "wordpress-xmlrpc": wordpress_xmlrpc.Options,
}


def section(kind: str) -> str:
    return PAGE.split(f"\n### `{kind}`\n")[1].split("\n## ")[0].split("\n### ")[0]


def test_every_kind_has_a_section() -> None:
    assert sorted(re.findall(r"^### `(.+)`$", PAGE, re.MULTILINE)) == sorted(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_option_of_a_kind_is_explained(kind: str) -> None:
    keys = re.findall(r"^\| `(\w+)` \|", section(kind), re.MULTILINE)

    assert keys == list(KINDS[kind].model_fields)


@pytest.mark.parametrize("kind", KINDS)
def test_what_must_be_set_is_marked(kind: str) -> None:
    required = re.findall(
        r"^\| `(\w+)` \|.*\| required \|$", section(kind), re.MULTILINE
    )

    fields = KINDS[kind].model_fields
    assert required == [name for name in fields if fields[name].is_required()]


def test_the_sections_of_a_site_are_named() -> None:
    line = next(
        line
        for line in section("site").splitlines()
        if line.startswith("The sections,")
    )

    named = dict(re.findall(r"`([a-z-]+)` \*([^*]+)\*", line))
    assert named == site.Options.model_fields["sections"].default
