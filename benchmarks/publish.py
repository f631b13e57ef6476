"""
Publish the same news in five ways on one real WordPress, and say what each costs.

    python -m benchmarks.publish [--rounds N] [--items N] [--memory] [--profile]

The ways take turns within one run, each on the same site in the same state, and each
is looked at afterwards: as many posts must be public as there were items.
"""

import itertools
import os
import platform
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import click

from benchmarks.article import Article
from benchmarks.cost import Cost, measured
from benchmarks.library import prepared
from benchmarks.memory import growth
from benchmarks.profile import profiled
from benchmarks.ways import NAMES, Way, ways
from connector.rehearsal.wordpress import WordPress, wordpress

_WARM_UP = 2
"""Items that each way publishes before anything is measured."""
_PUBLIC = (
    "SELECT COUNT(*) FROM wp_posts"
    " WHERE post_type = 'post' AND post_status = 'publish' AND ID > {last}"
)
_REMOVE = (
    "DELETE FROM wp_postmeta WHERE post_id > {last};"
    "DELETE FROM wp_term_relationships WHERE object_id > {last};"
    "DELETE FROM wp_posts WHERE ID > {last};"
    "UPDATE wp_term_taxonomy t SET count = (SELECT COUNT(*) FROM"
    " wp_term_relationships r WHERE r.term_taxonomy_id = t.term_taxonomy_id)"
)

Costs = Mapping[str, Sequence[Cost]]
"""By the letter of the way, one for each round."""


@click.command(help="What publishing costs, in five ways, on one real WordPress.")
@click.option("--rounds", default=7, show_default=True)
@click.option("--items", default=50, show_default=True, help="In each round and way.")
@click.option("--there", default=500, show_default=True, help="Posts there before.")
@click.option("--memory", is_flag=True, help="Also 10,000 items, on a site in memory.")
@click.option("--profile", is_flag=True, help="Only ours, and where its time goes.")
def main(rounds: int, items: int, there: int, *, memory: bool, profile: bool) -> None:
    """Measure, and print."""
    with wordpress() as site, tempfile.TemporaryDirectory() as folder:
        if profile:
            click.echo(profiled(Path(folder), site, items=items))
            return
        click.echo(machine(site))
        costs = compare(Path(folder), site, rounds=rounds, items=items, there=there)
        click.echo(f"\n{rounds} rounds of {items} items, {there} posts there before\n")
        click.echo("\n".join(table(costs)))
        click.echo()
        click.echo("\n".join(ratios(costs)))
        click.echo()
        for line in growth(Path(folder), site, many=memory):
            click.echo(line)


def compare(
    folder: Path, site: WordPress, *, rounds: int, items: int, there: int
) -> Costs:
    """Let the ways take turns; return what each round of each cost."""
    ours = prepared(folder / "library", site)
    ours.approve([Article(n + 1) for n in range(_WARM_UP + rounds * items)])
    several = ways(site, ours)
    untouched = _last_id(site)
    inside = several[-1]
    inside.publish([Article(n) for n in range(there)])
    for way in several:
        way.publish([Article(n) for n in range(_WARM_UP)])
    last = _last_id(site)
    costs: dict[str, list[Cost]] = defaultdict(list)
    numbers = itertools.count(10_000, items)
    for turn in range(rounds):
        # Each way begins a round in its turn: no other always stands before it.
        begin = turn % len(several)
        for way in [*several[begin:], *several[:begin]]:
            first = next(numbers)
            articles = [Article(n) for n in range(first, first + items)]
            costs[way.letter].append(_round(site, way, articles, last=last))
    site.sql(_REMOVE.format(last=untouched))
    return costs


def _round(
    site: WordPress, way: Way, articles: Sequence[Article], *, last: int
) -> Cost:
    with measured(site, items=len(articles)) as cost:
        itself = way.publish(articles)
    if itself is not None:
        cost.seconds, cost.php_s, cost.client_s = itself.seconds, itself.php_s, 0.0
    public = int(site.sql(_PUBLIC.format(last=last))[0][0])
    if public != len(articles):
        raise RuntimeError(
            f"{NAMES[way.letter]}: {public} of {len(articles)} are public"
        )
    site.sql(_REMOVE.format(last=last))
    return cost


def _last_id(site: WordPress) -> int:
    return int(site.sql("SELECT COALESCE(MAX(ID), 0) FROM wp_posts")[0][0])


def machine(site: WordPress) -> str:
    """Return in one line what this was measured on."""
    version = site.php("echo $wp_version, ', PHP ', PHP_VERSION;")
    [[database]] = site.sql("SELECT VERSION()")
    loads = " ".join(f"{load:.1f}" for load in os.getloadavg())
    return (
        f"{os.cpu_count()} cores (load {loads}), {platform.system()},"
        f" Python {platform.python_version()}; WordPress {version}, {database}"
    )


def table(costs: Costs) -> Iterator[str]:
    """Yield the rows: least and median of each figure over the rounds."""
    yield "| way | items/s | client | PHP | database | server | requests |"
    yield "|---|---|---|---|---|---|---|"
    for letter, name in NAMES.items():
        some = costs[letter]
        figures = [
            _figures([cost.rate for cost in some], best=max, digits=1),
            _milliseconds(some, lambda cost: cost.client_s, digits=1),
            _milliseconds(some, lambda cost: cost.php_s),
            _milliseconds(some, lambda cost: cost.database_s),
            _milliseconds(some, lambda cost: cost.server_s),
            f"{some[0].requests / some[0].items:.2f}",
        ]
        yield f"| ({letter}) {name} | {' | '.join(figures)} |"
    yield ""
    yield (
        "Best / median over the rounds; processor time in milliseconds an item; server"
        " is PHP and database."
    )


def ratios(costs: Costs) -> Iterator[str]:
    """Yield what ours is to the others: the median over the rounds, and its range."""
    yield "| ours to another | aim | median | rounds |"
    yield "|---|---|---|---|"
    for other, what, aim, value in (
        ("b", "items/s", "≥ 3", _rate),
        ("b", "server CPU", "≤ 0.4", _server),
        ("a", "items/s", "≥ 1", _rate),
        ("a", "server CPU", "≤ 1", _server),
    ):
        found = [
            value(mine) / value(theirs)
            for mine, theirs in zip(costs["d"], costs[other], strict=True)
        ]
        median = statistics.median(found)
        spread = f"{min(found):.2f}–{max(found):.2f}"
        yield f"| d/{other} {what} | {aim} | {median:.2f} | {spread} |"
    client = statistics.median(cost.per_item_ms(cost.client_s) for cost in costs["d"])
    yield f"| d client CPU | < 5 ms | {client:.1f} ms | |"


def _rate(cost: Cost) -> float:
    return cost.rate


def _server(cost: Cost) -> float:
    return cost.server_s


def _milliseconds(
    costs: Sequence[Cost], value: Callable[[Cost], float], digits: int = 0
) -> str:
    each = [cost.per_item_ms(value(cost)) for cost in costs]
    return _figures(each, best=min, digits=digits)


def _figures(
    values: Sequence[float], *, best: Callable[[Sequence[float]], float], digits: int
) -> str:
    return f"{best(values):.{digits}f} / {statistics.median(values):.{digits}f}"


if __name__ == "__main__":
    main()
