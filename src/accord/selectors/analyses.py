"""Pages of analysis services: who links to the page of a file speaks of the file."""

from __future__ import annotations

import re

from accord.model.selectors import Selector
from accord.selectors.canonical import HASHES, attempt

_SERVICES = (
    *("virustotal.com", "hybrid-analysis.com", "bazaar.abuse.ch", "otx.alienvault.com", "analyze.intezer.com"),
    *("malshare.com", "threatminer.org", "filescan.io"),
)
_FILE = re.compile(
    r"(?:files?|samples?)(?:/|\.php\?(?:\w{1,16}=\w{1,16}&){0,3}\w{1,16}=)([0-9a-f]{32,128})\b", re.IGNORECASE
)


def analysed_file(url: str) -> Selector | None:
    """The file whose page on an analysis service this web address is, by its hash; None for any other address.

    A hash elsewhere in an address (of a stored query, a collection, a commit) is no file's.
    """
    _, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    host = host.lower()
    if not host.endswith(_SERVICES) or not any(f".{host}".endswith(f".{service}") for service in _SERVICES):
        return None
    found = _FILE.search(path)
    kind = HASHES.get(len(found[1])) if found else None
    return attempt(kind, found[1]) if found and kind else None
