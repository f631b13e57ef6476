"""Files: the same bytes are uploaded once, under a name that every server takes."""

from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType

from urllib3 import encode_multipart_formdata

from connector.domain.errors import Unclear
from connector.domain.item import Attachment
from connector.domain.publication import Media
from connector.targets.wordpress.answers import (
    OTHER_ANSWER,
    Action,
    not_our_answer,
)
from connector.targets.wordpress.api import Api, Params

_MEDIA = "wp/v2/media"
_PARAMS: Params = {"context": "edit", "_fields": "id,slug,source_url"}

_ENDINGS: Mapping[str, str] = MappingProxyType(
    {
        "image/jpeg": "jpg",
        "image/png": "png",
        "image/gif": "gif",
        "image/webp": "webp",
        "application/pdf": "pdf",
    }
)
"""By the type that the bytes tell; other files keep the ending of their name."""


def put(api: Api, file: Attachment, content: bytes) -> Media:
    """
    Upload the file, or return the one with these bytes that the site holds.

    Its slug is made of the SHA-256, so that it is found again; its name is ASCII,
    since WordPress answers 400 to any other in a header. Title and alternative text
    are what people gave it.

    Raises:
        ContentRefused: the site does not take files of this kind or size.
        Unclear: it may be there. Asking again finds it.
    """
    found = _find(api, file)
    if found is not None:
        return found
    body, content_type = encode_multipart_formdata(
        {
            "file": (f"{_slug(file)}.{_ending(file)}", content, file.media_type),
            "title": PurePath(file.name).stem,
            "alt_text": file.alt,
            "slug": _slug(file),
        }
    )
    try:
        payload = api.create(
            _MEDIA,
            data=body,
            headers={"Content-Type": content_type},
            params=_PARAMS,
            action=Action.UPLOAD,
        )
    except Unclear:
        found = _find(api, file)
        if found is None:
            raise
        return found
    media = _media(payload, file)
    if media is None:
        raise not_our_answer(OTHER_ANSWER, api.asks, status=201)
    return media


def _find(api: Api, file: Attachment) -> Media | None:
    payload = api.get(_MEDIA, {"slug": _slug(file), **_PARAMS}, action=Action.READ)
    if not isinstance(payload, list):
        raise not_our_answer(OTHER_ANSWER, api.asks, status=200)
    found = [media for item in payload if (media := _media(item, file))]
    if payload and not found:
        # The query was ignored: that proves no absence.
        raise not_our_answer(OTHER_ANSWER, api.asks, status=200)
    return min(found, key=lambda media: int(media.id), default=None)


def _media(payload: object, file: Attachment) -> Media | None:
    match payload:
        case {
            "id": int() as number,
            "slug": str() as slug,
            "source_url": str() as url,
        } if slug.startswith(_slug(file)) and url.startswith(("http://", "https://")):
            return Media(sha256=file.sha256, id=str(number), url=url)
        case _:
            return None


def _slug(file: Attachment) -> str:
    return f"lib-{file.sha256[:16]}"


def _ending(file: Attachment) -> str:
    own = PurePath(file.name).suffix[1:].lower()
    known = _ENDINGS.get(file.media_type)
    return known or (own if own.isascii() and own.isalnum() else "bin")
