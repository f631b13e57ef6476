"""
What most publishing scripts do: POST with status publish, and again on any error.

It takes the place of the protocol, with the same rows, leases and workers, to show
that the campaign finds what it is there to find.

Run as `python -m tests.faults.naive HOME DOOR`.
"""

import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import requests
import tenacity

from connector.bootstrap import Library
from connector.domain.errors import ConnectorError
from connector.domain.item import slug_of
from connector.domain.publication import Publication, PublicationState
from tests.faults.knobs import TIMEOUT_S
from tests.faults.worker import opened

_LEASE = timedelta(minutes=1)
_ATTEMPTS = 5


def publish(library: Library, publication: Publication) -> None:
    """Send the item until something answers 201."""
    parts = library.parts
    with parts.staging.transaction() as tx:
        now = tx.now()
        mine = tx.claim(
            publication.item_id,
            publication.target,
            owner=parts.worker,
            until=now + _LEASE,
            now=now,
        )
        item, revision = tx.item(publication.item_id), tx.revision(publication.item_id)
    if mine is None or revision.category is None:
        return
    term = parts.routes["portal"].terms[revision.category]
    options = library.settings.targets["portal"].options
    payload = {
        "title": revision.title,
        "content": revision.body,
        "slug": slug_of(revision.title, item.key),
        "status": "publish",
    }

    @tenacity.retry(
        stop=tenacity.stop_after_attempt(_ATTEMPTS),
        wait=tenacity.wait_random(0, 0.2),
        reraise=True,
    )
    def send() -> None:
        answer = requests.post(
            f"{options['url']}/wp-json/wp/v2/posts",
            json={**payload, "categories": [_term_id(str(options["url"]), term)]},
            auth=(options["user"], options["password"].get_secret_value()),
            timeout=TIMEOUT_S,
        )
        answer.raise_for_status()
        answer.json()["id"]

    live: dict[str, object] = {
        "state": PublicationState.LIVE,
        "due_at": None,
        "lease_owner": "",
        "lease_until": None,
    }
    try:
        send()
    except (requests.RequestException, ValueError, KeyError):
        live |= {"state": PublicationState.SENDING, "due_at": parts.clock.now()}
    with parts.staging.transaction() as tx:
        tx.save_publication(replace(mine, **live), event="naive")  # type: ignore[arg-type]


def _term_id(url: str, slug: str) -> int:
    answer = requests.get(
        f"{url}/wp-json/wp/v2/categories", params={"slug": slug}, timeout=TIMEOUT_S
    )
    answer.raise_for_status()
    number: int = answer.json()[0]["id"]
    return number


def main() -> None:
    """Work until somebody kills this process."""
    library = opened(Path(sys.argv[1]), sys.argv[2])
    parts = library.parts
    while True:
        try:
            with parts.staging.reading() as tx:
                due = list(tx.due(parts.clock.now(), limit=5))
            for publication in due:
                publish(library, publication)
        except ConnectorError:
            pass
        time.sleep(0.05)


if __name__ == "__main__":
    main()
