from hypothesis import given
from hypothesis import strategies as st

from connector.domain.item import ItemId
from tests.checks.material import Others, item, remarks, revision, said

TITLE = "Thư viện khai trương phòng đọc mở phục vụ đến 21 giờ"


def test_items_with_the_same_text_are_named() -> None:
    found = remarks("duplicate", revision(), known=Others(same=(31, 7)))

    assert said(found) == [
        ("Title and body are the same as those of item 7, 31.", "title", TITLE)
    ]


def test_a_text_that_no_other_item_has_passes() -> None:
    assert remarks("duplicate", revision(), known=Others()) == []


def test_an_item_is_not_its_own_duplicate() -> None:
    known = Others()

    remarks("duplicate", revision(), of=item(id=ItemId(5)), known=known)

    assert known.looked_past == [5]


@given(same=st.sets(st.integers(1, 10**9)).map(tuple))
def test_every_other_item_is_named_in_one_finding(same: tuple[int, ...]) -> None:
    found = remarks("duplicate", revision(), known=Others(same=same))

    named = [str(one.message.facts["items"]).split(", ") for one in found]

    assert named == ([[str(one) for one in sorted(same)]] if same else [])
