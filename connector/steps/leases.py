"""Who is at work on a publication: one worker at a time, for so long as it answers."""

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
