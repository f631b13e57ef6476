from pathlib import Path

import pytest

from connector.domain.errors import Empty, UnknownFormat, Unreadable
from connector.domain.item import Draft
from connector.sources.bounds import Problem
from connector.sources.folder import DropFolder, Options, connect
from tests.sources.material import Web, png


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty drop folder."""
    path = tmp_path / "tiep-nhan"
    path.mkdir()
    return path


def source(folder: Path, **options: str) -> DropFolder:
    made = connect(
        "khoa-phong",
        options=Options.model_validate({"path": folder.name, **options}),
        folder=folder.parent,
        web=Web(),
        limit_mb=2,
    )
    assert isinstance(made, DropFolder)
    return made


def put(path: Path, content: str | bytes = "# Tin\n\nChữ") -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def offered(folder: Path) -> list[object]:
    """Return the path of each draft and the facts of each error, in order."""
    return [
        offer.source_id if isinstance(offer, Draft) else offer.facts
        for offer in source(folder).offers()
    ]


def test_files_are_offered_by_name_and_left_alone(folder: Path) -> None:
    put(folder / "b.md")
    put(folder / "a.html", "<h1>Tin</h1><p>Chữ</p>")
    put(folder / "Phòng Mượn" / "c.md")

    found = offered(folder)

    assert found == ["Phòng Mượn/c.md", "a.html", "b.md"]
    assert (folder / "b.md").read_text() == "# Tin\n\nChữ"


def test_a_bad_file_does_not_stop_the_next(folder: Path) -> None:
    put(folder / "a.md", "")
    put(folder / "b.xls", "x")
    put(folder / "c.md")

    first, second, third = source(folder).offers()

    assert isinstance(first, Empty)
    assert isinstance(second, UnknownFormat)
    assert isinstance(third, Draft)


def test_hidden_and_unfinished_files_are_passed_over(folder: Path) -> None:
    for name in (".a.md", "~$b.docx", "c.md.tmp", "d.docx.part", "e.PART", ".f/g.md"):
        put(folder / name)

    assert offered(folder) == []


def test_a_picture_is_passed_over_only_if_a_document_shows_it(folder: Path) -> None:
    put(folder / "tin.md", "# Tin\n\n![Phòng đọc](a.png)")
    put(folder / "a.png", png(1))
    put(folder / "b.png", png(2))

    assert offered(folder) == [
        "tin.md",
        {"name": "b.png", "kinds": ".docx, .html, .htm, .md, .markdown"},
    ]


def test_an_empty_picture_is_reported(folder: Path) -> None:
    put(folder / "a.png", b"")

    assert offered(folder) == [{"name": "a.png"}]


def test_what_is_saved_beside_a_web_page_belongs_to_it(folder: Path) -> None:
    put(folder / "tin.html", '<h1>Tin</h1><img src="tin_files/a.png">')
    put(folder / "tin_files" / "a.png", png())
    put(folder / "tin_files" / "style.css", "p {}")

    assert offered(folder) == ["tin.html"]


def test_a_link_out_of_the_folder_is_refused(folder: Path) -> None:
    put(folder.parent / "bi-mat" / "de-thi.md")
    put(folder.parent / "bi-mat" / "a.png", png())
    (folder / "a.md").symlink_to(folder.parent / "bi-mat" / "de-thi.md")
    (folder / "b").symlink_to(folder.parent / "bi-mat")
    (folder / "c.png").symlink_to(folder.parent / "bi-mat" / "a.png")

    assert offered(folder) == [
        {"name": name, "problem": Problem.OUTSIDE} for name in ("a.md", "b", "c.png")
    ]


def test_a_folder_with_a_name_that_nobody_sees_is_refused(folder: Path) -> None:
    put(folder / "mu\u202eon" / "a.md")

    [offer] = source(folder).offers()

    assert isinstance(offer, Unreadable)
    assert offer.facts["problem"] == Problem.NAME


def test_an_attribution_becomes_the_last_line(folder: Path) -> None:
    put(folder / "a.md")

    [draft] = source(folder, attribution="Khoa Toán & Tin").offers()

    assert isinstance(draft, Draft)
    assert draft.body == "<p>Chữ</p><p>Nguồn: Khoa Toán &amp; Tin</p>"


def test_a_folder_that_is_not_there_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as caught:
        list(source(tmp_path / "khong-co").offers())

    assert caught.value.facts == {
        "name": Path("khong-co"),
        "problem": Problem.MISSING,
    }


def test_a_folder_below_that_cannot_be_listed_is_not_passed_over(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder / "kin" / "a.md")
    put(folder / "b.md")

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    # The tests may run as root, who may list every folder.
    monkeypatch.setattr("os.scandir", refuse)

    with pytest.raises(Unreadable) as caught:
        list(source(folder).offers())

    assert caught.value.facts["problem"] == "Permission denied"
