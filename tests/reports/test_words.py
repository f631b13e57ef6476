import pytest

from connector.domain.verdict import Judgement, Verdict
from connector.reports.words import equal_in_words, place_in_words


def test_how_much_is_equal_is_countable() -> None:
    verdict = Verdict(
        judgement=Judgement.PASS,
        equal={"blocks": 14, "links": 6, "images": 3, "attachments": 0, "cells": 0},
    )

    assert equal_in_words(verdict, "vi") == "Khớp: 14 đoạn, 6 liên kết, 3 ảnh."


def test_nothing_equal_is_said() -> None:
    verdict = Verdict(judgement=Judgement.FAIL)

    assert equal_in_words(verdict, "en") == "Nothing was found equal."


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("block 4, row 2, column 1", "đoạn 4, hàng 2, cột 1"),
        ("title", "tiêu đề"),
        ("file áp phích.png", "tệp áp phích.png"),
        ("", ""),
    ],
)
def test_a_place_is_said_in_the_readers_language(place: str, said: str) -> None:
    assert place_in_words(place, "vi") == said
