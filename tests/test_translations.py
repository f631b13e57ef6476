import gettext
import os
import re
import string
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from io import BytesIO
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import connector
from connector.cli.app import COMMANDS
from connector.domain.decision import Outcome, Step
from connector.domain.errors import Denied, FourEyes, OutcomeNotAllowed, RoleNotAllowed
from connector.domain.finding import Level
from connector.domain.item import State
from connector.domain.person import Role
from connector.domain.publication import PublicationState
from connector.domain.verdict import Judgement, Severity
from connector.language import CATALOGUES, say, speak, translate
from connector.targets.wordpress.answers import Action

PO = CATALOGUES / "vi" / "LC_MESSAGES" / "connector.po"
MO = PO.with_suffix(".mo")

SAME = {"JSON", "chmod 600 {file}", "{detail}"}
"""The messages that read alike in both languages."""

LEFT_OUT = {"{value!r} is not a valid {number_type}.": {"number_type"}}
"""Facts that Click gives in English only (“integer”): the sentence does without."""

KEPT = re.compile(
    rf"--[a-z]+|[\w/]+\.(?:toml|md|php)\b|connector (?:{'|'.join(COMMANDS)})\b"
)
"""What is typed or looked for as it is: options, files, commands."""


def code_messages() -> Catalog:
    """Return the messages of the code, and Click's, as `make translations` does."""
    package = Path(connector.__file__).parent
    mapping = package.parent / "babel.cfg"
    with mapping.open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = Catalog()
    for folder in (package, Path(click.__file__).parent):
        for _file, _line, message, _comments, _context in extract_from_dir(
            folder, methods, options, keywords=DEFAULT_KEYWORDS | {"N_": None}
        ):
            found.add(message)
    return found


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return read_po(BytesIO(PO.read_bytes()), locale="vi")


