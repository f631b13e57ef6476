"""What is sent: the approved revision, in the target's own terms and addresses."""

from connector.domain.errors import TermMissing
from connector.domain.item import Attachment, CategoryCode, Use, slug_of
from connector.domain.publication import Media, Post
from connector.markup import clean, refer
from connector.ports.parts import Parts, Route
from connector.steps.sending import Job


class Composer:
    """Composes the posts of one run; each category is asked for once."""

    def __init__(self, *, route: Route, parts: Parts) -> None:
        self._route = route
        self._parts = parts
        self._terms: dict[CategoryCode, str] = {}

    def post(self, job: Job) -> Post:
        """
        Return what is sent, its files uploaded before it.

        Raises:
            TermMissing, Unreadable, or whatever the target says of a file. Nothing
            that points at a missing file is ever sent.
        """
        before, revision, target = job.before, job.revision, self._route.target
        category = revision.category
        if category is None or category not in self._route.terms:
            raise TermMissing(target=target.name, term="", category=category or "")
        archive = self._parts.archive
        media = [
            (file, target.put_media(file, archive.get(file.sha256)))
            for file in revision.files
        ]
        addresses = {file.address: held.url for file, held in media}
        body = refer(revision.body, addresses)
        slug = slug_of(revision.title, job.item.key)
        return target.prepared(
            Post(
                key=job.item.key,
                slug=before.post.slug if before.post else slug,
                title=revision.title,
                # What the target says of its addresses comes from outside.
                body=clean(body) if addresses else body,
                excerpt=revision.excerpt,
                language=revision.language,
                category=category,
                terms=(self._term(category),),
                featured=_featured(media),
                media=tuple(held for _, held in media),
            )
        )

    def _term(self, category: CategoryCode) -> str:
        """Return the target's id; what it stores is compared with it afterwards."""
        if category not in self._terms:
            wanted = {category: self._route.terms[category]}
            self._terms |= self._route.target.resolve_terms(wanted)
        return self._terms[category]


def _featured(media: list[tuple[Attachment, Media]]) -> str:
    return next((m.id for file, m in media if file.use is Use.FEATURED), "")
