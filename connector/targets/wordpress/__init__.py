"""
WordPress, by its REST API and an application password.

`target` is the port's face; `api` finds the REST root and asks it; `answers` judges
what comes back; `posts`, `media` and `losses` know what WordPress does to texts and
files; `doctor` asks who we are there.
"""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from connector.http import Site
from connector.language import N_
from connector.targets.wordpress.api import Api
from connector.targets.wordpress.target import WordPress

__all__ = ["Options", "WordPress", "connect"]


class Options(BaseModel):
    """The keys of a table in targets.toml with `kind = "wordpress"`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str
    """The site's home page, spelled as browsers show it: https, www or not."""
    user: str = Field(min_length=1)
    """An account of the role *editor* that only connector uses."""
    password: SecretStr
    """An application password of that account, not the password it logs in with."""
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


def connect(name: str, *, options: Options, folder: Path) -> WordPress:
    """Return the site; nothing is asked of it yet."""
    site = Site(
        target=name,
        home=options.url,
        user=options.user,
        password=options.password.get_secret_value(),
        timeout_s=options.timeout_s,
        ca=str(folder / options.ca) if options.ca else None,
    )
    return WordPress(Api(site))
