"""
Every error that connector raises on purpose.

ConnectorError
├── Unexpected                a mistake in connector, or a machine in trouble
├── FileRefused               the machine did not let a file be read or written
├── NoRehearsal               this machine cannot run a WordPress to try things on
├── ConfigurationError        the operator mends config/ and starts again
│   └── VariableError         the mistake stands in an environment variable
├── StagingError
│   ├── ItemNotFound
│   ├── ItemChanged           somebody else was faster; read again
│   ├── LeaseLost             another worker took over; this one writes nothing
│   ├── DatabaseBusy          another program holds it for too long
│   ├── DatabaseUnusable      it cannot be opened, read or written
│   ├── DatabaseNewer         the database was made by a newer connector
│   └── DatabaseOutOfDate     the database wants a migration
├── ProcedureError            the procedure does not allow what was asked
│   ├── OutcomeNotAllowed
│   ├── RoleNotAllowed
│   ├── UnknownUser
│   ├── FourEyes
│   ├── ReasonMissing
│   ├── Blocked               a blocking finding stands
│   ├── NotChecked
│   ├── NotApproved
│   ├── UnknownCategory
│   ├── NoTarget
│   ├── TargetLeft            an item has a post where its new category does not go
│   ├── TargetGone            an item is on a target that targets.toml has no more
│   ├── NoSuchFinding
│   ├── NotProved
│   ├── NothingToAccept
│   ├── StillPublic
│   ├── NothingPublic
│   ├── NothingToAdopt        the CMS holds what is approved already
│   ├── TimePast              a time to go live or to be taken down that is over
│   └── TimesCrossed          to be taken down before it goes live
├── IntakeError               what was offered cannot be received; nothing is stored
│   ├── Empty
│   ├── TooLarge
│   ├── UnknownFormat
│   ├── NotAFeed
│   ├── NotADocument
│   ├── Unpacks               an archive that unpacks to far more than it should
│   ├── AlreadyRejected
│   └── Unreadable
├── WebError                  a public page or feed was not had
│   ├── AddressRefused
│   ├── NoAnswer
│   └── AnswerTooLarge
└── TargetError               a CMS did not do what was asked
    ├── NotSent               surely not done: try again
    ├── Busy                  surely not done: try again, when it says
    ├── Unclear               perhaps done: look before anything else
    ├── CredentialsRefused
    ├── Denied
    ├── PostMissing
    ├── SeveralPosts
    ├── PostChanged
    ├── ContentRefused
    ├── TermMissing
    └── NotOurAnswer          something else answered in the CMS's place

An error carries facts, not sentences. `message` and `remedy` are templates; whoever
shows the error translates them before filling in the facts.
"""

from typing import ClassVar

from connector.language import N_


class ConnectorError(Exception):
    """Root of the tree above."""

    message: ClassVar[str] = ""
    """What happened, with {facts}."""
    remedy: ClassVar[str] = ""
    """What the reader can do about it, with {facts}."""
    transient: ClassVar[bool] = False
    """True if the same call may succeed later, unchanged."""

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.message.format(**facts))


class Unexpected(ConnectorError):
    """Nobody foresaw this; what the rows say is still true."""

    message = N_("Something happened that was not foreseen ({kind}: {problem}).")
    remedy = N_(
        "What was stored is kept, and the same command goes on with it. If it happens"
        " again, report it with the lines above."
    )


class FileRefused(ConnectorError):
    """A file or folder of this machine could not be read or written."""

    message = N_("{name} cannot be used: {problem}.")
    remedy = N_(
        "Mend that (who may write there, how full the disk is), and give the same"
        " command again: what was done is kept."
    )


class NoRehearsal(ConnectorError):
    """PHP or MariaDB is missing here, or did not start."""

    message = N_("No WordPress can be started on this machine: {problem}")
    remedy = N_(
        "Install PHP and MariaDB (as root on Debian this is done by itself), or run"
        " the demonstration without --wordpress."
    )


