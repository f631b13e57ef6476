"""Asks the XML-RPC of one site: one method for each manner of asking."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from xmlrpc.client import Fault

from wordpress_xmlrpc.methods.users import GetProfile

from connector.domain.errors import CredentialsRefused, NotSent, Unclear
from connector.http import Site
from connector.targets.wordpress.answers import Account, Action
from connector.targets.wordpress_xmlrpc.faults import NOT_ALLOWED_OR_NOT_THERE, meaning
from connector.targets.wordpress_xmlrpc.wire import Client, Manner, Transport

_ALSO_OTHERWISE = {
    *("wp.newPost", "wp.editPost", "wp.getPosts"),
    *("wp.getTerm", "wp.getTerms"),
}
"""Methods that answer 403 also to a term, taxonomy or post type that is not there."""
_NONE = frozenset[int]()


class Api:
    """The XML-RPC of one site; nothing is asked of it yet."""

    def __init__(self, site: Site, *, user: str, endpoint: str) -> None:
        self._site = site
        self.asks = Account(target=site.target, home=site.home, user=user)
        self._ways = {
            manner: Transport(site, endpoint, manner=manner, asks=self.asks)
            for manner in Manner
        }
        self._clients = {
            manner: Client(
                f"{site.home}/{endpoint}", user=user, password=site.password, by=way
            )
            for manner, way in self._ways.items()
        }

    def ask(
        self,
        method: object,
        *,
        action: Action = Action.READ,
        leave: frozenset[int] = _NONE,
    ) -> Any:  # noqa: ANN401 -- XML-RPC has any shape
        """
        Return what a method of python-wordpress-xmlrpc reads, as it came.

        Args:
            method: one of its classes, made with its arguments.
            action: what a Fault about our rights is about.
            leave: codes of Faults that the caller understands better.

        Raises:
            xmlrpc.client.Fault: with a code of `leave`.
            TargetError: any other trouble.
        """
        return self._call(Manner.READ, method, action, leave)

    def set(
        self, method: object, *, action: Action, leave: frozenset[int] = _NONE
    ) -> None:
        """Change what is there; repeated if need be, since twice is once."""
        self._call(Manner.SET, method, action, leave)

    def create(
        self, method: object, *, action: Action, leave: frozenset[int] = _NONE
    ) -> Any:  # noqa: ANN401 -- XML-RPC has any shape
        """
        Make something new. Sent once.

        Raises:
            Unclear: it may have been made.
            TargetError: it was not.
        """
        return self._call(Manner.CREATE, method, action, leave)

    @property
    def skew_s(self) -> float:
        """How many seconds the site's clock was ahead of ours when it was last read."""
        try:
            date = parsedate_to_datetime(self._ways[Manner.READ].date)
        except ValueError:
            return 0
        return (date - datetime.now(UTC)).total_seconds()

    def _call(
        self,
        manner: Manner,
        method: Any,  # noqa: ANN401 -- it ships no types
        action: Action,
        leave: frozenset[int],
    ) -> Any:  # noqa: ANN401 -- XML-RPC has any shape
        try:
            return self._clients[manner].call(method)
        except Fault as fault:
            if fault.faultCode in leave:
                raise
            heard = fault
        except (NotSent, Unclear) as error:
            # Not chained, and without what was said: an error page may show the whole
            # request, and the password is in it.
            raise type(error)(
                target=self.asks.target, problem=error.facts["problem"]
            ) from None
        if heard.faultCode == NOT_ALLOWED_OR_NOT_THERE and self._is_login(method):
            raise CredentialsRefused(target=self.asks.target, user=self.asks.user)
        heard.faultString = str(heard.faultString).replace(self._site.password, "…")
        raise meaning(
            heard, action=action, asks=self.asks, reading=manner is Manner.READ
        )

    def _is_login(self, method: Any) -> bool:  # noqa: ANN401 -- it ships no types
        """
        Return whether Fault 403 to a method is about the login.

        Its text would tell, in the language of the site.
        """
        if method.method_name not in _ALSO_OTHERWISE:
            return True
        try:
            self._clients[Manner.READ].call(GetProfile())
        except Fault as fault:
            return bool(fault.faultCode == NOT_ALLOWED_OR_NOT_THERE)
        return False