@pytest.fixture
def any_language(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a test choose the language of the process, and take it back."""
    monkeypatch.setenv("LANGUAGE", "en")
    domain = gettext.textdomain()
    yield
    gettext.textdomain(domain)


def ids(catalogue: Catalog) -> set[str]:
    return {singular(message.id) for message in catalogue if message.id}


def singular(text: str | tuple[str, ...] | list[str] | None) -> str:
    return text[0] if isinstance(text, tuple | list) else text or ""


def pairs(catalogue: Catalog) -> Iterator[tuple[str, str]]:
    """
    Yield each message with its translation.

    Vietnamese has one form for all numbers, so it stands for the plural, which names
    every fact.
    """
    for message in catalogue:
        if message.id:
            english = message.id if isinstance(message.id, str) else message.id[-1]
            yield english, singular(message.string)


def facts(template: str) -> set[str]:
    if "%(" in template:
        return set(re.findall(r"%\((\w+)\)", template))
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def ends(text: str) -> tuple[str, str, str]:
    """Return the blanks before a text, its last sign, and the blanks after it."""
    bare = text.strip().strip("()")
    last = bare[-1] if bare.endswith((".", ":", "?", "!")) else ""
    return text[: len(text) - len(text.lstrip())], last, text[len(text.rstrip()) :]


def test_every_message_of_the_code_is_in_the_catalogue_and_no_other(
    catalogue: Catalog,
) -> None:
    wanted, there = ids(code_messages()), ids(catalogue)

    assert sorted(wanted - there) == [], "run `make translations`, then translate"
    assert sorted(there - wanted) == [], "run `make translations`"
    assert sorted(map(singular, catalogue.obsolete)) == []


def test_every_message_has_a_translation_that_somebody_chose(
    catalogue: Catalog,
) -> None:
    empty = [english for english, vietnamese in pairs(catalogue) if not vietnamese]
    fuzzy = [message.id for message in catalogue if message.id and message.fuzzy]

    assert empty == []
    assert fuzzy == []


def test_what_is_not_listed_reads_otherwise_in_vietnamese(catalogue: Catalog) -> None:
    same = {
        english for english, vietnamese in pairs(catalogue) if english == vietnamese
    }

    assert same == SAME


def test_a_translation_tells_every_fact(catalogue: Catalog) -> None:
    wrong = [
        (english, vietnamese)
        for english, vietnamese in pairs(catalogue)
        if facts(english) - LEFT_OUT.get(english, set()) != facts(vietnamese)
    ]

    assert wrong == []


def test_a_translation_begins_and_ends_like_its_message(catalogue: Catalog) -> None:
    wrong = [
        (english, vietnamese)
        for english, vietnamese in pairs(catalogue)
        if ends(english) != ends(vietnamese)
    ]

    assert wrong == []


def test_what_is_typed_stays_as_it_is(catalogue: Catalog) -> None:
    wrong = [
        (english, vietnamese)
        for english, vietnamese in pairs(catalogue)
        if sorted(set(KEPT.findall(english))) != sorted(set(KEPT.findall(vietnamese)))
    ]

    assert wrong == []


def test_the_catalogue_is_in_nfc() -> None:
    text = PO.read_text(encoding="utf-8")

    assert text == unicodedata.normalize("NFC", text)


def test_the_compiled_catalogue_is_that_of_the_written_one(catalogue: Catalog) -> None:
    compiled = BytesIO()

    write_mo(compiled, catalogue)

    assert MO.read_bytes() == compiled.getvalue(), "run `make translations`"


@pytest.mark.parametrize(
    "words",
    [Level, Outcome, Judgement, PublicationState, Role, Severity, State, Step, Action],
)
def test_each_word_of_the_business_has_a_translation_of_its_own(
    words: type[StrEnum],
) -> None:
    said = [translate(one.value, "vi") for one in words]

    assert [one for one in words if translate(one.value, "vi") == one.value] == []
    assert len(said) == len(set(said))


@pytest.mark.parametrize(
    ("template", "told", "sentence"),
    [
        (
            OutcomeNotAllowed.message,
            {"item": 4, "state": State.RECEIVED, "step": Step.PUBLISH},
            "Tin 4 đang ở trạng thái “đã nhận”: lúc này không thể “đăng tải”.",
        ),
        (
            OutcomeNotAllowed.remedy,
            {"allowed": [Step.CHECK, Step.REJECT]},
            "Việc làm được lúc này: kiểm tra, loại bỏ.",
        ),
        (
            RoleNotAllowed.message,
            {
                "step": Step.APPROVE,
                "owners": [Role.DEPUTY_DIRECTOR],
                "user": "kiem-tra",
                "roles": [Role.LIBRARIAN],
            },
            (
                "“duyệt” thuộc trách nhiệm của: Phó Giám đốc."
                " kiem-tra có vai trò: Chuyên viên thư viện."
            ),
        ),
        (
            FourEyes.message,
            {
                "user": "kiem-tra",
                "earlier": Step.CHECK,
                "item": 4,
                "step": Step.VERIFY,
            },
            (
                "kiem-tra đã làm “kiểm tra” với tin 4 nên “kiểm tra kết quả”"
                " phải do người khác làm."
            ),
        ),
        (
            Denied.message,
            {"target": "portal", "user": "connector", "action": Action.PUBLISH},
            "portal không cho “connector” đưa bài đăng ra công khai.",
        ),
    ],
)
def test_words_read_well_inside_sentences(
    template: str, told: dict[str, object], sentence: str
) -> None:
    assert say(template, told, "vi") == sentence


@pytest.mark.usefixtures("any_language")
def test_the_process_speaks_the_language_it_was_given() -> None:
    speak("vi")
    vietnamese = say(OutcomeNotAllowed.remedy, {"allowed": Step.CHECK})
    clicks = gettext.gettext("Show this message and exit.")
    speak("en")
    english = say(OutcomeNotAllowed.remedy, {"allowed": Step.CHECK})
    clicks_own = gettext.gettext("Show this message and exit.")

    assert vietnamese == "Việc làm được lúc này: kiểm tra."
    assert clicks == "Xem hướng dẫn này rồi thoát."
    assert english == "What can be done with it now: check."
    assert clicks_own == "Show this message and exit."


def typed(*words: str) -> str:
    """Run `connector` as the shell does, and return all that it prints."""
    done = subprocess.run(
        [sys.executable, "-c", "from connector.cli.app import main; main()", *words],
        env={**os.environ, "LANG": "C.UTF-8", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    return done.stdout + done.stderr


def test_the_help_is_vietnamese_to_the_last_word_of_click() -> None:
    help_page = typed("--lang", "vi", "--help")

    assert "Cách dùng: connector [TÙY CHỌN] LỆNH" in help_page
    assert "Bước 3: kiểm tra hình thức và nội dung." in help_page
    assert "Xem hướng dẫn này rồi thoát." in help_page
    assert not re.search(r"\b(Usage|Options|Commands|Show|exit)\b", help_page)


def test_the_help_is_english_where_english_is_asked_for() -> None:
    help_page = typed("--lang", "en", "--help")

    assert help_page.startswith("Usage: connector [OPTIONS] COMMAND [ARGS]...")
    assert "Step 3: check form and content." in help_page
    assert "Show this message and exit." in help_page


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["chek"], "Lỗi: Không có lệnh 'chek'. Có phải ý là 'check'?"),
        (["show"], "Lỗi: Thiếu đối số 'TIN'."),
        (
            ["show", "bốn"],
            "Lỗi: Giá trị của 'TIN' không hợp lệ: 'bốn' không phải là số hợp lệ.",
        ),
        (["show", "1", "2"], "Lỗi: Thừa đối số (2)"),
        (["list", "--status", "new"], "Lỗi: Không có tùy chọn '--status'."),
    ],
)
def test_a_slip_of_the_hand_is_told_in_vietnamese(words: list[str], error: str) -> None:
    told = typed("--lang", "vi", *words)

    assert error in told
    assert f"Xem hướng dẫn: 'connector {words[0]} --help'" in told or words == ["chek"]
