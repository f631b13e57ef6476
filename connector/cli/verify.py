"""`connector verify`: step 6, and step 7 where all is proved."""

import re
from pathlib import Path

import click

from connector.cli.command import argument, command, option
from connector.cli.desk import Desk, Exit
from connector.cli.publish import tell_busy
from connector.domain.decision import Step
from connector.domain.errors import OutcomeNotAllowed
from connector.domain.item import ItemId, State
from connector.domain.publication import Publication
from connector.domain.verdict import Judgement, Severity
from connector.language import N_, say, spoken, translate, word
from connector.procedure.advance import allowed
from connector.reports.words import equal_in_words, place_in_words
from connector.steps.complete import complete
from connector.steps.passing import PUBLIC
from connector.steps.verify import Seen, accept, verify

_LOOK_AGAIN = N_(
    "  Nothing was compared. Open the address in a browser; when the page is there,"
    " `connector verify {item}` looks again."
)
_NEXT = {
    Judgement.PASS: "",
    Judgement.REVIEW: N_(
        "  If you accept these differences: `connector verify {item} --accept"
        " --reason WHY`; if not: `connector return {item} --reason WHY`."
    ),
    Judgement.FAIL: N_(
        "  The item went back to publishing. When the cause is mended, `connector"
        " publish {item}` sends it again."
    ),
}
"""What a person can do after a judgement."""

_MISMATCH = frozenset({Judgement.FAIL, Judgement.REVIEW})


@command(
    "verify",
    help=N_(
        "Step 6: compare the public page with what was approved.\n\nReads the page as"
        " any reader does. Only a page that matches completes an item; a difference"
        " is shown and sends it back to publishing."
    ),
)
@argument("items", N_("[ITEM]..."), nargs=-1, type=int)
@option(
    "--accept",
    is_flag=True,
    help=N_("Accept the differences to be looked at; needs --reason."),
)
@option(
    "--reason",
    metavar=N_("TEXT"),
    default="",
    help=N_("Why; kept in the item's history."),
)
@option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar=N_("FILE"),
    help=N_("Write the comparison to this file, to be opened in a browser."),
)
@click.pass_obj
def verify_command(
    desk: Desk,
    items: tuple[int, ...],
    accept: bool,  # noqa: FBT001 -- Click's signature
    reason: str,
    html: Path | None,
) -> None:
    """Verify what is public."""
    if accept and not items:
        raise click.UsageError(translate(N_("Say which items: nobody decides unseen.")))
    if html and len(items) != 1:
        raise click.UsageError(translate(N_("--html takes exactly one item.")))
    waiting = [ItemId(number) for number in items]
    if not items:
        waiting = desk.library.waiting(State.PUBLISHED)

    def one(desk: Desk, item_id: ItemId) -> None:
        if accept:
            _accept(desk, item_id, reason)
        else:
            _verify(desk, item_id, html)
        _complete(desk, item_id)

    desk.each(waiting, N_("Verifying"), one)


def _verify(desk: Desk, item_id: ItemId, html: Path | None) -> None:
    parts, person = desk.library.parts, desk.person()
    for publication in _public(desk, item_id):
        seen = verify(publication, by=person, parts=parts)
        if seen is None:
            tell_busy(desk, publication)
            continue
        told(desk, seen)
        if html and seen.page:
            html.write_text(_diff_page(seen), encoding="utf-8")
            desk.say(N_("The comparison is in {file}."), file=str(html))


def _diff_page(seen: Seen) -> str:
    from connector.reports.diff import diff_page  # noqa: PLC0415 -- slow import

    assert seen.page is not None  # noqa: S101 -- asked by the caller
    return diff_page(
        seen.approved,
        seen.page,
        seen.verification.verdict,
        profile=seen.profile,
        language=spoken(),
    )


