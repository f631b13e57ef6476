from pathlib import Path

import pytest

from tests.settings.saying import CANARY, mistake, write

NEWS = "[categories.news]\nlabel = {vi = 'Tin tức', en = 'News'}\n"


@pytest.mark.parametrize(
    ("file", "text", "line", "key", "problem", "right"),
    [
        (
            "connector.toml",
            '\n[library]\nname = "Thư viện"\nlanguage = "fr"\n',
            4,
            "library.language",
            "“fr” is none of the values there are",
            "Write one of: vi, en.",
        ),
        (
            "connector.toml",
            '[library]\nname = "Thư viện"\ntimezone = "Asia/Ho_Chi_Min"\n',
            3,
            "library.timezone",
            "“Asia/Ho_Chi_Min” is no time zone",
            "Did you mean Asia/Ho_Chi_Minh?",
        ),
        (
            "connector.toml",
            "# Chưa có tên\n[library]\n",
            2,
            "library.name",
            "this key is missing",
            "Add a line for name; docs/settings.md says what belongs there.",
        ),
        (
            "connector.toml",
            '[library]\nname = ""\n',
            2,
            "library.name",
            "this is empty",
            "Write something here, or take the key out.",
        ),
        (
            "connector.toml",
            "[library]\nname = 5\n",
            2,
            "library.name",
            "this should be a text",
            'Write it in quotes, as in name = "…".',
        ),
        (
            "connector.toml",
            'library.name = "Thư viện"\nintake.limit_mb = "nhiều"\n',
            2,
            "intake.limit_mb",
            "this should be a number",
            "Write it without quotes, as in limit_mb = 25.",
        ),
        (
            "connector.toml",
            'library.name = "Thư viện"\nintake.limit_mb = 0\n',
            2,
            "intake.limit_mb",
            "this is too small",
            "Write more than 0.0.",
        ),
        (
            "connector.toml",
            'library = "Thư viện"\n',
            1,
            "library",
            "this should be a table with keys of its own",
            "Write a line [library], and the keys below it.",
        ),
        (
            "connector.toml",
            'library.name = "Thư viện"\n[database]\nurl = "mysql://may-chu/x"\n',
            3,
            "database.url",
            "this is no address of a database",
            "Write sqlite:///connector.db, or postgresql://HOST/DATABASE.",
        ),
        (
            "connector.toml",
            'library.name = "Thư viện"\n[targets.portal]\nkind = "site"\n',
            2,
            "targets",
            "this belongs in another file",
            "Move it to targets.toml.",
        ),
        (
            "connector.toml",
            'librari.name = "Thư viện"\n',
            1,
            "librari",
            "there is no such key",
            "Did you mean library?",
        ),
        (
            "procedure.toml",
            "[steps.check]\nautomatic = false\napproval = 'check'\n",
            3,
            "steps.check.approval",
            "there is no such key",
            "Move the line up, above the first line in brackets.",
        ),
        (
            "procedure.toml",
            "[steps.approve]\nautomatic = true\n",
            2,
            "steps.approve.automatic",
            "this step is a person's decision",
            "These can run without one: check, classify.",
        ),
        (
            "procedure.toml",
            "[steps.check]\nautomatic = 'có'\n",
            2,
            "steps.check.automatic",
            "this should be true or false",
            "Write automatic = true or automatic = false, without quotes.",
        ),
        (
            "procedure.toml",
            "[steps.check]\nroles = []\n",
            2,
            "steps.check.roles",
            "this is empty",
            "Write something here, or take the key out.",
        ),
        (
            "procedure.toml",
            "[waive]\nroles = 'librarian'\n",
            2,
            "waive.roles",
            "this should be a list",
            'Write it in square brackets, as in roles = ["…", "…"].',
        ),
        (
            "roles.toml",
            "[users.x]\nname = 'X'\nroles = ['connector']\n",
            3,
            "users.x.roles",
            "“connector” is no role here",
            "There are: librarian, deputy-director, webmaster.",
        ),
        (
            "roles.toml",
            "user = 'bien-tap'\n[users.kiem-tra]\nname = 'X'\nroles = ['librarian']\n",
            1,
            "user",
            "there is no “bien-tap”",
            "There are: kiem-tra.",
        ),
        (
            "sources.toml",
            "[sources.tep]\nkind = 'folder'\n",
            1,
            "sources.tep",
            "this source is always there, for files handed in",
            "Give yours another name.",
        ),
        (
            "categories.toml",
            "[categories.news]\nlabel.vi = 'Tin tức'\n",
            2,
            "categories.news.label.en",
            "this key is missing",
            "Add a line for en; docs/settings.md says what belongs there.",
        ),
        (
            "categories.toml",
            f"{NEWS}terms.portal = 'tin-tuc'\n",
            3,
            "categories.news.terms.portal",
            "there is no “portal”",
            "Take it out: nothing can stand here.",
        ),
        (
            "categories.toml",
            f"{NEWS}[rules.bao]\ncategory = 'news'\nsource = [\n'tep',\n'bao',\n]\n",
            5,
            "rules.bao.source",
            "there is no “bao”",
            "There are: tep.",
        ),
        (
            "checks.toml",
            "[checks.links]\nlevel = 'warn'\nlevels.news = 'off'\n",
            3,
            "checks.links.levels.news",
            "there is no “news”",
            "Take it out: nothing can stand here.",
        ),
        (
            "targets.toml",
            "[targets.portal]\nkind = 'site'\ncategories = ['tin-tức']\n",
            3,
            "targets.portal.categories",
            "there is no “tin-tức”",
            "Take it out: nothing can stand here.",
        ),
        (
            "target.toml",
            "",
            1,
            "target.toml",
            "nobody reads a file of this name",
            "Did you mean targets.toml?",
        ),
    ],
)
def test_a_mistake_is_told_with_what_would_be_right(
    folder: Path, file: str, text: str, line: int, key: str, problem: str, right: str
) -> None:
    write(folder, file, text)

    assert mistake(folder) == (file, line, key, problem, right)


