"""Word files (.docx): guarded, then read in a child process."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

from connector.domain.errors import NotADocument, Unreadable
from connector.sources.bounds import Problem, refuse_bomb

MEMORY = 1 << 30
"""Bytes of address space that reading one file may take."""
SECONDS = 30

_CHILD = Path(__file__).with_name("_word_child.py")


def read_word(
    content: bytes,
    *,
    name: str,
    limit_mb: float,
    memory: int = MEMORY,
    seconds: int = SECONDS,
) -> tuple[str, list[bytes]]:
    """
    Return the HTML of a .docx and its pictures, which it calls `part:0`, `part:1` ….

    Text that tracked changes delete is left out, text that they insert is kept.
    Nothing outside of the file is opened: a linked picture keeps its address.

    Args:
        content: the file.
        name: how errors call it.
        limit_mb: for all that it unpacks to.
        memory: bytes that reading it may take.
        seconds: that reading it may take.

    Raises:
        NotADocument: it is no Word file, or one that cannot be understood.
        Unpacks: it unpacks to more than the limit.
        Unreadable: to read it takes too much time or memory.
    """
    refuse_bomb(content, name=name, kind=".docx", limit_mb=limit_mb)
    try:
        child = subprocess.run(  # noqa: S603 -- our own program
            [sys.executable, "-I", _CHILD, str(memory), str(seconds)],
            input=content,
            capture_output=True,
            check=False,
            env=_environment(),
            timeout=seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(name=name, problem=Problem.EFFORT) from error
    if child.returncode > 0:  # mammoth did not understand the file
        raise NotADocument(name=name, kind=".docx")
    answer = json.loads(child.stdout) if child.returncode == 0 else None
    if answer is None:
        raise Unreadable(name=name, problem=Problem.EFFORT)
    return answer["html"], [base64.b64decode(part) for part in answer["pictures"]]


def _environment() -> dict[str, str]:
    """Return our own environment without what the child must not see: passwords."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith("CONNECTOR")
    }
