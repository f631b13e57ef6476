"""
The kind `site`: a static public website in a folder, with no server of its own.

`options` what can be set · `target` the port · `state` what is kept, drafts included ·
`pages` what readers see · `public` the folder they see it in · `serve` a web server.
"""

from connector.targets.site.options import Options
from connector.targets.site.target import connect

__all__ = ["Options", "connect"]
