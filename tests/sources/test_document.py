import base64
import os
from pathlib import Path

import pytest

from connector.domain.errors import (
    Empty,
    IntakeError,
    NotADocument,
    TooLarge,
    UnknownFormat,
    Unpacks,
    Unreadable,
)
from connector.domain.item import Attachment, Draft, Use, sha256
from connector.sources.bounds import Problem
from connector.sources.document import Options, connect, read_document
from tests.sources.material import Web, png
from tests.sources.word import (
    W,
    archive,
    bullet,
    deleted,
    inserted,
    link,
    paragraph,
    picture,
    run,
    table,
    word_file,
)

NFD_TITLE = "Thông báo nghỉ lễ"


def read(folder: Path, name: str, content: bytes | str, limit_mb: float = 2) -> Draft:
    """Write a file and read it as a document."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_document(path, source="tep", limit_mb=limit_mb)


def refused(folder: Path, name: str, content: bytes | str) -> IntakeError:
    with pytest.raises(IntakeError) as caught:
        read(folder, name, content)
    return caught.value


def image(content: bytes, name: str, alt: str = "") -> Attachment:
    return Attachment(
        name=name,
        media_type="image/png",
        sha256=sha256(content),
        size=len(content),
        use=Use.IMAGE,
        alt=alt,
    )


class TestWord:
    def test_a_notice_is_received_with_all_its_parts(self, tmp_path: Path) -> None:
        notice = word_file(
            paragraph(run("Thông báo nghỉ lễ 30/4"), style="Tieude"),
            paragraph(run("Lịch phục vụ"), style="u2"),
            bullet("Phòng đọc tầng 2"),
            bullet("Phòng mượn"),
            table(("Ngày", "Giờ"), ("29/4", "8–17")),
            paragraph(run("Xem "), link("trang chủ", "l")),
            paragraph(picture("p", alt="Lịch phục vụ dịp lễ")),
            relations={
                "l": ("hyperlink", "https://lib.example/"),
                "p": ("image", "media/image1.png"),
            },
            parts={"word/media/image1.png": png()},
        )

        draft = read(tmp_path, "nghi-le.docx", notice)

        address = f"attachment:{sha256(png())}"
        assert draft == Draft(
            source="tep",
            source_id=(tmp_path / "nghi-le.docx").resolve().as_posix(),
            title="Thông báo nghỉ lễ 30/4",
            body="<h2>Lịch phục vụ</h2>"
            "<ul><li>Phòng đọc tầng 2</li><li>Phòng mượn</li></ul>"
            "<table><tbody><tr><td><p>Ngày</p></td><td><p>Giờ</p></td></tr>"
            "<tr><td><p>29/4</p></td><td><p>8–17</p></td></tr></tbody></table>"
            '<p>Xem <a href="https://lib.example/">trang chủ</a></p>'
            f'<p><img alt="Lịch phục vụ dịp lễ" src="{address}"></p>',
            files=(image(png(), "nghi-le-1.png", "Lịch phục vụ dịp lễ"),),
            original=notice,
            original_name="nghi-le.docx",
            blobs={sha256(png()): png()},
        )

    def test_deleted_text_is_gone_and_inserted_text_stays(self, tmp_path: Path) -> None:
        notice = word_file(
            paragraph(run("Gia hạn")),
            paragraph(run("Được mượn "), deleted("7"), inserted("14"), run(" ngày.")),
        )

        draft = read(tmp_path, "gia-han.docx", notice)

        assert draft.body == "<p>Được mượn 14 ngày.</p>"

    def test_without_a_heading_the_first_paragraph_is_the_title(
        self, tmp_path: Path
    ) -> None:
        notice = word_file(
            table(("TRUNG TÂM THÔNG TIN – THƯ VIỆN",)),
            paragraph(run("  ")),
            paragraph(run("Thông báo về việc mượn sách")),
            paragraph(run("Từ ngày 1/12.")),
        )

        draft = read(tmp_path, "muon-sach.docx", notice)

        assert draft.title == "Thông báo về việc mượn sách"
        assert "Thông báo về việc mượn sách" not in draft.body
        assert "TRUNG TÂM THÔNG TIN – THƯ VIỆN" in draft.body

    def test_a_file_with_nothing_but_a_table_is_called_by_its_name(
        self, tmp_path: Path
    ) -> None:
        draft = read(
            tmp_path, "Lịch trực.docx", word_file(table(("Thứ Hai", "Phòng đọc")))
        )

        assert draft.title == "Lịch trực"

    def test_decomposed_letters_are_composed(self, tmp_path: Path) -> None:
        notice = word_file(paragraph(run(NFD_TITLE)), paragraph(run(NFD_TITLE)))

        draft = read(tmp_path, "le.docx", notice)

        assert (draft.title, draft.body) == (
            "Thông báo nghỉ lễ",
            "<p>Thông báo nghỉ lễ</p>",
        )

    def test_the_same_picture_twice_is_one_file(self, tmp_path: Path) -> None:
        notice = word_file(
            paragraph(run("Ảnh")),
            paragraph(picture("p", alt="Một"), picture("q", alt="Hai")),
            relations={
                "p": ("image", "media/image1.png"),
                "q": ("image", "media/image2.png"),
            },
            parts={"word/media/image1.png": png(), "word/media/image2.png": png()},
        )

        draft = read(tmp_path, "anh.docx", notice)

        assert draft.files == (image(png(), "anh-1.png", "Một"),)
        assert draft.body.count(draft.files[0].address) == 2

    def test_a_linked_picture_is_not_fetched_but_stays_on_the_web(
        self, tmp_path: Path
    ) -> None:
        notice = word_file(
            paragraph(run("Ảnh ngoài")),
            paragraph(picture("p", alt="Phòng đọc", linked=True)),
            relations={"p": ("image", "https://bao.example/a.png")},
        )

        draft = read(tmp_path, "ngoai.docx", notice)

        assert draft.body == (
            '<p><img alt="Phòng đọc" src="https://bao.example/a.png"></p>'
        )

    def test_a_picture_linked_to_the_disk_is_refused(self, tmp_path: Path) -> None:
        notice = word_file(
            paragraph(picture("p", alt="", linked=True)),
            relations={"p": ("image", "file:///etc/hostname")},
        )

        error = refused(tmp_path, "dia.docx", notice)

        assert isinstance(error, Unreadable)
        assert error.facts == {
            "name": "dia.docx: file:///etc/hostname",
            "problem": Problem.OUTSIDE,
        }

    def test_a_remote_template_is_not_fetched(self, tmp_path: Path) -> None:
        notice = word_file(
            paragraph(run("Mẫu")),
            paragraph(run("Nội dung")),
            relations={"t": ("attachedTemplate", "http://127.0.0.1:9/mau.dotm")},
        )

        draft = read(tmp_path, "mau.docx", notice)

        assert draft.body == "<p>Nội dung</p>"

    def test_a_picture_of_another_kind_is_refused_by_name(self, tmp_path: Path) -> None:
        notice = word_file(
            paragraph(picture("p", alt="")),
            relations={"p": ("image", "media/image1.emf")},
            parts={"word/media/image1.emf": b"\x01\x00\x00\x00" + bytes(40)},
        )

        error = refused(tmp_path, "emf.docx", notice)

        assert isinstance(error, UnknownFormat)
        assert error.facts["kinds"] == "PNG, JPEG, GIF, WebP"

    @pytest.mark.parametrize(
        "content",
        [
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old .doc",
            b"%PDF-1.7",
            b"PK\x03\x04 and then nothing",
            archive({"doc.txt": b"no Word file"}),
            word_file(paragraph(run("x")), parts={"word/document.xml": b"<w:document"}),
            word_file(paragraph(run("x")))[:-40],
        ],
        ids=["doc", "pdf", "broken zip", "other zip", "broken XML", "cut off"],
    )
    def test_other_bytes_than_the_name_says_are_refused(
        self, tmp_path: Path, content: bytes
    ) -> None:
        error = refused(tmp_path, "tin.docx", content)

        assert isinstance(error, NotADocument)
        assert error.facts == {"name": "tin.docx", "kind": ".docx"}

    def test_a_document_type_is_refused(self, tmp_path: Path) -> None:
        bomb = word_file(
            paragraph("<w:r><w:t>&b;</w:t></w:r>"),
            prolog='<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>',
        )

        assert isinstance(refused(tmp_path, "dtd.docx", bomb), NotADocument)

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_even_a_document_type_without_entities_is_refused(
        self, tmp_path: Path, encoding: str
    ) -> None:
        text = paragraph(run("Tin"))
        xml = (
            f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE w:document>'
            f'<w:document xmlns:w="{W}"><w:body>{text}</w:body></w:document>'
        )
        notice = word_file(parts={"word/document.xml": xml.encode(encoding)})

        assert isinstance(refused(tmp_path, "dtd.docx", notice), NotADocument)

    def test_a_style_map_inside_the_file_is_not_obeyed(self, tmp_path: Path) -> None:
        notice = word_file(
            paragraph(run("Tiêu đề")),
            paragraph(run("Nội dung")),
            parts={"mammoth/style-map": b"p => !"},
        )

        assert read(tmp_path, "kieu.docx", notice).body == "<p>Nội dung</p>"

    def test_endless_nesting_is_refused(self, tmp_path: Path) -> None:
        depth = 20_000
        deep = f"{'<w:ins>' * depth}{run('x')}{'</w:ins>' * depth}"

        error = refused(tmp_path, "sau.docx", word_file(paragraph(deep)))

        assert isinstance(error, Unreadable)
        assert error.facts == {"name": "sau.docx", "problem": Problem.EFFORT}

    def test_a_bomb_is_not_opened(self, tmp_path: Path) -> None:
        bomb = word_file(parts={"word/media/a.bin": bytes(3_000_000)})

        error = refused(tmp_path, "bom.docx", bomb)

        assert len(bomb) < 10_000
        assert isinstance(error, Unpacks)
        assert error.facts == {"name": "bom.docx", "limit_mb": 2}


class TestWebPage:
    def test_the_article_is_taken_and_its_heading_is_the_title(
        self, tmp_path: Path
    ) -> None:
        page = (
            "<!doctype html><html><head><title>Tin – Thư viện</title></head><body>"
            "<nav>Trang chủ</nav><article><h1>Tuần lễ<br>đọc sách</h1>"
            '<p onclick="x()">Mời bạn đọc &amp; sinh viên.</p><script>x()</script>'
            "</article></body></html>"
        )

        draft = read(tmp_path, "tuan-le.html", page)

        assert (draft.title, draft.body) == (
            "Tuần lễ đọc sách",
            "<p>Mời bạn đọc &amp; sinh viên.</p>",
        )

    def test_without_a_heading_the_title_of_the_page_is_taken(
        self, tmp_path: Path
    ) -> None:
        page = "<title>Giờ mở &amp; đóng cửa</title><p>8 giờ – 21 giờ</p>"

        draft = read(tmp_path, "gio.htm", page)

        assert (draft.title, draft.body) == (
            "Giờ mở & đóng cửa",
            "<p>8 giờ – 21 giờ</p>",
        )

    def test_of_several_articles_none_is_lost(self, tmp_path: Path) -> None:
        page = "<h1>Bản tin</h1><article>Một</article><article>Hai</article>"

        draft = read(tmp_path, "ban-tin.html", page)

        assert draft.body == "<div>Một</div><div>Hai</div>"

    @pytest.mark.parametrize(
        "content",
        [
            "<h1>Độc giả</h1><p>Hỏi đáp</p>".encode("utf-8-sig"),
            "<h1>Độc giả</h1><p>Hỏi đáp</p>".encode("utf-16"),
            '<meta charset="iso-8859-1"><h1>Độc giả</h1><p>Hỏi đáp</p>'.encode(),
            (
                '<meta http-equiv="Content-Type" content="text/html;'
                ' charset=windows-1258"><h1>Đô\u0323c gia\u0309</h1>'
                "<p>Ho\u0309i đa\u0301p</p>"
            ).encode("cp1258"),
        ],
        ids=["utf-8 with mark", "utf-16", "declared wrongly", "windows-1258"],
    )
    def test_vietnamese_is_read_in_any_encoding_that_can_be_told(
        self, tmp_path: Path, content: bytes
    ) -> None:
        draft = read(tmp_path, "hoi-dap.html", content)

        assert (draft.title, draft.body) == ("Độc giả", "<p>Hỏi đáp</p>")

    @pytest.mark.parametrize("charset", ["", '<meta charset="unicode_escape">'])
    def test_an_unknown_encoding_is_not_guessed(
        self, tmp_path: Path, charset: str
    ) -> None:
        page = f"{charset}<p>Gi\xe1o d\xf4c</p>".encode("latin-1")

        error = refused(tmp_path, "la.html", page)

        assert isinstance(error, Unreadable)
        assert error.facts == {"name": "la.html", "problem": Problem.ENCODING}

    def test_a_picture_is_no_page(self, tmp_path: Path) -> None:
        error = refused(tmp_path, "anh.html", png())

        assert isinstance(error, NotADocument)
        assert error.facts == {"name": "anh.html", "kind": ".html"}

    def test_pictures_beside_the_page_come_with_it(self, tmp_path: Path) -> None:
        (tmp_path / "tin_files").mkdir()
        (tmp_path / "tin_files" / "ảnh 1.png").write_bytes(png(1))
        (tmp_path / "ảnh 1.png").write_bytes(png(2))
        inside = base64.b64encode(png(3)).decode()
        page = (
            '<h1>Ảnh</h1><img src="tin_files/%E1%BA%A3nh%201.png" alt="Kho sách">'
            '<img src="ảnh 1.png">'
            f'<img src="data:image/png;base64,{inside}">'
            '<img src="https://bao.example/b.png"><img src="//bao.example/c.png">'
        )

        draft = read(tmp_path, "tin.html", page)

        assert draft.files == (
            image(png(1), "ảnh 1.png", "Kho sách"),
            image(png(2), "ảnh 1-2.png"),
            image(png(3), "tin-3.png"),
        )
        assert draft.body == (
            f'<img src="{draft.files[0].address}" alt="Kho sách">'
            f'<img src="{draft.files[1].address}"><img src="{draft.files[2].address}">'
            '<img src="https://bao.example/b.png"><img src="https://bao.example/c.png">'
        )

    @pytest.mark.parametrize(
        "src",
        [
            "../bi-mat.png",
            "a/../../bi-mat.png",
            "%2e%2e/bi-mat.png",
            "..\\bi-mat.png",
            "/etc/passwd",
            "file:///etc/passwd",
            "C:\\anh.png",
            "lien-ket.png",
            "cid:1",
            "a%00.png",
            "javascript:alert(1)",
        ],
    )
    def test_a_picture_outside_of_the_folder_is_refused(
        self, tmp_path: Path, src: str
    ) -> None:
        (tmp_path / "bi-mat.png").write_bytes(png())
        folder = tmp_path / "tiep-nhan"
        folder.mkdir()
        (folder / "lien-ket.png").symlink_to(tmp_path / "bi-mat.png")

        error = refused(folder, "tin.html", f'<h1>Tin</h1><img src="{src}">')

        assert isinstance(error, Unreadable)
        assert error.facts["problem"] == Problem.OUTSIDE

    def test_a_picture_without_a_real_address_is_none(self, tmp_path: Path) -> None:
        draft = read(tmp_path, "tin.html", '<p>Tin<img src="http://["></p>')

        assert (draft.body, draft.files) == ("<p>Tin</p>", ())

    def test_a_picture_that_is_missing_is_named(self, tmp_path: Path) -> None:
        error = refused(tmp_path, "tin.html", '<h1>Tin</h1><img src="ảnh.png">')

        assert isinstance(error, Unreadable)
        assert error.facts == {"name": "tin.html: ảnh.png", "problem": Problem.MISSING}

    @pytest.mark.parametrize(
        "data", ["image/svg+xml;base64,PHN2Zz4=", "x;base64,?", "x;base64,a", ",a"]
    )
    def test_a_picture_that_is_none_is_refused(self, tmp_path: Path, data: str) -> None:
        error = refused(tmp_path, "tin.html", f'<img src="data:{data}">')

        assert isinstance(error, UnknownFormat)

    def test_pictures_together_may_be_too_large(self, tmp_path: Path) -> None:
        for number in (1, 2):
            padded = png(number) + bytes(1_500_000)
            (tmp_path / f"{number}.png").write_bytes(padded)

        error = refused(tmp_path, "tin.html", '<img src="1.png"><img src="2.png">')

        assert isinstance(error, TooLarge)

    def test_nobody_can_name_a_file_of_another_item(self, tmp_path: Path) -> None:
        other = f"attachment:{sha256(b'de thi')}"
        page = (
            f'<h1>Tin</h1><p><a href=" At\ntachment:{other[11:]}">a</a></p>'
            f'<img src="{other}"><a href="{other}">Đề thi</a>'
        )

        draft = read(tmp_path, "tin.html", page)

        assert draft.body == "<p><a>a</a></p><a>Đề thi</a>"

    def test_a_picture_the_reader_never_sees_is_no_file(self, tmp_path: Path) -> None:
        inside = base64.b64encode(png()).decode()
        page = f'<p>Tin</p><svg><title><img src="data:;base64,{inside}"></title></svg>'

        draft = read(tmp_path, "tin.html", page)

        assert (draft.files, draft.blobs) == ((), {})

    @pytest.mark.usefixtures("child_gives_up")
    def test_a_page_that_keeps_the_parsers_busy_is_refused(
        self, tmp_path: Path
    ) -> None:
        error = refused(tmp_path, "sau.html", "<div>" * 20_000)

        assert isinstance(error, Unreadable)
        assert error.facts == {"name": "sau.html", "problem": Problem.EFFORT}

    def test_a_page_of_frames_is_empty(self, tmp_path: Path) -> None:
        page = '<html><frameset><frame src="a.html"></frameset></html>'

        assert isinstance(refused(tmp_path, "khung.html", page), Empty)


class TestMarkdown:
    def test_the_first_heading_is_the_title(self, tmp_path: Path) -> None:
        (tmp_path / "lịch.png").write_bytes(png())
        text = (
            "# Nghỉ lễ 2/9\n\nThư viện **đóng cửa**.\n\n| Ngày | Giờ |\n|--|--|\n"
            "| 3/9 | 8–17 |\n\n<script>x()</script>\n\n![Lịch](lịch.png)\n"
        )

        draft = read(tmp_path, "nghi-le.md", text)

        assert draft.title == "Nghỉ lễ 2/9"
        assert draft.files == (image(png(), "lịch.png", "Lịch"),)
        assert draft.body == (
            "<p>Thư viện <strong>đóng cửa</strong>.</p>\n<table>\n<thead>\n<tr>\n"
            "<th>Ngày</th>\n<th>Giờ</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>3/9</td>\n"
            "<td>8–17</td>\n</tr>\n</tbody>\n</table>\n"
            "<p>&lt;script&gt;x()&lt;/script&gt;</p>\n"
            f'<p><img src="{draft.files[0].address}" alt="Lịch"></p>'
        )

    def test_a_heading_with_a_picture_stays_in_the_body(self, tmp_path: Path) -> None:
        (tmp_path / "a.png").write_bytes(png())

        draft = read(tmp_path, "tin.markdown", "# Logo ![](a.png)\n")

        assert draft.title == "Logo"
        assert len(draft.files) == 1


class TestRefusals:
    @pytest.mark.parametrize("name", ["tin.docx", "tin.html", "tin.md"])
    def test_a_file_without_bytes(self, tmp_path: Path, name: str) -> None:
        error = refused(tmp_path, name, b"")

        assert isinstance(error, Empty)
        assert error.facts == {"name": name}

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("tin.docx", word_file(paragraph())),
            ("tin.html", "<html><body> </body>"),
            ("tin.md", "\n \n"),
        ],
    )
    def test_a_file_without_text(
        self, tmp_path: Path, name: str, content: bytes | str
    ) -> None:
        assert isinstance(refused(tmp_path, name, content), Empty)

    def test_a_file_over_the_limit_is_not_read(self, tmp_path: Path) -> None:
        with (tmp_path / "to.docx").open("wb") as file:
            file.truncate(200_000_000)  # a hole: it takes no room on the disk

        with pytest.raises(TooLarge) as caught:
            read_document(tmp_path / "to.docx", source="tep", limit_mb=20)

        assert caught.value.facts == {"name": "to.docx", "size_mb": 200, "limit_mb": 20}

    @pytest.mark.parametrize("name", ["tin.doc", "tin.pdf", "tin", "tin.docx.exe"])
    def test_a_kind_that_is_not_received(self, tmp_path: Path, name: str) -> None:
        error = refused(tmp_path, name, b"x")

        assert isinstance(error, UnknownFormat)
        assert error.facts == {
            "name": name,
            "kinds": ".docx, .html, .htm, .md, .markdown",
        }

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(Unreadable) as caught:
            read_document(tmp_path / "tin.md", source="tep", limit_mb=2)

        assert caught.value.facts == {"name": "tin.md", "problem": Problem.MISSING}

    def test_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / "thu-muc.md").mkdir()

        with pytest.raises(Unreadable) as caught:
            read_document(tmp_path / "thu-muc.md", source="tep", limit_mb=2)

        assert caught.value.facts == {
            "name": "thu-muc.md",
            "problem": Problem.NOT_A_FILE,
        }

    def test_a_pipe_is_not_waited_for(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "ong.md")

        with pytest.raises(Unreadable):
            read_document(tmp_path / "ong.md", source="tep", limit_mb=2)

    def test_a_link_that_leads_to_itself(self, tmp_path: Path) -> None:
        (tmp_path / "vong.md").symlink_to(tmp_path / "vong.md")

        with pytest.raises(Unreadable) as caught:
            read_document(tmp_path / "vong.md", source="tep", limit_mb=2)

        assert caught.value.facts["name"] == "vong.md"

    @pytest.mark.parametrize(
        "name", ["tin\n.md", "tin\x1b[2J.md", "tin\u202edm.md", "tin\udcff.md"]
    )
    def test_a_name_with_characters_that_nobody_sees(
        self, tmp_path: Path, name: str
    ) -> None:
        error = refused(tmp_path, name, "# Tin")

        assert isinstance(error, Unreadable)
        assert error.facts["problem"] == Problem.NAME
        assert str(error.facts["name"]).startswith("tin\N{REPLACEMENT CHARACTER}")

    def test_a_name_with_a_narrow_space_is_received(self, tmp_path: Path) -> None:
        name = "Ảnh màn hình 8.15\N{NARROW NO-BREAK SPACE}SA.md"

        assert read(tmp_path, name, "# Tin").original_name == name


def test_named_files_are_offered_in_the_order_given(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("# Hai\n\nChữ")
    (tmp_path / "a.md").write_text("# Một\n\nChữ")
    options = Options(paths=[Path("b.md"), Path("x.md"), tmp_path / "a.md"])
    source = connect("tep", options=options, folder=tmp_path, web=Web(), limit_mb=2)

    offers = list(source.offers())

    assert [o.title if isinstance(o, Draft) else type(o) for o in offers] == [
        "Hai",
        Unreadable,
        "Một",
    ]
