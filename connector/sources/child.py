"""Parsing that might have no end, in a child process with limits."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

from connector.domain.errors import Unreadable
from connector.sources.bounds import Problem

MEMORY = 1 << 30
"""Bytes of address space that reading one file may take."""
SECONDS = 30

HARMLESS = 50_000
"""Characters of HTML that take no parser more than a moment, whatever they are."""

_OUT_OF_MEMORY = re.compile(
    rb"MemoryError|out of memory|allocate memory|failed to map|no memory"
)
"""What parsers, the interpreter and the loader say when it does not suffice."""

_CHILD = Path(__file__).with_name("_child.py")


class NotUnderstood(Exception):
    """The child's parser gave up."""


def parse(
    task: Literal["word", "html"],
    content: bytes,
    *,
    name: str,
    memory: int = MEMORY,
    seconds: int = SECONDS,
) -> Any:  # noqa: ANN401 -- whatever JSON has
    """
    Return the answer of _child.py to `content`.

    Args:
        task: what is to be done, as _child.py calls it.
        content: all that the child is given.
        name: how errors call the content.
        memory: bytes that it may take.
        seconds: that it may take.

    Raises:
        NotUnderstood: the parser failed over it.
        Unreadable: it takes too much time or memory.
    """
    limits = (str(memory), str(seconds))
    try:
        child = subprocess.run(  # noqa: S603 -- our own program
            [sys.executable, "-I", _CHILD, task, *limits],
            input=content,
            capture_output=True,
            check=False,
            env=_environment(),
            timeout=seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(name=name, problem=Problem.EFFORT) from error
    if child.returncode > 0 and not _OUT_OF_MEMORY.search(child.stderr):
        raise NotUnderstood
    answer = json.loads(child.stdout) if child.returncode == 0 else None
    if answer is None:
        raise Unreadable(name=name, problem=Problem.EFFORT)
    return answer


def refuse_maze(html: str, *, name: str, seconds: int = SECONDS) -> None:
    """
    Let HTML pass that the parsers get through; a child process tries it first.

    Half a megabyte of `<div>`, or one tag with 100,000 attributes, keep them busy for
    minutes, because they are quadratic in both.

    Raises:
        Unreadable: it takes too much time or memory.
    """
    if len(html) > HARMLESS:
        content = html.encode("utf-8", "replace")
        try:
            parse("html", content, name=name, memory=4 * MEMORY, seconds=seconds)
        except NotUnderstood as error:
            raise Unreadable(name=name, problem=Problem.EFFORT) from error


def _environment() -> dict[str, str]:
    """Return our own environment without what the child must not see: passwords."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith("CONNECTOR")
    }
