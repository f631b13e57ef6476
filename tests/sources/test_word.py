import pytest

from connector.domain.errors import Unreadable
from connector.sources.bounds import Problem
from connector.sources.word import read_word
from tests.sources.word import word_file

MANY = word_file("<w:p/>" * 300_000)
"""A small file that takes mammoth seconds, and hundreds of megabytes."""


@pytest.mark.parametrize(
    ("memory", "seconds"),
    [(100_000_000, 30), (2_000_000_000, 1)],
    ids=["memory", "time"],
)
def test_a_file_that_takes_too_much_is_given_up(memory: int, seconds: int) -> None:
    with pytest.raises(Unreadable) as caught:
        read_word(MANY, name="a.docx", limit_mb=20, memory=memory, seconds=seconds)

    assert len(MANY) < 20_000
    assert caught.value.facts == {"name": "a.docx", "problem": Problem.EFFORT}
