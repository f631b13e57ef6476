import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from pydantic import ValidationError

from connector.domain.errors import ContentRefused, PostChanged, Unclear
from connector.domain.item import Attachment, CategoryCode, Use, sha256, slug_of
from connector.domain.publication import Post, StoredPost
from connector.targets.memory import MemoryTarget, OneByOne, Options, connect


def a_post(number: int) -> Post:
    title = f"Giới thiệu sách mới, số {number}"
    return Post(
        key=f"{number:012x}",
        slug=slug_of(title, f"{number:012x}"),
        title=title,
        body="<p>Kho mở tầng 3.</p>",
        excerpt="",
        language="vi",
        category=CategoryCode("new-acquisitions"),
        terms=("15",),
    )


def test_there_is_nothing_to_configure() -> None:
    with pytest.raises(ValidationError):
        Options.model_validate({"url": "https://thuvien.example/"})

    target = connect("portal", options=Options(), folder=Path())

    assert target.name == "portal"
    assert target.everything() == []


def test_many_threads_lose_nothing() -> None:
    target = MemoryTarget("portal")

    def publish(number: int) -> str:
        return target.go_live(target.put_draft(a_post(number)).id).id

    with ThreadPoolExecutor(8) as threads:
        ids = list(threads.map(publish, range(200)))

    assert len(set(ids)) == 200
    assert {stored.id for stored in target.everything()} == set(ids)


def test_of_many_threads_that_update_the_same_version_one_wins() -> None:
    target = MemoryTarget("portal")
    draft = target.put_draft(a_post(0))

    def update(number: int) -> bool:
        try:
            target.update(draft.id, a_post(number), expect=draft.version)
        except PostChanged:
            return False
        return True

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            won = list(threads.map(update, range(1, 200)))
    finally:
        sys.setswitchinterval(interval)

    assert won.count(True) == 1
    stored = target.read(draft.id)
    assert stored.title == a_post(won.index(True) + 1).title


def test_other_bytes_than_the_approved_ones_are_refused() -> None:
    target = MemoryTarget("portal")
    file = Attachment(
        name="thông báo.pdf",
        media_type="application/pdf",
        sha256=sha256(b"%PDF-1.7"),
        size=8,
        use=Use.ATTACHMENT,
    )

    with pytest.raises(ContentRefused):
        target.put_media(file, b"%PDF-1.4")

    assert target.public().keys() == {"https://portal.invalid/"}


def test_a_subclass_can_lose_an_answer() -> None:
    class LosesAnswers(MemoryTarget):
        def put_draft(self, post: Post) -> NoReturn:
            super().put_draft(post)
            raise Unclear(target=self.name, problem="time-out")

    target = LosesAnswers("portal")

    with pytest.raises(Unclear):
        target.put_draft(a_post(1))

    assert [stored.title for stored in target.everything()] == [a_post(1).title]


def test_many_drafts_at_once_are_taken_one_by_one() -> None:
    class RefusesThree(MemoryTarget):
        def put_draft(self, post: Post) -> StoredPost:
            if post == a_post(3):
                raise ContentRefused(target=self.name, problem="3")
            return super().put_draft(post)

    target = RefusesThree("portal")

    outcomes = OneByOne(target=target, size=25).put_draft(
        [a_post(number) for number in (2, 3, 1)]
    )

    assert [getattr(outcome, "title", None) for outcome in outcomes] == [
        a_post(2).title,
        None,
        a_post(1).title,
    ]
    assert isinstance(outcomes[1], ContentRefused)
    assert len(target.everything()) == 2


def test_the_newest_post_comes_first_by_the_date_it_was_given() -> None:
    today = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    target = MemoryTarget("portal", now=lambda: today)
    new, old, same = [target.put_draft(a_post(number)) for number in (1, 2, 3)]

    target.go_live(new.id)
    target.go_live(old.id, at=today - timedelta(days=1))
    target.go_live(same.id)

    home, *pages = target.public()
    assert home == "https://portal.invalid/"
    assert pages == [post.url for post in (same, new, old)]
