"""Pictures say in words what they show, for whoever cannot see them."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from connector.checks.passages import beginning
from connector.checks.rule import CheckRule
from connector.domain.finding import Level
from connector.domain.item import Revision, Use
from connector.domain.message import Message
from connector.language import N_
from connector.markup import images
from connector.ports.check import Context, Remark

NO_ALT = N_("The picture {name} has no description for those who cannot see it.")
FILE_NAME = N_("The description of the picture {name} is only its file name.")

IMAGE_FILE = re.compile(
    r"\.(?:jpe?g|jfif|png|gif|webp|avif|bmp|svg|tiff?|heic)$", re.IGNORECASE
)


def _image_alt(revision: Revision, _: Context) -> Iterator[Remark]:
    names = {file.address: file.name for file in revision.files}
    shown = set()
    for image in images(revision.body):
        shown.add(image.src)
        name = names.get(image.src) or _last_part(image.src)
        alt = image.alt or ""
        if message := _wrong(alt, name):
            yield Remark(message=message, quote=beginning(alt))
    for file in revision.files:
        # What the body shows, it also describes: that description is what is read.
        if file.use is Use.ATTACHMENT or file.address in shown:
            continue
        if message := _wrong(file.alt, file.name):
            alt = beginning(file.alt)
            yield Remark(message=message, part=f"file {file.name}", quote=alt)


def _wrong(alt: str, name: str) -> Message | None:
    description = alt.strip()
    if not description:
        return Message(NO_ALT, {"name": name})
    # “IMG_0123”, of a file IMG_0123.jpg; a name of several words may well describe.
    is_stem = description == PurePosixPath(name).stem and len(description.split()) == 1
    if is_stem or IMAGE_FILE.search(description):
        return Message(FILE_NAME, {"name": name})
    return None


def _last_part(src: str) -> str:
    try:
        path = urlsplit(src).path
    except ValueError:  # a broken IPv6 address
        return src
    return unquote(path).rsplit("/", 1)[-1] or src


RULES = (
    CheckRule(
        id="image-alt",
        version=1,
        title=N_("Every picture is described in words"),
        level=Level.WARN,
        look=_image_alt,
    ),
)