class ConfigurationError(ConnectorError):
    """The files in config/ do not describe a system that can run."""

    message = N_("{file}, line {line}, {key}: {problem}")
    remedy = "{right}"


class VariableError(ConfigurationError):
    """An environment variable says something that cannot be."""

    message = N_("The environment variable {key}: {problem}")


class StagingError(ConnectorError):
    """The staging database did not do what was asked."""


class ItemNotFound(StagingError):
    """No item has this number."""

    message = N_("There is no item {item}.")
    remedy = N_("`connector list` shows the items there are.")


class ItemChanged(StagingError):
    """The row is not as it was when it was read."""

    message = N_("Item {item} has been changed by somebody else in the meantime.")
    remedy = N_("Look at it again with `connector show {item}`, then repeat.")
    transient = True


class LeaseLost(StagingError):
    """Another worker has taken this publication over."""

    message = N_("Another worker has taken over item {item} for {target}.")
    remedy = N_("Nothing to do: the other worker goes on.")
    transient = True


class DatabaseBusy(StagingError):
    """Another program held the database for longer than anyone waits."""

    message = N_("The database is busy: another program writes to it.")
    remedy = N_("Try again in a minute; nothing was changed.")
    transient = True


class DatabaseUnusable(StagingError):
    """The disk is full, the file is not writable, the server is not there."""

    message = N_("The database cannot be used: {problem}")
    remedy = N_(
        "Look at the disk and at [database] in connector.toml. What was stored before"
        " is kept."
    )


class DatabaseNewer(StagingError):
    """The database has a schema that this version does not know."""

    message = N_("The database is of a newer connector (schema {found}).")
    remedy = N_("Install the newer connector again; nothing was changed.")


class DatabaseOutOfDate(StagingError):
    """The schema is an earlier one, and bringing it up is the operator's decision."""

    message = N_("The database has schema {found}; this connector needs {wanted}.")
    remedy = N_("Make a copy of the database, then run `connector init`.")


class ProcedureError(ConnectorError):
    """The procedure does not allow what was asked."""


class OutcomeNotAllowed(ProcedureError):
    """No arrow of the procedure leaves this state by this step and outcome."""

    message = N_("“{step}” is not possible now: item {item} is “{state}”.")
    remedy = N_("What can be done with it now: {allowed}.")


class RoleNotAllowed(ProcedureError):
    """The arrow exists, but other roles are responsible for it."""

    message = N_("“{step}” belongs to: {owners}. {user} has the roles: {roles}.")
    remedy = N_("Ask one of them, or name another user with --as.")


class UnknownUser(ProcedureError):
    """Nobody of this name stands in roles.toml."""

    message = N_("There is no user “{user}” in roles.toml.")
    remedy = N_("Users there are: {known}. Name one with --as.")


class FourEyes(ProcedureError):
    """The same person may not do both."""

    message = N_(
        "{user} did “{earlier}” on item {item}, so somebody else has to do “{step}”."
    )
    remedy = N_("Ask a colleague, or change [four_eyes] in procedure.toml.")


class ReasonMissing(ProcedureError):
    """This decision is kept with its reason, and none was given."""

    message = N_("“{step}” needs a reason, which is kept in the item's history.")
    remedy = N_("Say why with --reason.")


class Blocked(ProcedureError):
    """A rule of level *block* speaks against this revision."""

    message = N_("Item {item} cannot go on: {rules}.")
    remedy = N_("Correct it, or waive a rule with --waive RULE --reason.")


class NotChecked(ProcedureError):
    """What is to be approved is not what was checked."""

    message = N_("Item {item} has changed since it was checked: {parts}.")
    remedy = N_("Check it again with `connector check {item}`.")


class NotApproved(ProcedureError):
    """What is to be published is not what a person approved."""

    message = N_("Item {item} is not approved as it stands.")
    remedy = N_("`connector show {item}` says what it waits for.")


