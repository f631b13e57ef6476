"""
WordPress, by its REST API and an application password.

`target` is the port's face; `api` finds the REST root and asks it; `answers` judges
what comes back, `noise` finds it among what was printed around it, and `fronts` names
what answered in WordPress's place; `lookup` and `bulk` find and send; `posts`, `media`
and `losses` know what WordPress does to texts and files; `doctor` asks who we are
there, `kinds` what the posts are there.
"""

from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)

from connector.http import Site
from connector.language import N_
from connector.targets.wordpress.api import Api
from connector.targets.wordpress.posts import Kind
from connector.targets.wordpress.target import WordPress

__all__ = ["Options", "WordPress", "connect"]

_NAME = r"^[\w-]+$"


class Options(BaseModel):
    """The keys of a table in targets.toml with `kind = "wordpress"`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str
    """The site's home page, spelled as browsers show it: https, www or not."""
    user: str = Field(min_length=1)
    """An account of the role *editor* that only connector uses."""
    password: SecretStr
    """An application password of that account, not the password it logs in with."""
    publisher_user: str = ""
    """Another account, an editor, that does all but write drafts; `user` may then be
    a contributor or an author."""
    publisher_password: SecretStr = SecretStr("")
    """An application password of that other account."""
    post_type: str = Field(default="posts", pattern=_NAME)
    """The kind of post, as its address in the REST API says it (its `rest_base`)."""
    taxonomy: str = Field(default="categories", pattern=_NAME)
    """What the posts are sorted by, as its address in the REST API says it."""
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

    @model_validator(mode="after")
    def _has_both_or_none(self) -> Self:
        if bool(self.publisher_user) != bool(self.publisher_password):
            raise ValueError(
                N_("publisher_user and publisher_password belong together")
            )
        return self


def connect(name: str, *, options: Options, folder: Path) -> WordPress:
    """Return the site; nothing is asked of it yet."""

    def site(user: str, password: SecretStr) -> Site:
        return Site(
            target=name,
            home=options.url,
            user=user,
            password=password.get_secret_value(),
            timeout_s=options.timeout_s,
            ca=str(folder / options.ca) if options.ca else None,
        )

    writes = site(options.user, options.password)
    api = Api(writes)
    if options.publisher_user:
        publisher = site(options.publisher_user, options.publisher_password)
        api = Api(publisher, drafter=writes)
    kind = Kind(route=f"wp/v2/{options.post_type}", terms=f"wp/v2/{options.taxonomy}")
    return WordPress(api, kind=kind)
