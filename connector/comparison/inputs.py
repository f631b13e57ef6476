"""What goes into a comparison: what was approved, what the page is, what is known."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """What was approved, as a public page should show it."""

    title: str
    """Plain text."""
    body: str
    """An HTML fragment; files stand as `src` or `href` `attachment:<sha256>`."""
    excerpt: str = ""
    category: str = ""
    """The label a reader sees, such as "Tin tức"; empty: not to be compared."""
    language: str = "vi"
    url: str = ""
    """The address the CMS gave."""
    media: Mapping[str, str] = field(default_factory=dict)
    """`attachment:<sha256>` → its URL at the target, absolute or site-relative."""
    post_id: str = ""
    """The CMS's number, if its pages show it (WordPress: body class `postid-N`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One file of the page, as fetched."""

    status: int
    media_type: str
    sha256: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A public page as an anonymous reader got it."""

    url: str
    """The address that was asked."""
    final_url: str
    """The address that answered, after redirects."""
    status: int
    headers: Mapping[str, str]
    body: bytes
    resources: Mapping[str, Resource] = field(default_factory=dict)
    """By absolute URL; what is not here was not fetched."""

    def header(self, name: str) -> str:
        """Return the header, however its name is written; empty if there is none."""
        for key, value in self.headers.items():
            if key.lower() == name:
                return value
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known of a site's theme: learned, or written by hand."""

    container: str = ""
    """CSS of the element that holds the body of an item, and nothing else."""
    noise: tuple[str, ...] = ()
    """CSS of what the theme adds inside the body: advertisements, share buttons."""
    category: str = ""
    """CSS of where the category's label stands."""
    foldings: frozenset[str] = frozenset()
    """Extra foldings of this CMS, of canonical.FOLDINGS; WordPress's are recognised."""
