"""Files: the same bytes are uploaded once, and found again by their SHA-256."""

from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType
from xmlrpc.client import Binary

from wordpress_xmlrpc.methods.media import GetMediaItem, UploadFile
from wordpress_xmlrpc.methods.posts import EditPost, GetPosts

from connector.domain.errors import Unclear
from connector.domain.item import Attachment
from connector.domain.publication import Media
from connector.targets.wordpress.answers import Action
from connector.targets.wordpress_xmlrpc.api import Api
from connector.targets.wordpress_xmlrpc.faults import other_result

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
_FIELDS = ["post_title", "post_content"]
_MOST = 10


def put(api: Api, file: Attachment, content: bytes) -> Media:
    """
    Upload the file, or return the one with these bytes that the site holds.

    XML-RPC asks for no slug, but searches texts: the file is found by its name, which
    is its title at first, and by a comment in its description, once it has the title
    that people gave it. Its alternative text cannot be set: the key of that field
    begins with `_`, and XML-RPC drops such fields.

    Raises:
        ContentRefused: the site does not take files of this kind or size.
        Unclear: it may be there. Asking again finds it.
    """
    found = _find(api, file)
    if found is None:
        try:
            found = _upload(api, file, content)
        except Unclear:
            found = _find(api, file)
            if found is None:
                raise
    number, title = found
    if title == _name(file):
        named = {
            "post_title": PurePath(file.name).stem,
            "post_content": f"<!-- {_word(file)} -->",
        }
        api.set(EditPost(number, named), action=Action.UPLOAD)
    return Media(sha256=file.sha256, id=number, url=_url(api, number))


def _upload(api: Api, file: Attachment, content: bytes) -> tuple[str, str]:
    sent = {"name": _name(file), "type": file.media_type, "bits": Binary(content)}
    match api.create(UploadFile(sent), action=Action.UPLOAD):
        case {
            "attachment_id": str() as number,
            "title": str() as title,
        } if number.isdecimal():
            return number, title
        case _:
            # It may well be there, and asking again finds it.
            problem = other_result(api.asks).facts["problem"]
            raise Unclear(target=api.asks.target, problem=problem)


def _find(api: Api, file: Attachment) -> tuple[str, str] | None:
    asked = {
        "post_type": "attachment",
        "post_status": "inherit",
        "s": _word(file),
        "orderby": "ID",
        "order": "ASC",
        "number": _MOST,
    }
    listed = api.ask(GetPosts(asked, _FIELDS))
    if not isinstance(listed, list):
        raise other_result(api.asks)
    return next((found for one in listed if (found := _it(one, file))), None)


def _it(payload: object, file: Attachment) -> tuple[str, str] | None:
    """Return id and title of the file that was asked for."""
    match payload:
        case {
            "post_id": str() as number,
            "post_title": str() as title,
            "post_content": str() as description,
        } if number.isdecimal() and (
            title.startswith(_word(file)) or _word(file) in description
        ):
            return number, title
        case _:
            return None


def _url(api: Api, number: str) -> str:
    """Return where the file is now: the site may have moved since it was uploaded."""
    match api.ask(GetMediaItem(number)):
        case {"link": str() as url} if url.startswith(("http://", "https://")):
            return url
        case _:
            raise other_result(api.asks)


def _word(file: Attachment) -> str:
    return f"lib-{file.sha256[:16]}"


def _name(file: Attachment) -> str:
    return f"{_word(file)}.{_ending(file)}"


def _ending(file: Attachment) -> str:
    own = PurePath(file.name).suffix[1:].lower()
    known = _ENDINGS.get(file.media_type)
    return known or (own if own.isascii() and own.isalnum() else "bin")
