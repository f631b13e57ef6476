"""What every kind of source must do."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from html import unescape
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from connector.domain.errors import ConnectorError, IntakeError
from connector.domain.item import Draft, sha256
from connector.markup import clean, references, text_of
from connector.ports.source import Source
from connector.registry import source_kinds
from connector.sources import document, feed, folder
from tests.sources.material import FEED_URL, Web, entry, png, rss
from tests.sources.word import paragraph, picture, run, word_file

NAME = "nguon"
NFD = unicodedata.normalize("NFD", "Giới thiệu sách mới tháng 11")


def documents(place: Path) -> Source:
    """Offer a Word file, a file that is none, a page and a Markdown file."""
    paths = write_documents(place)
    options = document.Options(paths=paths)
    return document.connect(NAME, options=options, folder=place, web=Web(), limit_mb=1)


def drop_folder(place: Path) -> Source:
    """Offer the same files, dropped into a folder."""
    write_documents(place)
    options = folder.Options(path=place)
    return folder.connect(NAME, options=options, folder=place, web=Web(), limit_mb=1)


def press_feed(place: Path) -> Source:
    """Offer two entries, and one with nothing in it between them."""
    empty = "<guid>trong</guid>"
    other = f"<title>{NFD}</title><guid>2</guid><description>{NFD}.</description>"
    options = feed.Options(url=FEED_URL, attribution="Báo Ví Dụ")
    web = Web({FEED_URL: rss(entry(1), empty, other)})
    return feed.connect(NAME, options=options, folder=place, web=web, limit_mb=1)


def write_documents(place: Path) -> list[Path]:
    """Write files of each kind, the second of which cannot be received."""
    word = word_file(
        paragraph(run(NFD)),
        paragraph(run("Mời bạn đọc "), picture("p", alt="Bìa sách")),
        relations={"p": ("image", "media/a.png")},
        parts={"word/media/a.png": png(1)},
    )
    files = {
        "a.docx": word,
        "b.docx": b"kh\xc3\xb4ng ph\xe1\xba\xa3i Word",
        "c.html": f'<h1>{NFD}</h1><p>Kho mở<img src="d.png" alt="Kho"></p>'.encode(),
        "d.png": png(2),
        "e.md": f"# {NFD}\n\nNghỉ *lễ*.\n\n![Lịch](d.png)\n".encode(),
    }
    for name, content in files.items():
        (place / name).write_bytes(content)
    return [place / name for name in files if name != "d.png"]


KINDS: dict[str, Callable[[Path], Source]] = {
    "document": documents,
    "feed": press_feed,
    "folder": drop_folder,
}
"""Each offers at least two drafts, and between them what cannot be received."""

ADDED = re.compile(r"<p>Nguồn: .*?</p>$")
"""The source line: the only words that are not in the original."""


@pytest.fixture(params=KINDS)
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Source:
    return KINDS[request.param](tmp_path)


@pytest.fixture
def drafts(source: Source) -> list[Draft]:
    return only_drafts(source.offers())


def only_drafts(offers: Iterable[Draft | ConnectorError]) -> list[Draft]:
    return [offer for offer in offers if isinstance(offer, Draft)]


def test_every_kind_is_held_to_this_contract() -> None:
    assert source_kinds() == sorted(KINDS)


def test_drafts_carry_the_name_of_their_source(
    source: Source, drafts: list[Draft]
) -> None:
    assert source.name == NAME
    assert len(drafts) >= 2
    assert {draft.source for draft in drafts} == {NAME}


def test_each_draft_has_an_id_of_its_own(drafts: list[Draft]) -> None:
    ids = [draft.source_id for draft in drafts]

    assert all(ids)
    assert len(set(ids)) == len(ids)


def test_every_text_is_composed(drafts: list[Draft]) -> None:
    for draft in drafts:
        texts = [draft.title, draft.body, draft.excerpt, draft.source_id]
        texts += [draft.link, draft.dated, draft.original_name, draft.language]
        texts += [text for file in draft.files for text in (file.name, file.alt)]

        assert [unicodedata.normalize("NFC", text) for text in texts] == texts


def test_the_body_is_harmless_and_in_its_one_spelling(drafts: list[Draft]) -> None:
    assert [clean(draft.body) for draft in drafts] == [draft.body for draft in drafts]


def test_the_title_is_one_line_of_text(drafts: list[Draft]) -> None:
    for draft in drafts:
        assert draft.title
        assert " ".join(draft.title.split()) == draft.title
        assert "<" not in draft.title


def test_files_references_and_bytes_belong_together(drafts: list[Draft]) -> None:
    for draft in drafts:
        addresses = {file.address for file in draft.files}

        assert set(references(draft.body)) == addresses
        assert set(draft.blobs) == {file.sha256 for file in draft.files}
        assert len({file.name for file in draft.files}) == len(draft.files)
        for file in draft.files:
            assert sha256(draft.blobs[file.sha256]) == file.sha256
            assert len(draft.blobs[file.sha256]) == file.size


def test_nothing_is_invented(drafts: list[Draft]) -> None:
    for draft in drafts:
        original = words_of(draft.original)
        said = f"{draft.title}\n{text_of(ADDED.sub('', draft.body))}"

        assert [w for w in re.findall(r"\w+", said) if w not in original] == []
        assert draft.dated in original


def test_what_cannot_be_received_does_not_stop_the_next(source: Source) -> None:
    kinds = [isinstance(offer, Draft) for offer in source.offers()]

    assert kinds[0]
    assert kinds[-1]
    assert not all(kinds)


def test_what_cannot_be_received_says_why(source: Source) -> None:
    errors = [offer for offer in source.offers() if not isinstance(offer, Draft)]

    for error in errors:
        assert isinstance(error, IntakeError)
        assert error.facts["name"]
        assert error.remedy.format(**error.facts)


def test_the_same_offer_is_the_same_draft(source: Source) -> None:
    assert only_drafts(source.offers()) == only_drafts(source.offers())


@pytest.mark.parametrize("kind", [documents, drop_folder])
def test_the_original_of_a_file_is_kept_byte_for_byte(
    kind: Callable[[Path], Source], tmp_path: Path
) -> None:
    drafts = only_drafts(kind(tmp_path).offers())

    assert {draft.original_name: draft.original for draft in drafts} == {
        name: (tmp_path / name).read_bytes() for name in ("a.docx", "c.html", "e.md")
    }


def words_of(original: bytes) -> str:
    """Return all that an original says, in NFC and without its escapes."""
    if original.startswith(b"PK"):
        with ZipFile(BytesIO(original)) as archive:
            original = archive.read("word/document.xml")
    return unicodedata.normalize("NFC", unescape(original.decode()))
