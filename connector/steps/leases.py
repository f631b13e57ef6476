"""Who is at work on a publication: one worker at a time, for so long as it answers."""

from dataclasses import replace

from connector.domain.publication import Publication
from connector.ports.parts import Parts
from connector.ports.staging import Transaction


def claim(
    tx: Transaction, publication: Publication, parts: Parts
) -> Publication | None:
    """Take the lease of a publication; None if another worker holds it."""
    now = tx.now()
    return tx.claim(
        publication.item_id,
        publication.target,
        owner=parts.worker,
        until=now + parts.lease,
        now=now,
    )


def released(publication: Publication, **changes: object) -> Publication:
    """Return a publication that nobody holds any more, with these changes."""
    free = {"lease_owner": "", "lease_until": None}
    return replace(publication, **free | changes)  # type: ignore[arg-type]
