"""
JSON among what PHP printed around it.

A warning on the page, a file that begins with a BOM, a cache that signs what it serves:
the answer still stands there whole. Because such printing sends the headers too early,
status and type of the answer are then PHP's own, 200 and text/html, whatever WordPress
meant to say.
"""

import json
import re
from itertools import islice

_BEGINS = re.compile(r"(?:^|(?<=[\s>\ufeff]))[{\[]")
"""Not in the middle of a word, such as `array[]`."""
_TRIED = 50
"""How many brackets are tried: no page of a site is read from each of its own."""
_BRACKETS = re.compile(r"[{\[]")


def json_among(body: bytes) -> object:
    """Return the object or list that surely is the answer; None if there is none."""
    text = body.decode("utf-8-sig", errors="replace").strip().lstrip("\ufeff")
    decoder = json.JSONDecoder()
    for begin in islice(_BEGINS.finditer(text), _TRIED):
        try:
            value, end = decoder.raw_decode(text, begin.start())
        except (ValueError, RecursionError):
            continue
        # What follows may be a signature, but nothing that could be the answer too.
        if end == len(text) or (begin.start() == 0 and not _BRACKETS.search(text, end)):
            found: object = value
            return found
    return None
