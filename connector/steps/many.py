"""
Ask a target about many posts: with one request where it takes many, else one by one.

One outcome for each post, in their order, so that one bad post spoils no other.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from connector.domain.errors import NotSent, TargetError
from connector.domain.publication import Post, StoredPost
from connector.ports.target import Bulk, Target

_What = TypeVar("_What")
_Result = TypeVar("_Result")


def at_once(target: Target) -> int:
    """Return how many posts are best taken through an attempt together."""
    return target.bulk.size if target.bulk else target.capabilities.parallel


def find(
    target: Target, posts: Sequence[Post], *, deep: bool
) -> Sequence[StoredPost | TargetError | None]:
    """Look for each post; see Target.find."""
    return _ask(
        target,
        posts,
        together=lambda bulk, some: bulk.find(some, deep=deep),
        alone=lambda post: target.find(post, deep=deep),
    )


def put_draft(
    target: Target, posts: Sequence[Post]
) -> Sequence[StoredPost | TargetError]:
    """Create each as a draft, once; see Target.put_draft."""
    return _ask(
        target,
        posts,
        together=lambda bulk, some: bulk.put_draft(some),
        alone=target.put_draft,
    )


def go_live(
    target: Target, posts: Sequence[tuple[str, datetime | None]]
) -> Sequence[StoredPost | TargetError]:
    """Make each public: the site's id, and the date; see Target.go_live."""
    return _ask(
        target,
        posts,
        together=lambda bulk, some: bulk.go_live(some),
        alone=lambda post: target.go_live(post[0], at=post[1]),
    )


def _ask(
    target: Target,
    questions: Sequence[_What],
    *,
    together: Callable[[Bulk, Sequence[_What]], Sequence[_Result | TargetError]],
    alone: Callable[[_What], _Result],
) -> Sequence[_Result | TargetError]:
    bulk = target.bulk
    if bulk is None or len(questions) < 2:  # noqa: PLR2004 -- one is asked about alone
        return _one_by_one(questions, alone, target.capabilities.parallel)
    outcomes = list(together(bulk, questions))
    if target.bulk is None:
        # It has just turned out that the site does not take many at once.
        left = [n for n, one in enumerate(outcomes) if isinstance(one, NotSent)]
        again = _one_by_one(
            [questions[n] for n in left], alone, target.capabilities.parallel
        )
        for n, outcome in zip(left, again, strict=True):
            outcomes[n] = outcome
    return outcomes


def _one_by_one(
    questions: Sequence[_What], alone: Callable[[_What], _Result], parallel: int
) -> Sequence[_Result | TargetError]:
    def outcome(question: _What) -> _Result | TargetError:
        try:
            return alone(question)
        except TargetError as error:
            return error

    if parallel == 1 or len(questions) < 2:  # noqa: PLR2004 -- likewise
        return [outcome(question) for question in questions]
    with ThreadPoolExecutor(parallel) as threads:
        return list(threads.map(outcome, questions))
