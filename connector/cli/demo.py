"""`connector demo`: the whole procedure on real input, in a fresh folder."""

import io
import shutil
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from connector.cli import app
from connector.cli.command import argument, command, option
from connector.cli.desk import Desk, Exit
from connector.cli.init import write_example
from connector.domain.item import ItemId
from connector.language import N_, say, translate

if TYPE_CHECKING:
    from connector.rehearsal.stage import Stage

FINDER, CHECKER, DEPUTY = "bien-tap", "kiem-tra", "pho-giam-doc"

ANNOUNCEMENT = ItemId(3)
"""The number that the department's announcement gets: after the feed's two."""


class DemoFailed(click.ClickException):
    """A step of the demonstration did not end as it should."""

    exit_code = Exit.FAILED


@command(
    "demo",
    help=N_(
        "Show the whole procedure on real input.\n\nIn a fresh folder: a feed, a Word"
        " announcement, an article and a brief go through all seven steps; one comes"
        " back and is corrected; one page is changed behind the connector's back,"
        " found, and proved again. Nothing outside the folder is touched."
    ),
)
@argument("folder", N_("[FOLDER]"), required=False, type=click.Path(path_type=Path))
@option("--serve", is_flag=True, help=N_("Then leave the website to look at."))
@option(
    "--wordpress",
    is_flag=True,
    help=N_("Publish on a real WordPress on this machine, where PHP is found."),
)
@click.pass_obj
def demo_command(
    desk: Desk,
    folder: Path | None,
    serve: bool,  # noqa: FBT001 -- Click's signature
    wordpress: bool,  # noqa: FBT001 -- Click's signature
) -> None:
    """Play the procedure, as a librarian would type it."""
    from connector.rehearsal.stage import stage  # noqa: PLC0415 -- slow import

    home = _fresh(folder)
    write_example(home / "config")
    with stage(home, on_wordpress=wordpress) as here:
        _play(_Player(here, quiet=desk.json), conflict=wordpress)
        desk.say(N_("Everything is in {folder}: look around."), folder=str(home))
        if serve:
            desk.say(N_("The website is at {url} — Ctrl-C ends it."), url=here.url)
            while True:
                here.library.parts.clock.sleep(3600)
    if not wordpress:
        desk.say(
            N_("To see the website: connector site serve --config {config}"),
            config=str(home / "config"),
        )
    desk.result({"folder": str(home), "url": here.url})


@dataclass(frozen=True, slots=True)
class _Player:
    """Types commands, as a librarian would, at the library of the stage."""

    stage: "Stage"
    quiet: bool

    def types(self, *words: str, ends: Exit = Exit.DONE) -> None:
        """Run a command as if it had been typed, and insist on how it ends."""
        shown = " ".join(f'"{w}"' if " " in w else w for w in words)
        self._show(f"\n$ connector {shown}", bold=True)
        desk = Desk(config=self.stage.home / "config")
        desk.library = self.stage.library
        if self.quiet:
            with redirect_stdout(io.StringIO()):
                code = app.run(list(words), desk)
        else:
            code = app.run(list(words), desk)
        if desk.interrupted:
            raise click.exceptions.Exit(Exit.FAILED)
        if code != ends:
            problem = N_("The command ended with {code} instead of {wanted}.")
            raise DemoFailed(say(problem, {"code": int(code), "wanted": int(ends)}))

    def tells(self, sentence: str) -> None:
        """Say what comes next."""
        self._show(f"\n{translate(sentence)}", fg="cyan")

    def hands_in(self, example: str, name: str) -> None:
        """Put an example into the drop folder, as a department would."""
        folder = self.stage.home / "tiep-nhan"
        folder.mkdir(exist_ok=True)
        shutil.copyfile(self.stage.examples / example, folder / name)

    def tampers(self) -> None:
        """Change a telephone number behind the connector's back."""
        from connector.rehearsal.stage import (  # noqa: PLC0415 -- slow import
            PHONE,
            WRONG_PHONE,
        )

        with self.stage.library.parts.staging.reading() as tx:
            (publication,) = tx.publications(ANNOUNCEMENT)
        where = self.stage.tamper(publication.url)
        self._show(f"  {where}: {PHONE} → {WRONG_PHONE}")

    def _show(self, text: str, *, bold: bool = False, fg: str | None = None) -> None:
        if not self.quiet:
            click.secho(text, bold=bold or None, fg=fg)


