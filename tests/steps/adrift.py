"""What happens to posts and rows until they do not agree any more."""

from dataclasses import replace

from connector.domain.discrepancy import Kind
from connector.domain.item import ItemId
from connector.domain.publication import (
    Post,
    PostState,
    Publication,
    StoredPost,
)
from connector.ports.parts import GoLive
from connector.steps.reconcile import Report, reconcile
from tests.steps.house import House

WHY = "sự kiện bị hoãn"
TITLES = (
    "Thông báo: Phòng đọc tầng 2 mở cửa trở lại",
    "Thông báo: Lịch nghỉ Tết của thư viện",
    "Thông báo: Tập huấn tra cứu cho sinh viên mới",
)
"""Of items that are not taken for one another."""


def report(house: House) -> Report:
    return reconcile("portal", parts=house.parts)


def kinds(house: House) -> list[tuple[Kind, tuple[str, ...]]]:
    return [(one.kind, one.posts) for one in report(house).found]


def sent(house: House, item_id: ItemId) -> Post:
    post = house.publication(item_id).post
    assert post is not None
    return post


def stray(house: House, item_id: ItemId, **fields: object) -> StoredPost:
    """Somebody else, or a request that was given up, makes another post of it."""
    post = replace(sent(house, item_id), **fields)  # type: ignore[arg-type]
    return house.portal.by_hand.put_draft(post)


def set_row(house: House, item_id: ItemId, **fields: object) -> Publication:
    row = replace(house.publication(item_id), **fields)  # type: ignore[arg-type]
    with house.parts.staging.transaction() as tx:
        tx.save_publication(row, event="set by the test")
    return row


def drafted(house: House) -> ItemId:
    """A draft that waits for its webmaster."""
    house.route(go_live=GoLive.WEBMASTER)
    return house.published().id


def hide(house: House, post_id: str) -> None:
    """Make a post private."""
    house.portal.by_hand._change(post_id, state=PostState.HIDDEN)  # noqa: SLF001 -- no other way in memory
