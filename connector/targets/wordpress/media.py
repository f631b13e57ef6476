"""Files: the same bytes are uploaded once, under a name that every server takes."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import PurePath
from types import MappingProxyType

from urllib3 import encode_multipart_formdata

from connector.domain.errors import Denied, NotOurAnswer, Unclear
from connector.domain.item import Attachment
from connector.domain.publication import Media
from connector.targets.wordpress.answers import Action, not_our_answer
from connector.targets.wordpress.api import Api, Params
from connector.targets.wordpress.fronts import OTHER_ANSWER

_MEDIA = "wp/v2/media"
_PARAMS: Params = {"context": "edit", "_fields": "id,slug,source_url,alt_text"}
_GONE = {404, 410}
_SAME_SLUG = 5

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
    are what people gave it. Its caption stands in the body, where readers see it.

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
            "title": _title(file),
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
    """Return the oldest with these bytes of which the file itself is there."""
    query = {"slug": ",".join(_slugs(file)), "per_page": 100, **_PARAMS}
    payload = api.get(_MEDIA, query, action=Action.READ)
    if not isinstance(payload, list):
        raise not_our_answer(OTHER_ANSWER, api.asks, status=200)
    rows = {media: row for row in payload if (media := _media(row, file))}
    if payload and not rows:
        # The query was ignored: that proves no absence.
        raise not_our_answer(OTHER_ANSWER, api.asks, status=200)
    for media in sorted(rows, key=lambda media: int(media.id)):
        if _is_there(api, media):
            _complete(api, media, rows[media], file)
            return media
    return None


def _is_there(api: Api, media: Media) -> bool:
    """
    Return whether the file can be read where WordPress says that it is.

    People delete files on the server, and moves between hosts forget them; the entry
    in the media library stays.
    """
    try:
        return api.head(media.url).status not in _GONE
    except NotOurAnswer:  # on another server, which must not have our password
        return True


def _complete(
    api: Api, media: Media, row: Mapping[str, object], file: Attachment
) -> None:
    """
    Give it its alternative text if it has none.

    WordPress stores that after the file: where PHP was ended in between, it is
    missing.
    """
    if not file.alt or row.get("alt_text"):
        return
    with suppress(Denied):  # somebody else's, and we are no editor
        api.set(
            f"{_MEDIA}/{media.id}",
            {"title": _title(file), "alt_text": file.alt},
            params=_PARAMS,
            action=Action.UPLOAD,
        )


def _media(payload: object, file: Attachment) -> Media | None:
    match payload:
        case {
            "id": int() as number,
            "slug": str() as slug,
            "source_url": str() as url,
        } if slug in _slugs(file) and url.startswith(("http://", "https://")):
            return Media(sha256=file.sha256, id=str(number), url=url)
        case _:
            return None


def _title(file: Attachment) -> str:
    return PurePath(file.name).stem


def _slugs(file: Attachment) -> list[str]:
    """Return every slug it may have: where ours is taken, WordPress adds a number."""
    slug = _slug(file)
    return [slug, *(f"{slug}-{number}" for number in range(2, _SAME_SLUG + 1))]


def _slug(file: Attachment) -> str:
    return f"lib-{file.sha256[:16]}"


def _ending(file: Attachment) -> str:
    own = PurePath(file.name).suffix[1:].lower()
    known = _ENDINGS.get(file.media_type)
    return known or (own if own.isascii() and own.isalnum() else "bin")