def _public(desk: Desk, item_id: ItemId) -> list[Publication]:
    with desk.library.parts.staging.reading() as tx:
        state = tx.item(item_id).state
        publications = list(tx.publications(item_id))
    if not publications:
        raise OutcomeNotAllowed(
            item=item_id, state=state, step=Step.VERIFY, allowed=allowed(state)
        )
    return [p for p in publications if p.state in PUBLIC] or publications


def _accept(desk: Desk, item_id: ItemId, reason: str) -> None:
    for one in accept(
        item_id, by=desk.person(), reason=reason, parts=desk.library.parts
    ):
        desk.say(
            N_("Item {item} on {target}: the differences are accepted."),
            item=item_id,
            target=one.target,
        )
        desk.result({"item": item_id, "target": one.target, "accepted": True})


def _complete(desk: Desk, item_id: ItemId) -> None:
    parts = desk.library.parts
    with parts.staging.reading() as tx:
        state = tx.item(item_id).state
    if state is State.VERIFIED:
        complete(item_id, by=desk.person(), parts=parts)
        desk.say(N_("Item {item} is complete."), item=item_id)


def _word_by_word(desk: Desk, seen: Seen) -> None:
    """Print the blocks that differ, by colour and by sign."""
    from connector.reports.diff import Fate, diff_lines  # noqa: PLC0415 -- slow import

    if seen.page is None or desk.json:
        return
    signs = {Fate.REMOVED: ("[−", "]", "red"), Fate.ADDED: ("[+", "]", "green")}
    for row in diff_lines(
        seen.approved, seen.page, seen.verification.verdict, profile=seen.profile
    ):
        runs: list[tuple[str, str | None]] = [("    ", None)]
        for run in row.both:
            before, after, colour = signs.get(run.fate, ("", "", None))
            words = re.sub(r"\s+", " ", run.text)
            # A sign stands at its words; the space that ends them comes after it.
            end = " " if before and words.endswith(" ") else ""
            words = words.removesuffix(end)
            runs += [(f"{before}{words}{after}", colour), (end, None)]
        desk.show_runs(runs)


def told(desk: Desk, seen: Seen) -> None:
    """Tell a verdict, its differences, and what was found equal."""
    verification, verdict = seen.verification, seen.verification.verdict
    desk.say(
        N_("Item {item} on {target}: {judgement} {url}"),
        item=verification.item_id,
        target=verification.target,
        judgement=verdict.judgement,
        url=verification.url,
    )
    if verdict.reason is not None:
        desk.show(f"  {say(verdict.reason.template, verdict.reason.facts)}")
    if verdict.judgement is Judgement.PASS:
        desk.show(f"  {equal_in_words(verdict)}")
    for difference in verdict.differences:
        if difference.severity is Severity.INFO:
            continue
        sentence = say(difference.message.template, difference.message.facts)
        level, place = word(difference.severity), place_in_words(difference.place)
        desk.show(f"  [{level}] {place} ({difference.code}): {sentence}")
        desk.difference(difference.approved, difference.shown)
    if verdict.judgement in _MISMATCH:
        _word_by_word(desk, seen)
    desk.result(
        {
            "item": verification.item_id,
            "target": verification.target,
            "url": verification.url,
            "judgement": verdict.judgement.name,
            "equal": dict(verdict.equal),
            "differences": [
                {
                    "code": difference.code,
                    "severity": difference.severity.name.lower(),
                    "place": difference.place,
                    "approved": difference.approved,
                    "shown": difference.shown,
                    "message": say(
                        difference.message.template, difference.message.facts
                    ),
                }
                for difference in verdict.differences
            ],
        }
    )
    next_step = _NEXT.get(verdict.judgement, _LOOK_AGAIN)
    if next_step:
        desk.say(next_step, item=verification.item_id)
    if verdict.judgement in _MISMATCH:
        desk.ends(Exit.MISMATCH)
    elif verdict.judgement is not Judgement.PASS:
        desk.ends(Exit.UNREACHABLE)