def _play(play: _Player, *, conflict: bool) -> None:
    """
    Go through the seven steps.

    Args:
        play: types the commands.
        conflict: the change is made in the CMS itself, not on the page only.
    """
    _receive(play)
    _check(play)
    play.tells(N_("Step 4. Rules propose a category with a reason; a person decides."))
    play.types("classify")
    for item in ("1", "2", "3", "4"):
        play.types("classify", item, "--proposed", "--as", CHECKER)
    play.types("classify", "5", "article", "--as", CHECKER)
    play.tells(
        N_("Step 5. The deputy director approves exactly this; then it is published.")
    )
    play.types("approve", "1", "2", "3", "4", "5", "--as", DEPUTY)
    play.types("publish", "--as", FINDER)
    play.tells(N_("Steps 6 and 7. The public pages are read back and compared."))
    play.types("verify", "--as", FINDER)
    _tamper(play, conflict=conflict)
    play.tells(N_("A second run changes nothing and sends nothing."))
    play.types("run")
    play.types("list")


def _receive(play: _Player) -> None:
    play.tells(
        N_("Step 2. News is received: from a newspaper's feed, and from departments.")
    )
    play.types("receive", "bao-vi-du", "--as", FINDER)
    play.hands_in("thong-bao.docx", "thong-bao.docx")
    play.hands_in("tin-van.md", "tin-van.md")
    play.hands_in("tuyen-ngon.html", "tuyen-ngon.html")
    play.types("receive", "khoa-phong", "--as", FINDER)
    play.tells(N_("Asked again, the feed brings nothing twice."))
    play.types("receive", "bao-vi-du", "--as", FINDER)


def _check(play: _Player) -> None:
    play.tells(
        N_("Step 3. Form and content are checked. The announcement has a blank left.")
    )
    play.types("check", ends=Exit.FINDINGS)
    reason = "Thiếu số điện thoại của quầy thông tin"
    play.types("return", "3", "--reason", reason, "--as", CHECKER)
    play.tells(N_("The department corrects its file, and hands it in again."))
    play.hands_in("thong-bao-da-sua.docx", "thong-bao.docx")
    play.types("receive", "khoa-phong", "--as", FINDER)
    play.types("check", "3")
    play.types("check", "1", "2", "3", "4", "5", "--accurate", "--as", CHECKER)


def _tamper(play: _Player, *, conflict: bool) -> None:
    play.tells(N_("Now somebody changes a telephone number behind our back."))
    play.tampers()
    html = str(play.stage.home / "so-sanh.html")
    play.types("verify", "3", "--html", html, "--as", FINDER, ends=Exit.MISMATCH)
    if conflict:
        play.tells(N_("It went back to publishing. But the change stands in the CMS:"))
        play.types("publish", "3", "--as", FINDER, ends=Exit.FAILED)
        play.tells(N_("What somebody wrote in the CMS is replaced only if you say so."))
        reason = "Số điện thoại trên trang bị sửa sai"
        play.types("publish", "3", "--overwrite", "--reason", reason, "--as", FINDER)
    else:
        play.tells(N_("It went back to publishing, and is published again."))
        play.types("publish", "3", "--as", FINDER)
    play.types("verify", "3", "--as", FINDER)


def _fresh(folder: Path | None) -> Path:
    """Return a folder that does not exist yet, or is empty."""
    if folder is None:
        names = ["connector-demo", *(f"connector-demo-{n}" for n in range(2, 1000))]
        folder = next(path for path in map(Path, names) if not path.exists())
    if folder.exists() and any(folder.iterdir()):
        problem = N_("{folder} is not empty: name a new folder, or none at all.")
        raise click.UsageError(say(problem, {"folder": str(folder)}))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
