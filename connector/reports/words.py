"""A verdict in the reader's words, for the terminal and for the page alike."""

import re

from connector.domain.item import part_name
from connector.domain.verdict import Verdict
from connector.language import N_, say, translate, word

_COUNTED = {
    "blocks": N_("{count} block(s)"),
    "cells": N_("{count} table cell(s)"),
    "links": N_("{count} link(s)"),
    "images": N_("{count} picture(s)"),
    "attachments": N_("{count} attachment(s)"),
}

_NUMBERED = {
    "block": N_("block {number}"),
    "row": N_("row {number}"),
    "column": N_("column {number}"),
}

_PAGE = N_("page")


def equal_in_words(verdict: Verdict, language: str | None = None) -> str:
    """Return how much was compared and found equal, as a sentence."""
    counts = [
        say(template, {"count": verdict.equal[name]}, language)
        for name, template in _COUNTED.items()
        if verdict.equal.get(name)
    ]
    if not counts:
        return translate(N_("Nothing was found equal."), language)
    return say(N_("Found equal: {counts}."), {"counts": counts}, language)


def place_in_words(place: str, language: str | None = None) -> str:
    """Return a place of a Difference (`block 4, row 2, column 1`) as people say it."""
    return ", ".join(_part(part, language) for part in place.split(", "))


def _part(part: str, language: str | None) -> str:
    match = re.fullmatch(r"(block|row|column) (\d+)", part)
    if match is None:
        return word(part_name(part), language)
    return say(_NUMBERED[match[1]], {"number": int(match[2])}, language)
