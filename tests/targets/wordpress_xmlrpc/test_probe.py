"""Who we are on a site, and where its XML-RPC is."""

from pathlib import Path
from xmlrpc.client import Fault, dumps

import pytest
import responses
from pydantic import SecretStr, ValidationError

from connector.domain.errors import (
    CredentialsRefused,
    NotOurAnswer,
)
from connector.domain.publication import Post
from connector.targets import wordpress_xmlrpc as kind
from tests.fakes.xmlrpc import HOME, NEWS, WRONG_LOGIN, Endpoint, told


@pytest.fixture
def site(endpoint: Endpoint) -> Endpoint:
    endpoint.will("wp.getProfile", {"username": "editor", "roles": ["editor"]})
    endpoint.will("wp.getPosts", [])
    endpoint.will("wp.getMediaLibrary", [])
    endpoint.will("wp.getUsersBlogs", [{"blogid": "1"}])
    endpoint.will("wp.getTerms", [{"term_id": "3", "slug": "tin-tuc", "name": "Tin"}])
    endpoint.will(
        "wp.getOptions",
        {"software_version": {"value": "6.1.9"}},
    )
    return endpoint


def test_an_editor_may_do_everything(
    site: Endpoint, target: kind.WordPressXmlRpc
) -> None:
    probe = target.probe()

    assert (probe.who, probe.software) == ("editor", "WordPress 6.1.9")
    assert probe.may_create
    assert probe.may_publish
    assert probe.may_upload
    assert probe.keeps_html
    assert probe.advice == ()
    assert probe.details == {"roles": "editor", "categories": "3 tin-tuc (Tin)"}
    assert site.asked("wp.getProfile") == [()]


def test_what_an_account_may_not_do_is_told(
    site: Endpoint, target: kind.WordPressXmlRpc
) -> None:
    site.will("wp.getProfile", {"username": "khach", "roles": ["subscriber"]})
    site.will("wp.getPosts", Fault(401, ""))
    site.will("wp.getMediaLibrary", Fault(401, ""))

    probe = target.probe()

    assert not probe.may_create
    assert not probe.may_publish
    assert not probe.may_upload
    assert not probe.keeps_html
    assert "make it an editor" in str(probe.advice[0])


def test_a_contributor_may_write_and_not_publish(
    site: Endpoint, target: kind.WordPressXmlRpc
) -> None:
    site.will("wp.getProfile", {"username": "ctv", "roles": {"1": "contributor"}})

    probe = target.probe()

    assert (probe.may_create, probe.may_publish) == (True, False)


def test_a_role_of_the_sites_own_is_named(
    site: Endpoint, target: kind.WordPressXmlRpc
) -> None:
    site.will("wp.getProfile", {"username": "tt", "roles": ["thu_thu"]})

    probe = target.probe()

    assert "thu_thu" in str(probe.advice[0])


def test_an_administrator_on_a_network_of_sites_is_advised(
    site: Endpoint, target: kind.WordPressXmlRpc
) -> None:
    site.will("wp.getProfile", {"username": "sa", "roles": ["administrator"]})
    site.will("wp.getUsersBlogs", [{"blogid": "1", "isPrimary": True}])
    site.will("wp.getOptions", [])

    probe = target.probe()

    assert not probe.keeps_html
    assert "an editor is enough" in str(probe.advice[0])


def test_a_wrong_password_is_named(
    endpoint: Endpoint, target: kind.WordPressXmlRpc
) -> None:
    endpoint.will("wp.getProfile", WRONG_LOGIN)

    with pytest.raises(CredentialsRefused):
        target.probe()

    assert [method for method, _ in endpoint.calls] == ["wp.getProfile"]


def test_posts_can_be_of_another_type_and_sorted_by_another_taxonomy(
    endpoint: Endpoint, post: Post
) -> None:
    options = kind.Options(
        url=HOME,
        user="editor",
        password=SecretStr("x"),
        post_type="su_kien",
        taxonomy="loai",
    )
    target = kind.connect("portal", options=options, folder=Path())
    terms = [{"taxonomy": "loai", "term_id": "3"}]
    endpoint.will("wp.newPost", "7")
    endpoint.will("wp.getPost", told(post, terms=terms))
    endpoint.will("wp.getPosts", [])
    endpoint.will("wp.getTerm", {"term_id": "3"})

    stored = target.put_draft(post)
    target.find(post, deep=False)
    target.resolve_terms({NEWS: "3"})

    ((sent,),) = endpoint.asked("wp.newPost")
    ((asked, _),) = endpoint.asked("wp.getPosts")
    assert target.losses(post, stored) == ()
    assert (sent["post_type"], sent["terms"]) == ("su_kien", {"loai": [3]})
    assert asked["post_type"] == "su_kien"
    assert endpoint.asked("wp.getTerm") == [("loai", "3")]


def test_the_endpoint_can_be_elsewhere_on_the_server(post: Post) -> None:
    options = kind.Options(
        url=HOME, user="editor", password=SecretStr("x"), endpoint="wp/xmlrpc.php"
    )
    target = kind.connect("portal", options=options, folder=Path())
    with responses.RequestsMock() as mock:
        answer = dumps((told(post),), methodresponse=True)
        mock.add("POST", f"{HOME}/wp/xmlrpc.php", body=answer)

        assert target.read("7").id == "7"


def test_the_password_is_not_sent_to_another_server() -> None:
    options = kind.Options(
        url=HOME,
        user="editor",
        password=SecretStr("x"),
        endpoint="https://khac.example/xmlrpc.php",
    )
    target = kind.connect("portal", options=options, folder=Path())

    with pytest.raises(NotOurAnswer):
        target.read("7")


@pytest.mark.parametrize(
    "url", ["thuvien.example", "ftp://thuvien.example", f"{HOME}/?p=1"]
)
def test_an_address_that_is_no_home_page_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        kind.Options(url=url, user="editor", password=SecretStr("x"))
