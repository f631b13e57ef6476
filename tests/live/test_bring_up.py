import pytest
import requests

from connector.rehearsal.wordpress import CATEGORIES, WordPress, members, wordpress

pytestmark = pytest.mark.live


def test_an_application_password_names_its_user(wordpress_site: WordPress) -> None:
    me = f"{wordpress_site.url}/wp-json/wp/v2/users/me"
    credentials = ("editor", wordpress_site.users["editor"])

    known = requests.get(me, auth=credentials, timeout=30)
    anonymous = requests.get(me, timeout=30)

    assert (known.status_code, known.json()["name"]) == (200, "editor")
    assert anonymous.status_code == 401


def test_a_draft_is_made_and_seen_by_nobody(wordpress_site: WordPress) -> None:
    made = requests.post(
        f"{wordpress_site.url}/wp-json/wp/v2/posts",
        json={"title": "Bản nháp", "status": "draft"},
        auth=("editor", wordpress_site.users["editor"]),
        timeout=30,
    )
    page = requests.get(made.json()["link"], timeout=30)

    assert made.status_code == 201
    assert page.status_code == 404


def test_a_published_post_stands_under_its_category(
    wordpress_site: WordPress,
) -> None:
    made = requests.post(
        f"{wordpress_site.url}/wp-json/wp/v2/posts",
        json={
            "title": "Thư viện mở cửa trở lại",
            "slug": "mo-cua-tro-lai",
            "status": "publish",
            "categories": [wordpress_site.categories["tin-tuc"]],
        },
        auth=("editor", wordpress_site.users["editor"]),
        timeout=30,
    )
    page = requests.get(made.json()["link"], timeout=30)

    assert made.json()["link"] == f"{wordpress_site.url}/tin-tuc/mo-cua-tro-lai/"
    assert page.status_code == 200
    assert "Thư viện mở cửa trở lại" in page.text


def test_code_runs_inside_the_site(wordpress_site: WordPress) -> None:
    printed = wordpress_site.php("echo get_bloginfo('name');")

    assert printed == "Thư viện Đại học"


def test_the_database_answers_text_as_it_is_stored(wordpress_site: WordPress) -> None:
    names = wordpress_site.sql(
        "SELECT slug, name FROM wp_terms WHERE slug LIKE 't%' ORDER BY slug",
    )
    escaped = wordpress_site.sql(r"SELECT 'a\tb\nc\\n', ''")

    # Other tests of the same site may have left terms of their own.
    assert [name for name in names if name[0] in CATEGORIES] == [
        ["tai-lieu-moi", CATEGORIES["tai-lieu-moi"]],
        ["thong-bao", CATEGORIES["thong-bao"]],
        ["tin-tuc", CATEGORIES["tin-tuc"]],
        ["tin-van", CATEGORIES["tin-van"]],
    ]
    assert escaped == [["a\tb\nc\\n", ""]]


def test_no_request_leaves_the_site(wordpress_site: WordPress) -> None:
    printed = wordpress_site.php(
        "echo wp_remote_get('https://example.org/')->get_error_code();",
    )

    assert printed == "http_request_not_executed"


@pytest.mark.usefixtures("wordpress_site")
def test_nothing_is_left_of_a_site_beside_another() -> None:
    with wordpress() as site:
        running = [len(members(group)) for group in site.process_groups]
    left = [members(group) for group in site.process_groups]

    # The leader and its watch, then MariaDB, or PHP with its four workers.
    assert running == [3, 7]
    assert left == [[], []]
    assert not site.folder.parent.exists()
