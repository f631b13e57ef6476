"""The real protocol under 390,000 faults; and the bugs that the same faults show."""

from pathlib import Path

import pytest

from tests.simulation.__main__ import table
from tests.simulation.campaign import Report, Run
from tests.simulation.planted import BORNE, PLANTED, PROTOCOLS
from tests.simulation.protocols import MISTAKEN, REAL, Protocol

LOT = 38
"""Seeds in one test."""
LOTS = 12
FIRST = 1000

ONCE_FAILED = [
    int(line)
    for line in Path(__file__).with_name("seeds.txt").read_text().splitlines()
    if not line.startswith("#")
]


def together(seeds: range | list[int], protocol: Protocol = REAL) -> Report:
    total = Report()
    for seed in seeds:
        total.add(Run(seed, protocol=protocol).run())
    return total


@pytest.mark.parametrize("lot", range(LOTS))
def test_whatever_fails_each_item_is_public_once_and_as_approved(lot: int) -> None:
    seeds = range(FIRST + lot * LOT, FIRST + (lot + 1) * LOT)

    report = together(seeds)

    assert report.clean, table(report)
    assert report.faults.total() > 15_000


@pytest.mark.parametrize("seed", ONCE_FAILED)
def test_a_seed_that_failed_once_does_not_fail_again(seed: int) -> None:
    report = together([seed])

    assert report.clean, table(report)


@pytest.mark.parametrize("protocol", PLANTED, ids=lambda protocol: protocol.name)
def test_a_planted_bug_is_found(protocol: Protocol) -> None:
    found: dict[str, int] = {}
    for seed in range(FIRST, FIRST + 5 * LOT):
        report = together([seed], protocol)
        found |= {what: number for what, number in report.failures.items() if number}
        if found:
            break

    assert found


@pytest.mark.parametrize("protocol", BORNE, ids=lambda protocol: protocol.name)
def test_what_an_adapter_gets_wrong_is_made_good_by_another_look(
    protocol: Protocol,
) -> None:
    report = together(range(FIRST, FIRST + 15), protocol)

    assert report.clean, table(report)


def test_a_server_slower_than_anybody_thought_leaves_drafts_but_nothing_public() -> (
    None
):
    report = together(range(FIRST, FIRST + 15), MISTAKEN)

    assert report.strays > 0
    assert (report.twice, report.lost, report.wrong, report.silent) == (0, 0, 0, 0)


def test_a_naive_retry_publishes_twice() -> None:
    report = together([FIRST, FIRST + 1], PROTOCOLS["naive"])

    assert report.twice > 0


def test_the_same_seed_gives_the_same_run() -> None:
    first, second = Run(FIRST).run(), Run(FIRST).run()

    assert first.faults == second.faults
    assert first.failures == second.failures