class UnknownCategory(ProcedureError):
    """No such category in categories.toml."""

    message = N_("There is no category “{category}”.")
    remedy = N_("Categories there are: {known}.")


class NoTarget(ProcedureError):
    """Nowhere to publish this category."""

    message = N_("No target takes the category “{category}”.")
    remedy = N_("Add the category to a target in targets.toml.")


class TargetLeft(ProcedureError):
    """A post would stay behind, with a text that nobody approves any more."""

    message = N_("Item {item} has a post on {targets}, which takes no “{category}”.")
    remedy = N_(
        "Choose a category that is published there too, or add this one to the target."
    )


class TargetGone(ProcedureError):
    """The item has a publication on a target that is not configured any more."""

    message = N_("There is no target “{target}” in targets.toml any more.")
    remedy = N_("Put its table back: the items that were published there need it.")


class NoSuchFinding(ProcedureError):
    """A rule was to be waived that has no blocking finding here."""

    message = N_("The rule “{rule}” has no blocking finding on item {item}.")
    remedy = N_("`connector check {item}` lists the findings.")


class NotProved(ProcedureError):
    """The item cannot be completed, because nothing shows that the page is right."""

    message = N_("Item {item} is not proved on: {targets}.")
    remedy = N_("Run `connector verify {item}`.")


class NothingToAccept(ProcedureError):
    """Only a REVIEW can be accepted, and only the latest."""

    message = N_("Item {item} has no difference that waits to be accepted.")
    remedy = N_("`connector verify {item}` compares the page again.")


class StillPublic(ProcedureError):
    """A post was taken down, and a reader still sees it."""

    message = N_("Item {item} can still be read at {url}.")
    remedy = N_("Ask the webmaster to empty the cache, then withdraw it again.")


class NothingPublic(ProcedureError):
    """There is nothing to withdraw."""

    message = N_("Item {item} was never sent to any target.")
    remedy = N_("If it is not wanted, use `connector reject {item}`.")


class NothingToAdopt(ProcedureError):
    """Nothing was ever sent, or what is there is what the item says already."""

    message = N_("{target} holds no other text of item {item} than we do.")
    remedy = N_(
        "`connector diff {item}` shows what differs, such as a state or an address;"
        " `connector publish {item} --overwrite` sends ours again."
    )


class TimePast(ProcedureError):
    """Nothing can be done at a time that is over."""

    message = N_("{time} is past already.")
    remedy = N_("Give a time that is still to come, or none for as soon as possible.")


class TimesCrossed(ProcedureError):
    """An item cannot be taken down before it is public."""

    message = N_("It would be taken down ({until}) before it goes live ({at}).")
    remedy = N_("Give an end that comes after the beginning.")


class IntakeError(ConnectorError):
    """What was offered cannot be received. Nothing of it is stored."""


class Empty(IntakeError):
    """There is nothing in it."""

    message = N_("{name} is empty.")
    remedy = N_("Ask whoever sent it for the file again.")


class TooLarge(IntakeError):
    """More bytes than one item may have."""

    message = N_("{name} has {size_mb} MB; at most {limit_mb} MB are received.")
    remedy = N_("Make the pictures in it smaller, or raise [intake] in connector.toml.")


class UnknownFormat(IntakeError):
    """No way to read this kind of file."""

    message = N_("{name} is of a kind that cannot be received.")
    remedy = N_("Save it as one of: {kinds}.")


class NotAFeed(IntakeError):
    """The address answers, but not with a feed."""

    message = N_("{name} did not answer with an RSS or Atom feed, but with {found}.")
    remedy = N_("Open the address in a browser, and correct url in sources.toml.")


class NotADocument(IntakeError):
    """The name says one kind of file, the bytes another, or the file is broken."""

    message = N_("{name} is not the {kind} file its name says it is.")
    remedy = N_("Open it in its own program and save it again as {kind}.")


