from hypothesis import given
from hypothesis import strategies as st

from connector.checks.passages import QUOTE, quote

SENTENCE = (
    "Từ ngày 20/3, phòng đọc tầng 2 của Thư viện Trường Đại học Đà Nẵng phục vụ"
    " bạn đọc đến 21 giờ các ngày trong tuần, kể cả thứ bảy và chủ nhật."
)


def test_a_short_line_is_quoted_whole_and_alone() -> None:
    text = "Phòng đọc\nGiờ mở cửa: xxx\nTrân trọng"
    at = text.index("xxx")

    assert quote(text, at, at + 3) == "Giờ mở cửa: xxx"


def test_a_long_line_is_cut_between_words() -> None:
    at = SENTENCE.index("Đại học")

    assert quote(SENTENCE, at, at + 7) == (
        "đọc tầng 2 của Thư viện Trường Đại học Đà Nẵng phục vụ bạn đọc đến 21 giờ"
    )


@given(text=st.text(alphabet="aế \n", max_size=200), data=st.data())
def test_a_quote_is_short_and_stands_in_the_text_with_what_it_is_about(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    quoted = quote(text, start, end)

    assert len(quoted) <= QUOTE
    assert quoted in text
    assert text[start:end][:QUOTE] in quoted
