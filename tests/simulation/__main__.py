"""`python -m tests.simulation`: run many seeds, and print what the observer saw."""

import argparse
import sys

from tests.simulation.campaign import Report, Run
from tests.simulation.planted import PROTOCOLS


def main() -> int:
    """Run what was asked for; 1 if the observer found anything wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seeds", type=int, default=600, help="how many runs")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="only this one")
    parser.add_argument("--workers", type=int, choices=(2, 3, 4))
    parser.add_argument("--protocol", choices=sorted(PROTOCOLS), default="real")
    parser.add_argument(
        "--repeats-late",
        action="store_true",
        help="requests may be carried out a second time after they were answered",
    )
    asked = parser.parse_args()
    seeds = range(asked.first, asked.first + asked.seeds)
    total, failed = Report(), []
    for seed in seeds if asked.seed is None else [asked.seed]:
        report = Run(
            seed,
            protocol=PROTOCOLS[asked.protocol],
            workers=asked.workers,
            repeats_late=asked.repeats_late,
        ).run()
        total.add(report)
        if not report.clean:
            failed.append(seed)
    sys.stdout.write(f"{table(total)}\n")
    if failed:
        sys.stdout.write(f"seeds that failed: {failed}\n")
    return bool(failed)


def table(report: Report) -> str:
    """Return the report for people to read."""
    faults = sorted(report.faults.items(), key=lambda it: -it[1])
    lines = [f"{number:9}  {fault}" for fault, number in faults]
    lines += [f"{report.faults.total():9}  faults in {len(report.seeds)} runs", ""]
    counts = {
        "items": report.items,
        "items at a site": report.publications,
        "public posts at the end": report.public,
        **report.failures,
        "faults a second of CPU": int(
            report.faults.total() / max(report.seconds, 0.001)
        ),
    }
    lines += [f"{number:9}  {what}" for what, number in counts.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
