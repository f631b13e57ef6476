"""
Many posts with one request: WordPress's batch/v1.

A batch is not a transaction. It is answered 207 whatever came of it, and each answer
inside is judged as it would be alone. If PHP fails in the middle, what stands before
is made, and the one answer that comes is a 500 that says nothing of it.
"""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from connector.domain.errors import (
    Busy,
    ContentRefused,
    NotSent,
    PostMissing,
    TargetError,
    Unclear,
)
from connector.domain.message import Message
from connector.domain.publication import Post, PostState, StoredPost
from connector.http import Answer
from connector.language import N_
from connector.targets.wordpress import posts
from connector.targets.wordpress.answers import (
    Action,
    code_of,
    json_of,
    payload_of,
)
from connector.targets.wordpress.api import Api
from connector.targets.wordpress.fronts import NOISE
from connector.targets.wordpress.lookup import MISSING, Lookup
from connector.targets.wordpress.posts import Kind

_ROUTE = "batch/v1"
_AT_ONCE = 25
"""WordPress refuses a batch of more."""
_OK, _CREATED, _MULTI_STATUS = 200, 201, 207
_TOO_LARGE, _TOO_MANY, _SERVER_ERRORS = 413, 429, 500
_DONE_NOTHING = range(300, 500)
_PAUSE_S = 600
_BUSY_S = 10

_NO_BATCHES = N_("it takes no batches (HTTP {status}): one post after the other")
_NO_ANSWER = N_("no answer for this post in the batch")

Outcome = StoredPost | TargetError
Request = Mapping[str, Any]
"""The path, the body and the headers of a POST."""