@pytest.mark.parametrize(
    ("text", "line", "key", "problem"),
    [
        ('[library]\nname "X"\n', 2, "library.name", "there is no ="),
        ("[library]\nname = Thư viện\n", 2, "library.name", "this value cannot"),
        ('[library]\nname = "Thư viện\n', 2, "library.name", "this text does not"),
        ("[library]\nname = 'Thư viện", 2, "library.name", "this text does not"),
        ("[library]\nname = 'a'\n\nname = 'b'\n", 4, "library.name", "this stands"),
        ("[library]\nname = 'a'\n[library]\n", 3, "[library]", "this stands"),
        ('[files]\nfolder = "C:\\Thu vien"\n', 2, "files.folder", "a backslash"),
        ("x.y = [\n  1,\n[library]\nname = 'a'\n", 1, "x.y", "this value cannot"),
        ("[x]\ny = [\n  1\n", 2, "x.y", "this list or table does not end"),
        ("[library\nname = 'a'\n", 1, "[library", "this line cannot"),
        ("[library]\n= 5\n", 2, "library", "this line cannot"),
    ],
)
def test_what_is_no_toml_is_told_where_the_statement_begins(
    folder: Path, text: str, line: int, key: str, problem: str
) -> None:
    write(folder, "connector.toml", text)

    found = mistake(folder)

    assert found[:3] == ("connector.toml", line, key)
    assert found[3].startswith(problem)
    assert found[4]


def test_a_file_that_is_not_utf_8_is_told_with_the_line(folder: Path) -> None:
    (folder / "roles.toml").write_bytes(b"# a\n# Th\xed vi\xean\n")

    assert mistake(folder) == (
        "roles.toml",
        2,
        "roles.toml",
        "this is not in UTF-8",
        "Save the file again as UTF-8.",
    )


def test_a_folder_without_configuration_is_told(tmp_path: Path) -> None:
    assert mistake(tmp_path / "config") == (
        "connector.toml",
        1,
        "connector.toml",
        "there is no such file",
        "`connector init` makes one; CONNECTOR_CONFIG names its folder.",
    )


def test_what_is_no_file_is_told(folder: Path) -> None:
    (folder / "roles.toml").symlink_to("nowhere.toml")

    assert mistake(folder) == (
        "roles.toml",
        1,
        "roles.toml",
        "this cannot be read (No such file or directory)",
        "Let the user who runs connector read it.",
    )


@pytest.mark.parametrize(
    ("name", "value", "problem", "right"),
    [
        (
            "CONNECTOR_LIBRARY__LANGUAGE",
            "fr",
            "“fr” is none of the values there are",
            "Write one of: vi, en.",
        ),
        (
            "CONNECTOR_LIBRARY__NAM",
            "x",
            "there is no such key",
            "Did you mean name?",
        ),
        (
            "CONNECTOR_DATABASE_URL",
            "x",
            "there is no such setting",
            "Did you mean CONNECTOR_DATABASE__URL?",
        ),
        (
            "CONNECTOR_TARGETS__PORTL__PASSWORD",
            CANARY,
            "there is no such setting",
            "Did you mean CONNECTOR_TARGETS__PORTAL__PASSWORD?",
        ),
        (
            "CONNECTOR_STEPS__CHEK__AUTOMATIC",
            "true",
            "there is no such setting",
            "Did you mean CONNECTOR_STEPS__CHECK__AUTOMATIC?",
        ),
        (
            "CONNECTOR_USER",
            "bien-tap",
            "there is no “bien-tap”",
            "Take it out: nothing can stand here.",
        ),
        (
            "CONNECTOR_TARGETS__PORTAL__CATEGORIES",
            "news",
            "this should be a list",
            'Write it in square brackets, as in categories = ["…", "…"].',
        ),
        (
            "CONNECTOR_TARGETS",
            "[",
            "this should be a table with keys of its own",
            "Write a line [targets], and the keys below it.",
        ),
    ],
)
def test_a_wrong_variable_is_told_by_its_name(
    folder: Path, name: str, value: str, problem: str, right: str
) -> None:
    write(folder, "targets.toml", '[targets.portal]\nkind = "site"\n')

    found = mistake(folder, {name: value})

    assert found == ("the environment", 0, name, problem, right)
