"""The site's own few words: they belong to the pages, as the sections' labels do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the templates say in one language."""

    skip: str
    sections: str
    newest: str
    none_yet: str
    home: str
    published: str
    feed: str
    pages: str
    newer: str
    older: str
    missing: str
    missing_text: str
    back: str


VIETNAMESE = Words(
    skip="Đến nội dung chính",
    sections="Chuyên mục",
    newest="Mới đăng",
    none_yet="Chưa có bài nào.",
    home="Trang chủ",
    published="Đăng ngày",
    feed="Theo dõi qua RSS",
    pages="Các trang của chuyên mục",
    newer="Bài mới hơn",
    older="Bài cũ hơn",
    missing="Không tìm thấy trang",
    missing_text="Trang này không tồn tại hoặc đã được gỡ xuống.",
    back="Về trang chủ",
)

ENGLISH = Words(
    skip="Skip to the content",
    sections="Sections",
    newest="Newest",
    none_yet="Nothing here yet.",
    home="Home",
    published="Published",
    feed="Follow by RSS",
    pages="Pages of this section",
    newer="Newer",
    older="Older",
    missing="Page not found",
    missing_text="There is no such page, or it has been taken down.",
    back="To the home page",
)

WORDS = {"vi": VIETNAMESE, "en": ENGLISH}