class Batches:
    """Implements ports.target.Bulk."""

    size: ClassVar[int] = _AT_ONCE

    def __init__(self, api: Api, kind: Kind, lookup: Lookup) -> None:
        self._api = api
        self._kind = kind
        self._lookup = lookup
        self.clock = time.monotonic
        self._refused = False
        self._resumes_at = 0.0

    @property
    def taken(self) -> bool:
        """
        Return whether the site takes batches now.

        Not again once it has said that it takes none. And for a while not after one
        that failed: a post at which PHP stops would hold up all that come with it.
        """
        return not self._refused and self.clock() >= self._resumes_at

    def find(
        self, wanted: Sequence[Post], *, deep: bool = True
    ) -> list[StoredPost | TargetError | None]:
        """Look for each post: one list for all, a search for each that is not in it."""
        return self._lookup.find_all(wanted, deep=deep)

    def put_draft(self, wanted: Sequence[Post]) -> list[Outcome]:
        """Create each as a draft, once."""
        drafter = self._api.drafter
        requests = [
            {
                "path": self._kind.route,
                "body": posts.draft_of(post, self._kind),
                "headers": drafter.keyed(post.key),
            }
            for post in wanted
        ]
        answers = self._ask(drafter, requests, repeat=drafter.replays)
        return [
            self._judged(answer, expect=_CREATED, action=Action.CREATE, post=post)
            for answer, post in zip(answers, wanted, strict=True)
        ]

    def go_live(self, wanted: Sequence[tuple[str, datetime | None]]) -> list[Outcome]:
        """
        Publish each. Those in the trash are left there, those that are live untouched.

        One list says which these are: WordPress would take a post out of the trash to
        publish it.
        """
        outcomes: dict[str, Outcome] = {}
        dates = dict(wanted)
        try:
            states = self._lookup.states(list(dates))
        except TargetError as error:
            return [error] * len(wanted)
        for post_id in dates:
            if states.get(post_id) in {None, PostState.LIVE, PostState.TRASHED}:
                outcomes[post_id] = self._there(post_id)
        todo = {i: at for i, at in dates.items() if i not in outcomes}
        published, clocks = self._publish(todo)
        # See WordPress.go_live.
        again, _ = self._publish(
            {
                post_id: clocks[post_id]
                for post_id, outcome in published.items()
                if isinstance(outcome, StoredPost)
                and outcome.state is PostState.SCHEDULED
            }
        )
        outcomes |= published | again
        return [outcomes[post_id] for post_id, _ in wanted]

    def _there(self, post_id: str) -> Outcome:
        try:
            return self._lookup.there(post_id)
        except TargetError as error:
            return error

    def _publish(
        self, wanted: Mapping[str, datetime | None]
    ) -> tuple[dict[str, Outcome], dict[str, datetime | None]]:
        """Return what came of each, and the site's time when it was done."""
        requests = [
            {"path": f"{self._kind.route}/{post_id}", "body": posts.public(at)}
            for post_id, at in wanted.items()
        ]
        answers = dict(
            zip(wanted, self._ask(self._api, requests, repeat=True), strict=True)
        )
        outcomes = {
            post_id: self._judged(
                answer, expect=_OK, action=Action.PUBLISH, post_id=post_id
            )
            for post_id, answer in answers.items()
        }
        clocks = {
            post_id: posts.time_in(payload, "modified_gmt")
            for post_id, answer in answers.items()
            if isinstance(answer, Answer)
            and isinstance(payload := json_of(answer), dict)
        }
        return outcomes, clocks

    def _judged(
        self,
        answer: Answer | TargetError,
        *,
        expect: int,
        action: Action,
        post: Post | None = None,
        post_id: str = "",
    ) -> Outcome:
        """Return what an answer inside the batch would have been alone."""
        if isinstance(answer, TargetError):
            return answer
        target = self._api.asks.target
        if answer.status == _TOO_MANY:
            return Busy(target=target, retry_after_s=_BUSY_S)
        if code_of(json_of(answer)) == MISSING:
            return PostMissing(target=target, post=post_id)
        try:
            payload = payload_of(
                answer, expect=expect, action=action, asks=self._api.asks
            )
            stored = self._lookup.stored(payload, post_id=post_id)
        except TargetError as error:
            return error if post is None else posts.explained(error, post)
        if post is not None and not posts.is_ours(stored, post):
            return self._lookup.not_ours()
        return stored

    def _ask(
        self, api: Api, requests: Sequence[Request], *, repeat: bool
    ) -> list[Answer | TargetError]:
        """Return the answer to each request, or what befell the whole batch."""
        answers: list[Answer | TargetError] = []
        for start in range(0, len(requests), _AT_ONCE):
            answers += self._batch(
                api, requests[start : start + _AT_ONCE], repeat=repeat
            )
        return answers

    def _batch(
        self, api: Api, requests: Sequence[Request], *, repeat: bool
    ) -> Sequence[Answer | TargetError]:
        query = urlencode(self._lookup.for_editing)
        inner = [
            {**request, "method": "POST", "path": f"/{request['path']}?{query}"}
            for request in requests
        ]
        try:
            answer = api.answer("POST", _ROUTE, repeat=repeat, json={"requests": inner})
            if answer.status == _TOO_LARGE and len(requests) > 1:
                half = len(requests) // 2
                return [
                    *self._batch(api, requests[:half], repeat=repeat),
                    *self._batch(api, requests[half:], repeat=repeat),
                ]
            return self._inside(api, answer, len(requests))
        except TargetError as error:
            if _is_failure(error.facts.get("status")):
                self._resumes_at = self.clock() + _PAUSE_S
            return [error] * len(requests)

    def _inside(
        self, api: Api, answer: Answer, count: int
    ) -> list[Answer | TargetError]:
        if answer.status == _MULTI_STATUS:
            match json_of(answer):
                case {"responses": list() as said} if len(said) <= count:
                    missing = [None] * (count - len(said))
                    return [self._one(answer, inner) for inner in [*said, *missing]]
            problem = Message(NOISE.problem, {"status": answer.status})
            raise Unclear(target=self._api.asks.target, problem=problem)
        if answer.status == _TOO_LARGE:
            raise ContentRefused(
                target=api.asks.target, problem=f"HTTP {answer.status}"
            )
        if answer.status >= _SERVER_ERRORS:
            raise Unclear(
                target=api.asks.target,
                problem=f"HTTP {answer.status}",
                status=answer.status,
            )
        # WordPress before 5.6 has no such route, and firewalls know it as a way to
        # attack. What else stands in front is named when one post is sent alone.
        self._refused = True
        problem = Message(_NO_BATCHES, {"status": answer.status})
        done_nothing = answer.status in _DONE_NOTHING
        raise (NotSent if done_nothing else Unclear)(
            target=api.asks.target, problem=problem
        )

    def _one(self, whole: Answer, inner: object) -> Answer | TargetError:
        match inner:
            case {"status": int() as status, "body": body} if body is not None:
                return Answer(
                    status=status,
                    headers={"content-type": "application/json"},
                    body=json.dumps(body).encode(),
                    url=whole.url,
                )
            case _:
                problem = Message(_NO_ANSWER)
                return Unclear(target=self._api.asks.target, problem=problem)


def _is_failure(status: object) -> bool:
    return isinstance(status, int) and status >= _SERVER_ERRORS
