"""`connector demo`: the whole procedure on real input, in a fresh folder."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.resources import as_file, files
from pathlib import Path

import click

from connector.cli import app
from connector.cli.command import command, option
from connector.cli.desk import Desk, Exit
from connector.cli.init import write_example
from connector.language import N_, say, translate

FINDER, CHECKER, DEPUTY = "bien-tap", "kiem-tra", "pho-giam-doc"
FEED = "bao-vi-du"
PHONE, WRONG_PHONE = "024 5550 0123", "024 5550 0132"
ANNOUNCEMENT = 4
"""The number that the department's announcement gets: after the feed's three."""

_FEED_SOURCE = """
# {comment}
[sources.{name}]
kind = "feed"
url = "{url}tin-giao-duc.xml"
attribution = "Báo Ví Dụ"
"""


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
@click.argument(
    "folder", metavar="[FOLDER]", required=False, type=click.Path(path_type=Path)
)
@option("--serve", is_flag=True, help=N_("Then leave the website to look at."))
@click.pass_obj
def demo_command(
    desk: Desk,
    folder: Path | None,
    serve: bool,  # noqa: FBT001 -- Click's signature
) -> None:
    """Play the procedure, as a librarian would type it."""
    home = _fresh(folder)
    with _stage(home) as stage:
        _play(stage)
        desk.say(
            N_("\nEverything is in {folder}: look around, it is yours."),
            folder=str(home),
        )
        if serve:
            desk.say(N_("The website is at {url} — Ctrl-C ends it."), url=stage.url)
            while True:
                stage.desk().library.parts.clock.sleep(3600)
    desk.say(
        N_("To see the website: connector site serve --config {config}"),
        config=str(home / "config"),
    )
    desk.result({"folder": str(home), "url": stage.url})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage:
    """The demonstration's own library, with its website running."""

    home: Path
    examples: Path
    url: str
    base: Desk

    def desk(self) -> Desk:
        """Return a desk for one command; they all work at one library."""
        desk = Desk(config=self.base.config, json=self.base.json)
        desk.library = self.base.library
        return desk

    def types(self, *words: str, ends: Exit = Exit.DONE) -> None:
        """Run a command as if it had been typed, and insist on how it ends."""
        shown = " ".join(f'"{w}"' if " " in w else w for w in words)
        click.secho(f"\n$ connector {shown}", bold=True)
        code = app.run(list(words), self.desk())
        if code != ends:
            problem = N_("The command ended with {code} instead of {wanted}.")
            raise DemoFailed(say(problem, {"code": int(code), "wanted": int(ends)}))

    def hands_in(self, example: str, name: str) -> None:
        """Put an example into the drop folder, as a department would."""
        folder = self.home / "tiep-nhan"
        folder.mkdir(exist_ok=True)
        shutil.copyfile(self.examples / example, folder / name)


def _play(stage: _Stage) -> None:
    _tell(
        N_("Step 2. News is received: from a newspaper's feed, and from departments.")
    )
    stage.types("receive", FEED, "--as", FINDER)
    stage.hands_in("thong-bao.docx", "thong-bao.docx")
    stage.hands_in("tin-van.md", "tin-van.md")
    stage.hands_in("tuyen-ngon.html", "tuyen-ngon.html")
    stage.types("receive", "khoa-phong", "--as", FINDER)
    reason = "Không thuộc phạm vi tin của thư viện"
    stage.types("reject", "3", "--reason", reason, "--as", CHECKER)
    _tell(
        N_("Asked again, the feed brings nothing twice, and nothing that was rejected.")
    )
    stage.types("receive", FEED, "--as", FINDER)

    _tell(
        N_("Step 3. Form and content are checked. The announcement has a blank left.")
    )
    stage.types("check", ends=Exit.FINDINGS)
    reason = "Thiếu số điện thoại của quầy thông tin"
    stage.types("return", "4", "--reason", reason, "--as", CHECKER)
    _tell(N_("The department corrects its file, and hands it in again."))
    stage.hands_in("thong-bao-da-sua.docx", "thong-bao.docx")
    stage.types("receive", "khoa-phong", "--as", FINDER)
    stage.types("check", "4")
    stage.types("check", "1", "2", "4", "5", "6", "--accurate", "--as", CHECKER)

    _tell(N_("Step 4. Rules propose a category with their reason; a person decides."))
    stage.types("classify")
    for item in ("1", "2", "4", "5"):
        stage.types("classify", item, "--proposed", "--as", CHECKER)
    stage.types("classify", "6", "article", "--as", CHECKER)

    _tell(
        N_("Step 5. The deputy director approves exactly this; then it is published.")
    )
    stage.types("approve", "1", "2", "4", "5", "6", "--as", DEPUTY)
    stage.types("publish", "--as", FINDER)
    _tell(N_("Steps 6 and 7. The public pages are read back and compared."))
    stage.types("verify", "--as", FINDER)

    _tell(N_("Now somebody changes a telephone number on a public page."))
    _tamper(stage)
    comparison = str(stage.home / "so-sanh.html")
    stage.types("verify", "4", "--html", comparison, "--as", FINDER, ends=Exit.MISMATCH)
    _tell(N_("It went back to publishing. It is published again, and proved."))
    stage.types("publish", "4", "--as", FINDER)
    stage.types("verify", "4", "--as", FINDER)
    _tell(N_("A second run changes nothing and sends nothing."))
    stage.types("run")
    stage.types("list")


def _tell(sentence: str) -> None:
    click.secho(f"\n{translate(sentence)}", fg="cyan")


def _tamper(stage: _Stage) -> None:
    with stage.base.library.parts.staging.reading() as tx:
        (publication,) = tx.publications(ANNOUNCEMENT)  # type: ignore[arg-type]
    page = (
        stage.home / "public" / publication.url.removeprefix(stage.url) / "index.html"
    )
    text = page.read_text(encoding="utf-8").replace(PHONE, WRONG_PHONE)
    page.unlink()
    page.write_text(text, encoding="utf-8")
    click.echo(f"  {page}: {PHONE} → {WRONG_PHONE}")


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


@contextmanager
def _stage(home: Path) -> Iterator[_Stage]:
    """Set up the library, its website, and a newspaper to receive from."""
    from connector.bootstrap import open_library  # noqa: PLC0415 -- slow import
    from connector.http import Web, host_and_port  # noqa: PLC0415 -- slow import
    from connector.targets.site.serve import serve  # noqa: PLC0415 -- slow import

    config = home / "config"
    write_example(config)
    with (
        as_file(files("connector") / "examples" / "demo") as examples,
        serve(examples) as newspaper,
        serve(home / "public") as site,
    ):
        targets = config / "targets.toml"
        text = targets.read_text(encoding="utf-8")
        targets.write_text(
            text.replace("http://127.0.0.1:8070", site.url.rstrip("/")),
            encoding="utf-8",
        )
        with (config / "sources.toml").open("a", encoding="utf-8") as sources:
            comment = "Chỉ dùng trong buổi trình diễn."
            sources.write(
                _FEED_SOURCE.format(comment=comment, name=FEED, url=newspaper.url)
            )
        # The newspaper is on this machine, where no other feed may ever be asked.
        web = Web(allow=frozenset({host_and_port(newspaper.url)}))
        library = replace(open_library(config, os.environ), web=web)
        base = Desk(config=config)
        base.library = library
        yield _Stage(home=home, examples=examples, url=site.url, base=base)
