"""WordPress on this machine, by XML-RPC, to be held against the contract."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from connector.rehearsal.wordpress import WordPress
from connector.targets import wordpress_xmlrpc
from tests.contracts.site_under_test import SiteUnderTest
from tests.contracts.wordpress_sites import wordpress_here


@contextmanager
def wordpress_by_xmlrpc(request: pytest.FixtureRequest) -> Iterator[SiteUnderTest]:
    site: WordPress = request.getfixturevalue("wordpress_site")
    options = wordpress_xmlrpc.Options(
        url=site.url, user="editor", password=SecretStr(site.users["editor"])
    )
    target = wordpress_xmlrpc.connect("portal", options=options, folder=Path())
    with wordpress_here(request) as others:
        yield replace(others, target=target)
