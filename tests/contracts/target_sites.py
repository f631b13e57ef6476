"""The sites that need no server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connector.domain.item import CategoryCode
from connector.domain.publication import Post, PostState, StoredPost
from connector.targets import memory, site
from connector.targets.site.state import State
from tests.contracts.site_under_test import SiteUnderTest

TERMS = {
    CategoryCode("news"): "tin-tuc",
    CategoryCode("announcement"): "thong-bao",
}


@contextmanager
def memory_site(_: pytest.FixtureRequest) -> Iterator[SiteUnderTest]:
    target = memory.connect("portal", options=memory.Options(), folder=Path())

    def write_behind() -> str:
        return target.go_live(target.put_draft(_of_somebody_else()).id).id

    yield SiteUnderTest(
        target=target,
        terms=TERMS,
        public=target.public,
        everything=target.everything,
        change_behind=target.edit,
        trash_behind=target.throw_away,
        write_behind=write_behind,
    )


def _of_somebody_else() -> Post:
    return Post(
        key="",
        slug="tin-cua-khoa",
        title="Tin của khoa",
        body="<p>Khoa tuyển sinh.</p>",
        excerpt="",
        language="vi",
        category=CategoryCode("news"),
        terms=("11",),
    )


@contextmanager
def folder_site(request: pytest.FixtureRequest) -> Iterator[SiteUnderTest]:
    folder: Path = request.getfixturevalue("tmp_path")
    options = site.Options(folder=Path("public"), url="https://thuvien.example/")
    target = site.connect("portal", options=options, folder=folder)
    state = State(folder / "public.state", target="portal")

    def public() -> dict[str, bytes]:
        root = folder / "public"
        files = (path for path in root.rglob("*") if path.is_file())
        return {
            options.url
            + path.relative_to(root).as_posix().removesuffix("index.html"): (
                path.read_bytes()
            )
            for path in files
        }

    def everything() -> list[StoredPost]:
        with state.locked():
            keys = list(state.records())
        return [target.read(key) for key in keys]

    def change_behind(post_id: str, *, body: str) -> None:
        change(post_id, body=body)

    def change(key: str, **changes: object) -> None:
        with state.locked():
            record = state.get(key)
            assert record is not None
            state.put(key, record.model_copy(update=changes))
            state.unsettle()

    yield SiteUnderTest(
        target=target,
        terms=TERMS,
        public=public,
        everything=everything,
        change_behind=change_behind,
        trash_behind=lambda key: change(key, state=PostState.TRASHED),
    )
