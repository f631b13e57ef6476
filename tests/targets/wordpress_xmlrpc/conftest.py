"""One site, asked by XML-RPC, that answers what it is told to."""

from collections.abc import Iterator

import pytest
import responses

from connector.domain.publication import Post
from connector.targets import wordpress_xmlrpc as kind
from tests.fakes.xmlrpc import HOME, POST, Endpoint, a_target


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add_callback("POST", f"{HOME}/xmlrpc.php", endpoint)
        yield endpoint


@pytest.fixture
def target() -> kind.WordPressXmlRpc:
    return a_target()


@pytest.fixture
def post(target: kind.WordPressXmlRpc) -> Post:
    return target.prepared(POST)
