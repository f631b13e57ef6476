"""The targets under test. To add a kind: one line in SITES or in LIVE_SITES."""

from collections.abc import Iterator

import pytest

from connector.domain.publication import Post, StoredPost
from tests.contracts.site_under_test import MakeSite, SiteUnderTest
from tests.contracts.target_posts import a_post, page
from tests.contracts.target_sites import folder_site, memory_site
from tests.contracts.wordpress_sites import wordpress_here, wordpress_in_memory
from tests.contracts.xmlrpc_sites import wordpress_by_xmlrpc

SITES: dict[str, MakeSite] = {
    "memory": memory_site,
    "site": folder_site,
    "wordpress in memory": wordpress_in_memory,
}
LIVE_SITES: dict[str, MakeSite] = {
    "wordpress": wordpress_here,
    "wordpress by xmlrpc": wordpress_by_xmlrpc,
}
"""These need a real server on this machine."""


@pytest.fixture(
    params=[
        *(pytest.param(make, id=kind) for kind, make in SITES.items()),
        *(
            pytest.param(make, id=kind, marks=pytest.mark.live)
            for kind, make in LIVE_SITES.items()
        ),
    ]
)
def site(request: pytest.FixtureRequest) -> Iterator[SiteUnderTest]:
    make: MakeSite = request.param
    with make(request) as site:
        yield site


@pytest.fixture
def post(site: SiteUnderTest, request: pytest.FixtureRequest) -> Post:
    """A prepared post with a key of its own: a live site keeps those of other tests."""
    return a_post(site, seed=request.node.nodeid)


@pytest.fixture
def neighbour(
    site: SiteUnderTest, request: pytest.FixtureRequest
) -> Iterator[StoredPost]:
    """A live post of somebody else, which must come through everything unchanged."""
    other = a_post(site, seed=f"neighbour of {request.node.nodeid}", title="Tin cũ")
    before = site.target.go_live(site.target.put_draft(other).id)

    yield before

    assert site.target.read(before.id) == before
    assert "Lịch phục vụ" in page(site, before.url)
