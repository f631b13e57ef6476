"""Word files (.docx): guarded, then read in a child process."""

import base64

from connector.domain.errors import NotADocument
from connector.sources.bounds import refuse_bomb
from connector.sources.child import MEMORY, SECONDS, NotUnderstood, parse


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
        answer = parse("word", content, name=name, memory=memory, seconds=seconds)
    except NotUnderstood as error:
        raise NotADocument(name=name, kind=".docx") from error
    return answer["html"], [base64.b64decode(part) for part in answer["pictures"]]
