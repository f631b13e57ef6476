"""
WordPress by XML-RPC, for sites whose REST API is shut: a dialect of `wordpress`.

`target` is the port's face; `api` asks, `wire` carries, `faults` judges what comes
back; `posts` and `media` know what XML-RPC does to texts and files; `doctor` asks who
we are there. What WordPress itself does to a post, `wordpress` knows.

It stands on python-wordpress-xmlrpc, and goes around what that does wrong: see `wire`.
"""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from connector.http import Site
from connector.language import N_
from connector.targets.wordpress_xmlrpc.api import Api
from connector.targets.wordpress_xmlrpc.posts import Kind
from connector.targets.wordpress_xmlrpc.target import WordPressXmlRpc

__all__ = ["Options", "WordPressXmlRpc", "connect"]


class Options(BaseModel):
    """The keys of a table in targets.toml with `kind = "wordpress-xmlrpc"`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str
    """The site's home page, spelled as browsers show it: https, www or not."""
    user: str = Field(min_length=1)
    """An account of the role *editor* that only connector uses."""
    password: SecretStr
    """An application password of that account; it travels in every request."""
    endpoint: str = "xmlrpc.php"
    """Where XML-RPC answers, below `url`."""
    post_type: str = Field(default="post", min_length=1)
    """The kind of post, by the name that WordPress itself has for it."""
    taxonomy: str = Field(default="category", min_length=1)
    """What the posts are sorted by, by the name that WordPress itself has for it."""
    timeout_s: float = Field(default=20, gt=0)
    """How many seconds to wait for one answer."""
    ca: Path | None = None
    """A file of certificates to trust in place of the public ones."""

    @field_validator("url")
    @classmethod
    def _is_web_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in url:
            raise ValueError(
                N_("should be the address of the home page, with https://")
            )
        if parts.query or parts.fragment:
            raise ValueError("should end after the path, without ? and #")
        return url.rstrip("/")


def connect(name: str, *, options: Options, folder: Path) -> WordPressXmlRpc:
    """Return the site; nothing is asked of it yet."""
    site = Site(
        target=name,
        home=options.url,
        # The login stands in the body. A header with it would show it to a web
        # server that asks for a password of its own.
        user="",
        password=options.password.get_secret_value(),
        timeout_s=options.timeout_s,
        ca=str(folder / options.ca) if options.ca else None,
    )
    return WordPressXmlRpc(
        Api(site, user=options.user, endpoint=options.endpoint),
        kind=Kind(post_type=options.post_type, taxonomy=options.taxonomy),
    )
