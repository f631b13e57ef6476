"""
A program of its own that parses what might have no end: bytes in, JSON out.

It is run by child.py, because the parsers have no bounds: this process has a limit of
memory and of time, and nothing else in it. It imports nothing of connector, so that
it starts quickly and by its path alone.
"""

import base64
import contextlib
import functools
import io
import json
import sys
import xml.dom.minidom
from typing import Any

import defusedxml.minidom

STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
"""


def main(task: str, memory: int, seconds: int) -> None:
    """
    Read standard input, do the task, and write its answer.

    Writes `null` if the memory or the stack does not suffice.

    Args:
        task: `word`, a .docx into `{"html": …, "pictures": […]}`; or `html`, which
            is only tried.
        memory: bytes of address space.
        seconds: of processor time.
    """
    _bound(memory, seconds)
    answer = None
    with contextlib.suppress(MemoryError, RecursionError):
        answer = TASKS[task](sys.stdin.buffer.read())
    json.dump(answer, sys.stdout)


def _tried(content: bytes) -> bool:
    import nh3  # noqa: PLC0415 -- only this task needs it
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 -- likewise

    html = content.decode()
    LexborHTMLParser(html)
    nh3.clean(html)
    return True


def _word(content: bytes) -> dict[str, object]:
    import mammoth  # noqa: PLC0415 -- slow import
    from mammoth.docx.files import (  # noqa: PLC0415 -- likewise
        ExternalFileAccessIsDisabledError,
    )

    pictures: list[str] = []

    def hand_out(image: Any) -> dict[str, str]:  # noqa: ANN401 -- mammoth has no types
        try:
            with image.open() as file:
                picture = base64.b64encode(file.read()).decode()
        except ExternalFileAccessIsDisabledError as error:
            # A picture that is linked, not contained. mammoth tells its address in
            # the message alone; it is never fetched.
            return {"src": str(error).split("'")[1]}
        if picture not in pictures:
            pictures.append(picture)
        return {"src": f"part:{pictures.index(picture)}"}

    # mammoth parses by this name; no part of a .docx has a document type.
    xml.dom.minidom.parse = functools.partial(defusedxml.minidom.parse, forbid_dtd=True)
    result = mammoth.convert_to_html(
        io.BytesIO(content),
        style_map=STYLES,
        convert_image=mammoth.images.img_element(hand_out),
        include_embedded_style_map=False,
        external_file_access=False,
    )
    return {"html": result.value, "pictures": pictures}


def _bound(memory: int, seconds: int) -> None:
    if sys.platform == "win32":  # which has no such limits; the time-out stays
        return
    import resource  # noqa: PLC0415 -- Windows has no such module

    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    if sys.platform != "darwin":  # macOS refuses this one
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


TASKS = {"word": _word, "html": _tried}

if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
