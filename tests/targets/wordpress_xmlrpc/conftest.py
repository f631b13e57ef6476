"""One site, asked by XML-RPC, that answers what it is told to."""

from collections.abc import Iterator

import pytest
import responses

from connector.domain.publication import Post
from connector.http import Site
from connector.targets import wordpress_xmlrpc as kind
from connector.targets.wordpress_xmlrpc.api import Api
from tests.fakes.xmlrpc import HOME, PASSWORD, POST, Endpoint


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add_callback("POST", f"{HOME}/xmlrpc.php", endpoint)
        yield endpoint


@pytest.fixture
def target() -> kind.WordPressXmlRpc:
    site = Site(
        target="portal",
        home=HOME,
        user="",
        password=PASSWORD,
        sleep=lambda _: None,
    )
    return kind.WordPressXmlRpc(Api(site, user="editor", endpoint="xmlrpc.php"))


@pytest.fixture
def post(target: kind.WordPressXmlRpc) -> Post:
    return target.prepared(POST)
