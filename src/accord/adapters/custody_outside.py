"""Whom the node asks for cosignatures and time stamps, and whose logs it witnesses, from files in its folder.

    policy.txt                        C2SP tlog-policy; `witness NAME VKEY URL`: where a witness is asked
    witnessed.txt                     lines `log VKEY`: whose heads this node cosigns when asked
    authorities/NAME.url              where an RFC 3161 authority is asked
    authorities/NAME.root.pem, NAME.chain.pem (may be missing)

Nothing of it need be there: the log then vouches for itself alone, and an export says so.
"""

from __future__ import annotations

from pathlib import Path

from accord.adapters.timestamp_authority import HttpAuthority
from accord.adapters.witness_http import HttpWitness
from accord.custody.outside import Outside
from accord.custody.quorum import parse_policy
from accord.custody.timestamps import Authority
from accord.model.errors import NodeError

_NO_QUORUM = b"\nquorum none\n"


def outside(folder: Path) -> Outside:
    """Raises `MalformedError` or `NodeError` that names the file's fault."""
    policy = _read(folder / "policy.txt")
    witnessed = _read(folder / "witnessed.txt")
    urls = sorted((folder / "authorities").glob("*.url")) if (folder / "authorities").is_dir() else []
    return Outside(
        policy=parse_policy(policy) if policy else None,
        policy_text=policy,
        witnesses=tuple(HttpWitness(name, url) for name, url in _witness_urls(policy)),
        authorities=tuple(_authority(path) for path in urls),
        witnessed=parse_policy(witnessed + _NO_QUORUM) if witnessed else None,
    )


def _witness_urls(policy: bytes) -> list[tuple[str, str]]:
    lines = (line.split() for line in policy.decode("utf-8", "replace").splitlines())
    return [(words[1], words[3]) for words in lines if words[:1] == ["witness"] and len(words) == 4]


def _authority(path: Path) -> HttpAuthority:
    name, url = path.stem, _read(path).decode("utf-8", "replace").strip()
    if not name.replace("-", "").isalnum() or not name.isascii():
        raise NodeError(f"{path.name}: an authority's name has letters, digits and hyphens.", action="Rename it.")
    roots = _read(path.with_name(f"{name}.root.pem"))
    if not roots or not url.startswith(("http://", "https://")):
        raise NodeError(
            f"The authority {name} needs an address in {path.name} and its root certificate in {name}.root.pem.",
            action=f"Put them into {path.parent}.",
        )
    return HttpAuthority(Authority(name, roots, _read(path.with_name(f"{name}.chain.pem"))), url)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise NodeError(f"{path} cannot be read ({error.strerror}).", action="See to its rights.") from error
