"""Items, a good article, and what stands around a rule: the web, other items."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from connector.checks.passages import passages
from connector.checks.rule import CheckRule
from connector.checks.rulebook import rules
from connector.domain.errors import AnswerTooLarge, WebError
from connector.domain.item import (
    Attachment,
    CategoryCode,
    Item,
    ItemId,
    Revision,
    State,
    Use,
    key_of,
    sha256,
)
from connector.domain.message import Fact
from connector.markup import links
from connector.ports.check import Context, Remark
from connector.ports.web import Fetched

LINK = "https://tuoitre.example/van-hoa-doc-2026.htm"
COVER = sha256("ảnh phòng đọc".encode())
FORM = sha256("phiếu đăng ký".encode())

BODY = f"""
<p>Sáng 16/3, Thư viện Trường Đại học Đà Nẵng khai trương phòng đọc mở tại tầng 2,
phục vụ bạn đọc từ 7 giờ 30 đến 21 giờ các ngày trong tuần.</p>
<p><img src="attachment:{COVER}" alt="Bạn đọc ngồi bên cửa sổ phòng đọc mới"></p>
<h2>Cách đăng ký</h2>
<ul><li>Điền <a href="attachment:{FORM}">phiếu đăng ký</a> rồi gửi về
<a href="mailto:thuvien@dhdn.example">hộp thư của thư viện</a>.</li>
<li>Hoặc gọi <a href="tel:+842363000000">quầy thông tin</a>…</li></ul>
<p>Xem thêm <a href="https://thuvien.example/gio-mo-cua">giờ mở cửa</a>.</p>
<p>Nguồn: <a href="{LINK}">Báo Tuổi Trẻ</a></p>
"""


def picture(**fields: object) -> Attachment:
    usual: dict[str, Any] = {
        "name": "phòng đọc.jpg",
        "media_type": "image/jpeg",
        "sha256": COVER,
        "size": 48_213,
        "use": Use.IMAGE,
        "alt": "Bạn đọc ngồi bên cửa sổ phòng đọc mới",
    }
    return Attachment(**usual | fields)


def form(**fields: object) -> Attachment:
    usual: dict[str, Any] = {
        "name": "Phiếu đăng ký.docx",
        "media_type": "application/msword",
        "sha256": FORM,
        "size": 21_004,
        "use": Use.ATTACHMENT,
    }
    return Attachment(**usual | fields)


def revision(**fields: object) -> Revision:
    """Return an article without a fault, but for what `fields` say."""
    usual: dict[str, Any] = {
        "number": 1,
        "title": "Thư viện khai trương phòng đọc mở phục vụ đến 21 giờ",
        "body": BODY,
        "excerpt": "Phòng đọc mở ở tầng 2 phục vụ bạn đọc cả buổi tối.",
        "category": CategoryCode("news"),
        "files": (picture(), form()),
        "made_by": "lan",
        "made_at": datetime(2026, 3, 16, 1, 30, tzinfo=UTC),
    }
    return Revision(**usual | fields)


def item(**fields: object) -> Item:
    usual: dict[str, Any] = {
        "id": ItemId(12),
        "key": key_of("press", LINK),
        "state": State.RECEIVED,
        "version": 1,
        "source": "press",
        "source_id": LINK,
        "link": LINK,
        "original": sha256(b"<item/>"),
        "received_at": datetime(2026, 3, 16, 1, 30, tzinfo=UTC),
    }
    return Item(**usual | fields)


@dataclass
class Pages:
    """A public web in which every page is there, but for those that are named."""

    answers: Mapping[str, int | WebError] = field(default_factory=dict)
    titles: Mapping[str, str | WebError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def status(self, url: str) -> int:
        self.asked.append(url)
        answer = self.answers.get(url, 200)
        if isinstance(answer, WebError):
            raise answer
        return answer

    def get(self, url: str, *, limit_mb: float = 10, asks: int = 1) -> Fetched:
        del asks
        title = self.titles.get(url, "Thư viện")
        if isinstance(title, WebError):
            raise title
        body = f"<!DOCTYPE html><title>\n{title} </title>".encode()
        if len(body) > limit_mb * 10**6:
            raise AnswerTooLarge(url=url, limit_mb=limit_mb)
        return Fetched(url=url, final_url=url, status=200, headers={}, body=body)


@dataclass
class Others:
    """Other items, of which these have the same text."""

    same: tuple[int, ...] = ()
    looked_past: list[ItemId] = field(default_factory=list)

    def same_text(self, revision: Revision, *, but: ItemId) -> list[ItemId]:
        del revision
        self.looked_past.append(but)
        return [ItemId(number) for number in self.same]


def rule(name: str) -> CheckRule:
    return next(one for one in rules() if one.id == name)


def remarks(
    name: str,
    looked_at: Revision,
    *,
    of: Item | None = None,
    web: Pages | None = None,
    known: Others | None = None,
    **parameters: Fact | list[str],
) -> list[Remark]:
    """Return what the rule `name` says."""
    asked = rule(name)
    context = Context(
        item=of or item(),
        known=known or Others(),
        web=web or Pages(),
        parameters={**asked.defaults, **parameters},
    )
    return list(asked(looked_at, context))


def said(found: Iterable[Remark]) -> list[tuple[str, str, str]]:
    """Return what people read of each remark: sentence, part, quote."""
    return [(str(one.message), one.part, one.quote) for one in found]


def stands_there(remark: Remark, looked_at: Revision) -> bool:
    """Return whether the quote of `remark` stands in the part it names."""
    texts = [
        text
        for passage in passages(looked_at)
        if passage.part == remark.part
        for text in passage.shown
    ]
    return any(remark.quote in text for text in texts) or (
        remark.part == "body"
        and any(remark.quote in text for _, text in links(looked_at.body))
    )


_TEXTS = st.text(max_size=30) | st.lists(
    st.sampled_from(
        [
            *["Thư viện", "ĐẠI HỌC", "Đà Nẵng", "ngày", "16/3", " ", "  ", "\n", "."],
            *["....", "____", "xxx", "lorem ipsum", "[cần bổ sung]", "TODO", "…", "!"],
            *[
                "Nguồn: ",
                "Theo",
                "(",
                ")",
                "e\u0302\u0301",
                "\u200b",
                "\u00ad",
                "\u202e",
            ],
            *["Ðà", "\ufeff", "\x07", "\x85", "👨\u200d👩", "IMG_1.jpg", "&lt;", "{x}"],
        ]
    ),
    max_size=8,
).map("".join)
_ADDRESSES = st.sampled_from(
    [
        *["", "#a", "/tin", LINK, "http://[", "mailto:", "mailto:a@b.vn", "tel:113"],
        *["tel:xyz", "ftp://a", f"attachment:{COVER}", "attachment:0", "HTTP://A.vn"],
    ]
)
_PIECES = st.one_of(
    _TEXTS,
    st.builds("<p>{}</p>".format, _TEXTS),
    st.builds('<a href="{}">{}</a>'.format, _ADDRESSES, _TEXTS),
    st.builds('<img src="{}" alt="{}">'.format, _ADDRESSES, _TEXTS),
    st.just('<img src="https://a.vn/x.png">'),
)
_FILES = st.builds(
    picture,
    name=_TEXTS,
    alt=_TEXTS,
    use=st.sampled_from(Use),
    sha256=st.sampled_from([COVER, FORM]),
)


def revisions() -> st.SearchStrategy[Revision]:
    """Return revisions that say anything at all."""
    return st.builds(
        revision,
        title=_TEXTS,
        body=st.lists(_PIECES, max_size=6).map("".join),
        excerpt=_TEXTS,
        category=st.sampled_from([None, CategoryCode("news")]),
        files=st.lists(_FILES, max_size=2).map(tuple),
    )