class Unpacks(IntakeError):
    """A small file that unpacks to a very large one: an attack or an accident."""

    message = N_("{name} unpacks to more than {limit_mb} MB and was not opened.")
    remedy = N_("Do not open it. Ask whoever sent it for a clean copy.")


class AlreadyRejected(IntakeError):
    """This was rejected before, and stays so."""

    message = N_("{name} was rejected before, as item {item}: {reason}")
    remedy = N_("If it is wanted after all, receive it from another file.")


class Unreadable(IntakeError):
    """The file could not be read from the disk, or its parser gave up."""

    message = N_("{name} could not be read: {problem}")
    remedy = N_("Check that the file is there and opens in its own program.")


class WebError(ConnectorError):
    """A page, a feed or a file was not had from the web."""


class AddressRefused(WebError):
    """The address leads into a private network, or is no web address."""

    message = N_("{url} was not asked: {problem}")
    remedy = N_(
        "Only public http and https addresses are fetched. Correct the address."
    )


class NoAnswer(WebError):
    """No answer, or none in time."""

    message = N_("{url} did not answer ({problem}).")
    remedy = N_("Try again later, or open the address in a browser.")
    transient = True


class AnswerTooLarge(WebError):
    """The answer went on and on."""

    message = N_("{url} answered with more than {limit_mb} MB.")
    remedy = N_("Check the address: it should be a page, not a download.")


class TargetError(ConnectorError):
    """A CMS did not do what was asked."""


class NotSent(TargetError):
    """The request surely did not reach the CMS."""

    message = N_("{target} could not be reached ({problem}).")
    remedy = N_("Nothing to do: connector tries again by itself.")
    transient = True


class Busy(TargetError):
    """The CMS said: not now. Surely nothing was done."""

    message = N_("{target} is busy, and asks to come back in {retry_after_s} seconds.")
    remedy = N_("Nothing to do: connector tries again by itself.")
    transient = True


class Unclear(TargetError):
    """The answer was lost or makes no sense. The CMS may have done it."""

    message = N_("{target} gave no clear answer ({problem}).")
    remedy = N_("Nothing to do: connector looks for the post before anything else.")
    transient = True


class CredentialsRefused(TargetError):
    """The CMS knows neither this user nor this password."""

    message = N_("{target} refused the user “{user}”.")
    remedy = N_(
        "Make a new application password, store it, and run `connector doctor`."
    )


class Denied(TargetError):
    """The CMS knows us, and does not let us do this."""

    message = N_("{target} does not allow “{user}” to {action}.")
    remedy = N_("Give the account the role of an editor, then run `connector doctor`.")


class PostMissing(TargetError):
    """The CMS has no such post any more."""

    message = N_("{target} has no post {post} any more.")
    remedy = N_("Ask the webmaster who removed it; `connector diff` shows what it was.")


class SeveralPosts(TargetError):
    """More than one post carries our mark, and more than one is public."""

    message = N_("{target} has several public posts for this item: {posts}.")
    remedy = N_("Ask the webmaster to remove all but the first.")


class PostChanged(TargetError):
    """Somebody changed the post in the CMS after we wrote it."""

    message = N_("Somebody changed post {post} on {target}; it was not overwritten.")
    remedy = N_("`connector diff {item}` shows what is there.")


class ContentRefused(TargetError):
    """The CMS read the post and said no, for good."""

    message = N_("{target} refused the post: {problem}")
    remedy = N_("Return the item, correct it, and have it approved again.")


class TermMissing(TargetError):
    """The target has no such category, and none is ever made silently."""

    message = N_("{target} has no category “{term}” for “{category}”.")
    remedy = N_("Make it in the CMS, or correct `term` in categories.toml.")


class NotOurAnswer(TargetError):
    """A firewall, a login page or a proxy answered in the CMS's place."""

    message = N_("Something in front of {target} answered instead of it: {problem}")
    remedy = N_("Show this to the webmaster: {hint}")
