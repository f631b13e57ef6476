"""Whatever a site answers, only the errors that were agreed come out."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from xmlrpc.client import DateTime, Fault, dumps

import responses
from hypothesis import example, given
from hypothesis import strategies as st

from connector.domain.errors import TargetError
from connector.targets import wordpress_xmlrpc as kind
from connector.targets.wordpress_xmlrpc import posts
from tests.fakes.xmlrpc import FILE, HOME, NEWS, POST, a_target, told

GOOD = dumps(([told(POST)],), methodresponse=True).encode()
NAMES = st.sampled_from(
    [
        *told(POST),
        *("taxonomy", "term_id", "slug", "attachment_id", "title", "roles"),
        *("id", "key", "value", "isPrimary", "software_version", "username"),
    ]
)
VALUES = st.recursive(
    st.booleans()
    | st.integers(-(2**31), 2**31 - 1)
    | st.sampled_from(["", "7", "²", "publish", "category", POST.body, HOME])
    | st.sampled_from([DateTime("20260316T01:30:00"), DateTime("không")]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=12)
    ),
    max_leaves=20,
)
SPOILT = st.builds(
    lambda start, length, put: GOOD[:start] + put + GOOD[start + length :],
    st.integers(0, len(GOOD)),
    st.integers(0, 40),
    st.binary(max_size=8),
)


TEXTS = st.text(st.characters(exclude_categories=["C"]), max_size=8)


@contextmanager
def answering(body: bytes) -> Iterator[None]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add("POST", f"{HOME}/xmlrpc.php", body=body)
        yield


def ask_everything(target: kind.WordPressXmlRpc) -> None:
    post = posts.prepared(POST)
    for ask in (
        target.probe,
        lambda: target.find(post, deep=False),
        lambda: target.put_draft(post),
        lambda: target.update("7", post, expect="1"),
        lambda: target.go_live("7"),
        lambda: target.withdraw("7"),
        lambda: target.trash("7"),
        lambda: target.put_media(FILE, b"png"),
        lambda: target.resolve_terms({NEWS: "category"}),
        lambda: target.resolve_terms({NEWS: "7"}),
    ):
        with suppress(TargetError):
            ask()


@given(value=st.tuples(VALUES))
def test_any_value_is_an_answer_or_a_known_error(value: tuple[Any, ...]) -> None:
    with answering(dumps(value, methodresponse=True).encode()):
        ask_everything(a_target())


@given(code=st.integers(-33_000, 600), text=TEXTS)
@example(code=401, text="").via("a role too low")
@example(code=403, text="").via("a login or a term")
@example(code=404, text="").via("gone")
@example(code=409, text="").via("a change in between")
def test_any_fault_is_a_known_error(code: int, text: str) -> None:
    with answering(dumps(Fault(code, text), methodresponse=True).encode()):
        ask_everything(a_target())


@given(body=SPOILT)
def test_any_bytes_are_an_answer_or_a_known_error(
    body: bytes,
) -> None:
    with answering(body):
        ask_everything(a_target())
