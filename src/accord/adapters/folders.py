"""Folders that nobody else may open, replace or write to: made, or checked, never silently mended.

A folder that is wider than it should be may already have been read, so the answer is an error that says what to do,
not a `chmod` behind the owner's back. Folders above ours are looked at, never changed.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import re
import stat
import tempfile
from pathlib import Path

from accord.model.errors import NodeError

SOCKET_NAME = ".s.PGSQL.5432"
MAX_SOCKET_PATH_BYTES = 103
"""`sun_path` holds 104 bytes on macOS and BSD (108 on Linux), the closing zero included."""
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._+@-]+")
"""Paths that need no quoting in the server's command line, nor in its list of socket folders."""


def make_private(folder: Path, *, owner: int | None = None) -> Path:
    """Makes a folder of mode 0700 (its parent must exist), or checks one that is there. Gives it back.

    `owner`: user id it belongs to; None means this process's. Raises `NodeError`.
    """
    wanted = os.geteuid() if owner is None else owner
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    except OSError as error:
        raise NodeError(
            f"The folder {folder} cannot be made ({error.strerror}).",
            action="Choose another data folder with ACCORD_DATA.",
        ) from error
    else:
        if wanted != os.geteuid():
            os.chown(folder, wanted, pwd.getpwuid(wanted).pw_gid)
    check_private(folder, owner=wanted)
    return folder


def check_private(folder: Path, *, owner: int) -> None:
    """Raises `NodeError` unless it is a real folder (no link) of that owner that nobody else can enter."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise NodeError(f"{folder} is not a folder.", action="Move it away and start again.")
    if found.st_uid != owner:
        raise NodeError(
            f"{folder} belongs to {user_name(found.st_uid)}, not to {user_name(owner)}.",
            action="Run Accord as the user it belongs to, or choose another data folder with ACCORD_DATA.",
        )
    if found.st_mode & 0o077:
        raise NodeError(
            f"Other users can enter {folder} (mode {stat.S_IMODE(found.st_mode):04o}).",
            action=f"Find out who has read it, then close it with: chmod 700 '{folder}'",
        )


def make_data_dir(data_dir: Path) -> Path:
    """The node's folder, made with mode 0700 where it is missing, its real path. Raises `NodeError`.

    One that is there may be readable (what is private lies in closed folders inside), but nobody else may write to
    it, nor replace it through a parent.
    """
    try:
        data_dir.parent.mkdir(parents=True, exist_ok=True)
        real = data_dir.resolve()
        real.mkdir(mode=0o700, exist_ok=True)
        found = real.stat()
    except OSError as error:
        raise NodeError(
            f"The data folder {data_dir} cannot be used ({error.strerror}).", action="Choose another with ACCORD_DATA."
        ) from error
    if found.st_uid != os.geteuid():
        raise NodeError(
            f"The data folder {real} belongs to {user_name(found.st_uid)}.",
            action="Run Accord as that user, or choose another data folder with ACCORD_DATA.",
        )
    if found.st_mode & 0o022:
        raise NodeError(f"Other users can write to {real}.", action=f"Close it with: chmod 700 '{real}'")
    for parent in real.parents:
        mode = parent.stat().st_mode
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            raise NodeError(
                f"Everybody can replace what lies in {parent}, the data folder {real} as well.",
                action="Choose a data folder elsewhere with ACCORD_DATA.",
            )
    return real


def socket_dir(data_dir: Path) -> Path:
    """A private folder for the server's socket: in the data folder where its path allows, else a short one.

    The short one's name follows from the data folder, so that every process finds the same. Raises `NodeError`.
    """
    inside = data_dir / "socket"
    if fits(inside):
        return make_private(inside)
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    outside = _runtime_root() / f"accord-{os.geteuid()}-{digest}"
    if not fits(outside):
        raise NodeError(
            f"No folder with a path short enough for a socket was found ({outside} is too long).",
            action="Choose a data folder with a shorter path with ACCORD_DATA.",
        )
    return make_private(outside)


def fits(folder: Path) -> bool:
    """Whether the server's socket can lie there: path short enough, and of characters that need no quoting."""
    path = os.fsencode(folder / SOCKET_NAME)
    return len(path) <= MAX_SOCKET_PATH_BYTES and _PLAIN_PATH.fullmatch(os.fsdecode(path)) is not None


def user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _runtime_root() -> Path:
    """XDG Base Directory 0.8: the runtime folder belongs to the user alone and is 0700, or it is not used."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime and Path(runtime).is_dir():
        found = Path(runtime).stat()
        if found.st_uid == os.geteuid() and not found.st_mode & 0o077:
            return Path(runtime)
    # Always the same place, whatever TMPDIR says: two processes with different environments share one server.
    return Path("/tmp") if Path("/tmp").is_dir() else Path(tempfile.gettempdir())  # noqa: S108  owner and mode are checked
