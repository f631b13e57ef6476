"""What no single table can see: names that stand for nothing, a step left alone."""

from collections.abc import Iterator

from connector.domain.decision import Step
from connector.domain.message import Message
from connector.language import N_
from connector.settings.explain import Key, suggestion
from connector.settings.model import DOCUMENT_SOURCE, Settings

AUTOMATIC = (Step.CHECK, Step.CLASSIFY)
"""The steps that a library may let run without a person."""


def contradictions(settings: Settings) -> Iterator[tuple[Key, Message, Message]]:
    """Yield what no single table can see: its key, what is wrong, what is right."""
    for step, table in settings.steps.items():
        if table.automatic and step not in AUTOMATIC:
            yield (
                ("steps", step.value, "automatic"),
                Message(N_("this step is a person's decision")),
                Message(
                    N_("These can run without one: {steps}."),
                    {"steps": ", ".join(AUTOMATIC)},
                ),
            )
    if DOCUMENT_SOURCE in settings.sources:
        yield (
            ("sources", DOCUMENT_SOURCE),
            Message(N_("this source is always there, for files handed in")),
            Message(N_("Give yours another name.")),
        )
    for key, name, known in _references(settings):
        if name not in known:
            yield (
                key,
                Message(N_("there is no “{name}”"), {"name": name}),
                suggestion(name, known),
            )


def _references(settings: Settings) -> Iterator[tuple[Key, str, list[str]]]:
    """Yield each name that stands for a table: its key, the name, what there is."""
    categories, targets = list(settings.categories), list(settings.targets)
    sources = [*settings.sources, DOCUMENT_SOURCE]
    if settings.user is not None:
        yield ("user",), settings.user, list(settings.users)
    for code, category in settings.categories.items():
        for target in category.terms:
            yield ("categories", code, "terms", target), target, targets
    for name, rule in settings.rules.items():
        yield ("rules", name, "category"), rule.category, categories
        for source in rule.source:
            yield ("rules", name, "source"), source, sources
    for name, check in settings.checks.items():
        for code in check.levels:
            yield ("checks", name, "levels", code), code, categories
    for name, to in settings.targets.items():
        for code in to.categories or ():
            yield ("targets", name, "categories"), code, categories
