"""What is written can be read back, whatever it says."""

from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import RowMapping

from connector.domain.circuit import Circuit
from connector.domain.finding import CheckResult, Finding, Level
from connector.domain.item import Sha256
from connector.domain.message import Message
from connector.domain.publication import (
    Loss,
    Media,
    Post,
    Publication,
    PublicationState,
)
from connector.domain.verdict import (
    Difference,
    Judgement,
    Severity,
    Verdict,
    Verification,
)
from connector.staging import rows, values

texts = st.text(max_size=20)
digests = st.just(Sha256("a" * 64))
times = st.datetimes(timezones=st.just(UTC))
facts = st.none() | st.booleans() | st.integers() | texts | st.floats(allow_nan=False)
messages = st.builds(
    Message, st.just("It is so."), st.dictionaries(texts, facts, max_size=3)
)
findings = st.builds(
    Finding,
    rule=texts,
    rule_version=st.integers(1),
    level=st.sampled_from(Level),
    message=messages,
    part=texts,
    quote=texts,
)
losses = st.builds(
    Loss,
    part=texts,
    sent=texts,
    stored=texts,
    harmless=st.booleans(),
    message=messages,
)
media = st.builds(Media, sha256=digests, id=texts, url=texts)
posts = st.builds(
    Post,
    key=texts,
    slug=texts,
    title=texts,
    body=texts,
    excerpt=texts,
    language=texts,
    category=texts,
    terms=st.lists(texts, max_size=3).map(tuple),
    featured=texts,
    media=st.lists(media, max_size=2).map(tuple),
)
publications = st.builds(
    Publication,
    item_id=st.integers(1),
    target=texts,
    state=st.sampled_from(PublicationState),
    revision=st.integers(1),
    digest=digests,
    post=st.none() | posts,
    post_id=texts,
    url=texts,
    version=texts,
    losses=st.lists(losses, max_size=2).map(tuple),
    problem=st.none() | messages,
    fence=st.integers(0),
    lease_owner=texts,
    lease_until=st.none() | times,
    attempt=st.integers(0),
    due_at=st.none() | times,
    lost=st.integers(0),
    settles_at=st.none() | times,
    urgent=st.booleans(),
    go_live_at=st.none() | times,
    expire_at=st.none() | times,
)
circuits = st.builds(
    Circuit,
    target=texts,
    resume_at=st.none() | times,
    problem=st.none() | messages,
    since=st.none() | times,
    busy=st.integers(0),
    lost=st.integers(0),
    next_slot_at=st.none() | times,
)
differences = st.builds(
    Difference,
    code=texts,
    severity=st.sampled_from(Severity),
    message=messages,
    place=texts,
    shown_place=texts,
    approved=texts,
    shown=texts,
)
verdicts = st.builds(
    Verdict,
    judgement=st.sampled_from(Judgement),
    differences=st.lists(differences, max_size=2).map(tuple),
    equal=st.dictionaries(texts, st.integers(0), max_size=3),
    reason=st.none() | messages,
)
verifications = st.builds(
    Verification,
    item_id=st.integers(1),
    target=texts,
    digest=digests,
    at=times,
    url=texts,
    verdict=verdicts,
    page=st.none() | digests,
    by=texts,
    accepted_by=texts,
    accepted_reason=texts,
)
check_results = st.builds(
    CheckResult,
    item_id=st.integers(1),
    digest=digests,
    at=times,
    findings=st.lists(findings, max_size=2).map(tuple),
    unchecked=st.lists(findings, max_size=2).map(tuple),
)


def stored(row: rows.Row) -> RowMapping:
    """Return the row as the database gives it back."""
    return row  # type: ignore[return-value]  # it is only asked for its columns


@given(publications)
def test_a_publication_is_read_as_it_was_written(publication: Publication) -> None:
    row = stored(rows.publication_to(publication))

    assert rows.publication_from(row) == publication


@given(circuits)
def test_a_circuit_is_read_as_it_was_written(circuit: Circuit) -> None:
    row = stored(rows.circuit_to(circuit))

    assert rows.circuit_from(row) == circuit


@given(verifications)
def test_a_verification_is_read_as_it_was_written(verification: Verification) -> None:
    row = stored(rows.verification_to(verification))

    assert rows.verification_from(row) == verification


@given(check_results)
def test_a_check_is_read_as_it_was_written(result: CheckResult) -> None:
    row = stored(rows.check_to(result))

    assert rows.check_from(row) == result


@given(st.dictionaries(texts, facts))
def test_equal_values_make_equal_text(value: dict[str, object]) -> None:
    turned = dict(reversed(value.items()))

    assert values.canonical(turned) == values.canonical(value)
