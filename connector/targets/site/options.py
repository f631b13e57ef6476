"""What an operator can set for a site."""

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from connector.language import N_

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RESERVED = frozenset({"media"})
"""Folders of the site that are no section."""

SECTIONS = {
    "tin-tuc": "Tin tức",
    "bai-viet": "Bài viết",
    "tin-van": "Tin vắn",
    "thong-bao": "Thông báo",
    "tai-lieu-moi": "Giới thiệu tài liệu mới",
}


def _home(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError(N_("should be an address such as https://thuvien.example/"))
    if parts.query or parts.fragment:
        raise ValueError(N_("should end after the path, without ? and #"))
    return url if url.endswith("/") else f"{url}/"


def _sections(sections: dict[str, str]) -> dict[str, str]:
    for slug in sections:
        if not SLUG.fullmatch(slug) or slug in RESERVED:
            raise ValueError(
                N_(
                    "should have names of small letters, digits and hyphens, such as"
                    " tin-tuc; “media” is taken"
                )
            )
    return sections


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        problem = N_("should be a time zone such as Asia/Ho_Chi_Minh")
        raise ValueError(problem) from error
    return name


class Options(BaseModel):
    """The keys of a `[targets.NAME]` table of kind `site`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Annotated[
        Path,
        Field(
            description="The public folder. connector makes it, as a symbolic link;"
            " drafts are kept beside it, in the folder of the same name plus .state."
        ),
    ]
    url: Annotated[
        str,
        AfterValidator(_home),
        Field(description="The address at which readers find the folder."),
    ]
    title: Annotated[
        str, Field(min_length=1, description="The name of the site, on every page.")
    ] = "Thư viện"
    language: Annotated[
        Literal["vi", "en"],
        Field(description="The language of menus and labels."),
    ] = "vi"
    zone: Annotated[
        str,
        AfterValidator(_zone),
        Field(description="The time zone in which days are shown."),
    ] = "Asia/Ho_Chi_Minh"
    sections: Annotated[
        dict[str, str],
        AfterValidator(_sections),
        Field(
            min_length=1,
            description="The sections of the site, in the order of the menu:"
            " last part of the address = label. `term` in categories.toml names one.",
        ),
    ] = SECTIONS
