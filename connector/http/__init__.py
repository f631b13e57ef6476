"""
The only place that speaks HTTP: time-outs, limits, retries, address guard, error names.

`Web` sees the public web as an anonymous reader; `Site` talks to one configured target.
"""

from connector.http.answer import Answer
from connector.http.guard import Refusal, host_and_port
from connector.http.site import Site
from connector.http.trouble import Trouble
from connector.http.web import Web

__all__ = ["Answer", "Refusal", "Site", "Trouble", "Web", "host_and_port"]
