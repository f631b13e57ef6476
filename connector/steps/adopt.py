"""
Take over what somebody made of a post in the CMS: as a new revision, like any other.

It has to be checked, classified and approved; until then the post stays as it is. One
of the three ways out of a conflict, beside sending ours again and taking it down.
"""

from dataclasses import replace

from connector.domain.decision import Decision, Outcome, Step
from connector.domain.errors import (
    ItemChanged,
    NothingToAdopt,
    ReasonMissing,
)
from connector.domain.item import (
    Attachment,
    Item,
    ItemId,
    Revision,
    Use,
    changed_parts,
)
from connector.domain.person import Person
from connector.domain.publication import Post, Publication, StoredPost
from connector.language import N_
from connector.markup import readdress, references
from connector.ports.parts import Parts
from connector.procedure.advance import permitted
from connector.steps.leases import claim, released


def adopt(
    item_id: ItemId, target: str, *, by: Person, reason: str, parts: Parts
) -> Item:
    """
    Make what a target holds the next revision of the item; return the item.

    The original, as the CMS holds it, is kept in the archive.

    Raises:
        ReasonMissing: it is kept why theirs was taken.
        NothingToAdopt: nothing was sent there, or it says the same.
        OutcomeNotAllowed, RoleNotAllowed: `by` may not receive, or not now.
        ItemChanged: a worker is at it just now, or the item has changed.
        TargetError: the post could not be read.
    """
    with parts.staging.reading() as tx:
        item, latest = tx.item(item_id), tx.revision(item_id)
        publications = tx.publications(item_id)
    role = permitted(item, Step.RECEIVE, Outcome.DONE, by=by, policy=parts.policy)
    if not reason.strip():
        raise ReasonMissing(step=N_("adopt"))
    publication = next((one for one in publications if one.target == target), None)
    if publication is None or publication.post is None or not publication.post_id:
        raise NothingToAdopt(item=item_id, target=target)
    stored = parts.route(target).target.read(publication.post_id)
    theirs = parts.route(target).target.unprepared(stored, publication.post)
    revision = _revision(theirs, latest, by=by, parts=parts)
    if not changed_parts(latest, revision):
        raise NothingToAdopt(item=item_id, target=target)
    original = parts.archive.put(stored.body.encode())
    with parts.staging.transaction() as tx:
        item = tx.add_revision(item, revision, original=original)
        item = tx.decide(
            item,
            Decision(
                step=Step.RECEIVE,
                outcome=Outcome.DONE,
                by=by.name,
                role=role,
                at=revision.made_at,
                digest=revision.digest,
                reason=reason,
            ),
        )
        mine = claim(tx, publication, parts)
        if mine is None:
            raise ItemChanged(item=item_id)
        tx.save_publication(
            _known(mine, stored), event=N_("theirs adopted"), by=by.name, reason=reason
        )
    return item


def _known(publication: Publication, stored: StoredPost) -> Publication:
    """What is there is ours now: the next approval may replace it."""
    return released(
        publication,
        version=stored.version,
        problem=None,
        due_at=None,
    )


def _revision(theirs: Post, latest: Revision, *, by: Person, parts: Parts) -> Revision:
    """Return the post as a revision: files of ours are named by their SHA-256 again."""
    addresses = {media.url: f"attachment:{media.sha256}" for media in theirs.media}
    body = readdress(theirs.body, addresses)
    shown = set(references(body))

    def stays(file: Attachment) -> bool:
        return file.use is not Use.IMAGE or file.address in shown

    return replace(
        latest,
        number=latest.number + 1,
        title=theirs.title,
        body=body,
        excerpt=theirs.excerpt,
        files=tuple(file for file in latest.files if stays(file)),
        made_by=by.name,
        made_at=parts.clock.now(),
    )
