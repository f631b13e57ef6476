"""
A program of its own that turns a .docx into HTML and pictures: bytes in, JSON out.

It is run by word.py in a child process, because mammoth has no bounds: the child
has a limit of memory and of time, and nothing in it but this file's work. It imports
nothing of connector, so that it starts quickly and by its path alone.
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
import mammoth
from mammoth.docx.files import ExternalFileAccessIsDisabledError

STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
"""


def main(memory: int, seconds: int) -> None:
    """
    Read a .docx from standard input, write `{"html": …, "pictures": […]}`.

    Writes `null` if the memory or the stack does not suffice.

    Args:
        memory: bytes of address space.
        seconds: of processor time.
    """
    _bound(memory, seconds)
    answer = None
    with contextlib.suppress(MemoryError, RecursionError):
        answer = _converted(sys.stdin.buffer.read())
    json.dump(answer, sys.stdout)


def _converted(content: bytes) -> dict[str, object]:
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


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
