"""Whether a reader can see an element, as far as its own attributes tell."""

import re
from collections.abc import Mapping

_DECLARATION = re.compile(r"([\w-]+)\s*:\s*([^;]+)")
_ZERO = re.compile(r"0*\.?0+(?:px|r?em|%|pt)?\Z")
_FAR = re.compile(r"-\d{3,}(?:\.\d+)?(?:px|r?em|vw|vh|pt|%)?\Z")
_NOTHING = re.compile(r"(?:scale[xy]?|opacity)\(\s*0?\.?0*%?\s*[,)]")
_ONE = re.compile(r"[01](?:px)?\Z")
_HIDING_CLASSES = frozenset(
    {
        "d-none",
        "hidden",
        "hide",
        "is-hidden",
        "screen-reader-only",
        "screen-reader-text",
        "sr-only",
        "uk-hidden",
        "visually-hidden",
    }
)
_COLOURS = {
    "white": "#ffffff",
    "black": "#000000",
    "#fff": "#ffffff",
    "#000": "#000000",
    "rgb(255,255,255)": "#ffffff",
    "rgb(0,0,0)": "#000000",
}


def style(value: str) -> dict[str, str]:
    """Return the declarations of a `style` attribute, in lower case."""
    return {
        name.lower(): found.replace("!important", "").strip()
        for name, found in _DECLARATION.findall(value.lower())
    }


def hidden(attributes: Mapping[str, str | None], declared: Mapping[str, str]) -> bool:
    """
    Say whether the element hides itself and all that is in it.

    `aria-hidden` does not: it hides from those who listen, not from those who see.
    """
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return True
    classes = (attributes.get("class") or "").split()
    if not _HIDING_CLASSES.isdisjoint(classes):
        return True
    return bool(declared) and _hides(declared)


def _hides(declared: Mapping[str, str]) -> bool:
    def value(name: str) -> str:
        return declared.get(name, "")

    far = ("left", "right", "top", "bottom", "text-indent", "margin-left", "margin-top")
    narrow = ("height", "width", "max-height")
    return (
        value("display") == "none"
        or value("visibility") in {"hidden", "collapse"}
        or value("content-visibility") == "hidden"
        or any(_ZERO.match(value(name)) for name in ("font-size", "opacity"))
        or any(_FAR.match(value(name)) for name in far)
        or bool(_NOTHING.search(f"{value('transform')} {value('filter')}"))
        or (
            value("overflow") in {"hidden", "clip"}
            and any(_ONE.match(value(name)) for name in narrow)
        )
        or _same_colour(declared)
    )


def _same_colour(declared: Mapping[str, str]) -> bool:
    colour = _colour(declared.get("color", ""))
    behind = declared.get("background-color") or declared.get("background", "")
    if "(" not in behind:
        behind = behind.partition(" ")[0]
    return colour == "transparent" or (bool(colour) and colour == _colour(behind))


def _colour(value: str) -> str:
    bare = value.replace(" ", "")
    if short := re.fullmatch(r"#([0-9a-f])([0-9a-f])([0-9a-f])", bare):
        return "#" + "".join(sign * 2 for sign in short.groups())
    return _COLOURS.get(bare, bare)
