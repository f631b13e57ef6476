"""
The reader's language: which one, and the words in it (gettext).

Messages are written in English in the code, marked with `N_`, and stored, where
they are stored at all, as template and facts. They become a sentence only when
someone reads them, in that reader's language: `say`.
"""

import gettext
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo

LANGUAGES = ("vi", "en")
DOMAIN = "connector"
CATALOGUES = Path(__file__).parent / "locale"

_zone = ZoneInfo("Asia/Ho_Chi_Minh")


def N_(message: str) -> str:  # noqa: N802 -- the name gettext tools look for
    """Mark `message` for translation, and return it as it is."""
    return message


def speak(language: str, *, zone: str = "Asia/Ho_Chi_Minh") -> None:
    """
    Make `language` the language of this process, Click's own messages included.

    Args:
        language: one of LANGUAGES.
        zone: IANA name of the time zone in which times are shown.
    """
    global _zone  # noqa: PLW0603 -- gettext's own choice of language is per process
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain(DOMAIN, CATALOGUES)
    gettext.textdomain(DOMAIN)
    _zone = ZoneInfo(zone)


def spoken() -> str:
    """Return the language of this process."""
    return os.environ.get("LANGUAGE") or preferred(os.environ)


def preferred(environment: Mapping[str, str], *, otherwise: str = "vi") -> str:
    """Return the language the environment asks for, `otherwise` if for none."""
    for name in ("CONNECTOR_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        language = environment.get(name, "")[:2].lower()
        if language in LANGUAGES:
            return language
    return otherwise


def translate(message: str, language: str | None = None) -> str:
    """Return `message` in `language`, by default the process's own."""
    if not message:  # gettext answers an empty message with the catalogue's header
        return message
    if language is None:
        return gettext.dgettext(DOMAIN, message)
    catalogue = gettext.translation(DOMAIN, CATALOGUES, [language], fallback=True)
    return catalogue.gettext(message)


@runtime_checkable
class Sayable(Protocol):
    """A sentence to be, inside another one: a Message, without knowing its room."""

    @property
    def template(self) -> str:
        """The English template, a gettext message id."""
        ...

    @property
    def facts(self) -> Mapping[str, object]:
        """What is filled into it."""
        ...


def say(template: str, facts: Mapping[str, object], language: str | None = None) -> str:
    """
    Return the sentence that `template` and `facts` make, in the reader's language.

    Facts that are words of the business (enumerations) are translated too, times
    are shown in the library's zone, lists are joined with commas, and a message among
    the facts is said in the same language.
    """
    words = {name: word(fact, language) for name, fact in facts.items()}
    return translate(template, language).format(**words)


def word(fact: object, language: str | None = None) -> str:
    """Return one fact as the reader reads it."""
    match fact:
        case Enum():
            return translate(str(fact.value), language)
        case datetime():
            return fact.astimezone(_zone).strftime("%d/%m/%Y %H:%M")
        case str():
            return fact
        case Sayable():
            return say(fact.template, fact.facts, language)
        case Iterable():
            return ", ".join(word(one, language) for one in fact) or "–"
        case _:
            return str(fact)
