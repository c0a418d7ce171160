"""The embedded PostgreSQL of a data folder: started by the first who needs it, shared, stopped by the last who leaves.

Who uses it holds a shared lock on a file, which the kernel takes away from the killed too; whoever can get that lock
for itself alone is the last. Starting and leaving happen one at a time under a second lock. Nothing is counted and no
process id is trusted, so a `kill -9` at any moment leaves nothing that the next start does not repair.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shlex
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psutil  # type: ignore[import-untyped]

from accord.adapters import cluster, folders
from accord.adapters.cluster import Place
from accord.model.errors import ConflictError, NodeError

DATABASE = "accord"
_POLL_S = 0.02
STOP_WAIT_S = 60
"""A fast shutdown writes one checkpoint; on a slow disk with 256 MB of buffers that stays well under a minute."""
ORPHAN_WAIT_S = 15
"""After a `kill -9` of the server its children work on until they notice, within moments; then a new one may start."""
_UNSAFE_BUT_QUICK = ("fsync=off", "full_page_writes=off")


@dataclass(frozen=True, slots=True)
class Urls:
    """Ways into one server: as its superuser, as owner of the tables, as the application. libpq URIs, no secrets."""

    socket: Path

    def of(self, role: str, database: str = DATABASE) -> str:
        return f"postgresql://{role}@/{quote(database)}?host={quote(str(self.socket), safe='')}"

    @property
    def superuser(self) -> str:
        return self.of(cluster.SUPERUSER, "postgres")

    @property
    def owner(self) -> str:
        return self.of(cluster.OWNER)

    @property
    def app(self) -> str:
        return self.of(cluster.APP)


class EmbeddedServer:
    """A share in the server of a data folder; a context manager that gives the server's `Urls`.

    `durable=False` trades safety on power loss for speed and is for tests; it matters to the process that starts the
    server. `start_wait_s` bounds the wait for crash recovery and for other processes that start or stop it.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True, start_wait_s: float = 600.0) -> None:
        self._asked_dir = data_dir
        self._durable = durable
        self._wait_s = start_wait_s
        self._users: int | None = None
        self._place: Place | None = None
        self._data_dir = data_dir

    def __enter__(self) -> Urls:
        return self.join()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.leave()

    def join(self) -> Urls:
        """Starts the server, or joins the one that runs. Raises `NodeError` that says what to do."""
        self._data_dir = folders.make_data_dir(self._asked_dir)
        with _alone(self._data_dir, self._wait_s):
            place = self._place = cluster.find_place(self._data_dir)
            users = os.open(self._data_dir / "server.users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(users, fcntl.LOCK_SH)
                self._start(place)
            except BaseException:
                os.close(users)
                raise
            self._users = users
        return Urls(place.socket)

    def leave(self) -> bool:
        """Gives up this share; true when it was the last, and the server was stopped. Harmless when repeated."""
        users, place, self._users = self._users, self._place, None
        if users is None or place is None:
            return False
        try:
            with _alone(self._data_dir, self._wait_s):
                if not _alone_on(users):
                    return False
                _stop(place)
                return True
        finally:
            os.close(users)

    @classmethod
    def discard(cls, data_dir: Path) -> None:
        """Removes a data folder and its cluster for ever. Raises `ConflictError` while it is in use."""
        data_dir = folders.make_data_dir(data_dir)
        with _alone(data_dir, STOP_WAIT_S):
            users = os.open(data_dir / "server.users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                if not _alone_on(users):
                    raise ConflictError(f"The database in {data_dir} is in use.", action="Stop Accord there first.")
                place = cluster.find_place(data_dir)
                _stop(place)
            finally:
                os.close(users)
            shutil.rmtree(place.cluster.parent if place.uid is not None else place.cluster, ignore_errors=True)
            shutil.rmtree(place.socket, ignore_errors=True)
            shutil.rmtree(data_dir)

    def _start(self, place: Place) -> None:
        cluster.initialise(place, durable=self._durable)
        cluster.close(place)
        deadline = time.monotonic() + self._wait_s
        state = _state(place)
        while state == "stopping":
            _pause(place, deadline)
            state = _state(place)
        if state == "absent":
            _clear_the_dead(place)
            self._launch(place)
        while (state := _state(place)) != "ready":
            if state == "absent":
                raise NodeError(
                    f"PostgreSQL did not start: {_last_words(place)}", action="Mend the cause and start again."
                )
            _pause(place, deadline)

    def _launch(self, place: Place) -> None:
        # On the command line these win over anything that a configuration file or ALTER SYSTEM says.
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={place.socket}",
            "unix_socket_permissions=0700",
            "port=5432",
            f"hba_file={place.cluster / 'pg_hba.conf'}",
            f"ident_file={place.cluster / 'pg_ident.conf'}",
            *(() if self._durable else _UNSAFE_BUT_QUICK),
        ]
        options = " ".join(f"-c {shlex.quote(setting)}" for setting in settings)
        log = place.cluster / "start.log"
        log.unlink(missing_ok=True)
        # No waiting here: pg_ctl gives up on a long crash recovery while the server goes on. We wait by ourselves.
        cluster.run(
            place,
            "pg_ctl",
            "start",
            "-W",
            "-s",
            f"--pgdata={place.cluster}",
            f"--log={log}",
            "-o",
            options,
            timeout_s=60,
        )
        grace = time.monotonic() + 20  # seconds until the new server has written its pid file
        while _state(place) == "absent" and time.monotonic() < grace and not _said_fatal(log):
            time.sleep(_POLL_S)


def _state(place: Place) -> str:
    """`absent`, `starting`, `ready` or `stopping`, from the server's own pid file (its 8th line, PostgreSQL 10+).

    A pid that now belongs to another program is `absent`: a server stands in its cluster's folder.
    """
    try:
        lines = (place.cluster / "postmaster.pid").read_text().splitlines()
        # A crashed server may leave its last state behind, so the process counts first.
        where = psutil.Process(int(lines[0])).cwd()
    except (OSError, ValueError, IndexError, psutil.NoSuchProcess, psutil.AccessDenied):
        return "absent"
    if Path(where) != place.cluster.resolve():
        return "absent"
    return lines[7].strip() if len(lines) > 7 else "starting"


def _clear_the_dead(place: Place) -> None:
    """Removes the lock files of a killed server, once its children have noticed and gone.

    The server judges them by the process id inside, which after a power cut may be another program's, and in a
    container without an init process stays that of a zombie: it would refuse to start. That nobody stands in the
    cluster's folder says more.
    """
    files = (place.cluster / "postmaster.pid", place.socket / f"{folders.SOCKET_NAME}.lock")
    if not any(file.exists() for file in files):
        return
    deadline = time.monotonic() + ORPHAN_WAIT_S
    while _anyone_stands_in(place) and time.monotonic() < deadline:
        time.sleep(_POLL_S)
    if not _anyone_stands_in(place):
        for file in files:
            file.unlink(missing_ok=True)


def _anyone_stands_in(place: Place) -> bool:
    where = str(place.cluster.resolve())
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            if process.cwd() == where:
                return True
    return False


def _stop(place: Place) -> None:
    if _state(place) == "absent":
        return
    cluster.run(
        place, "pg_ctl", "stop", "-s", "-w", "-m", "fast", "-t", str(STOP_WAIT_S), f"--pgdata={place.cluster}",
        timeout_s=STOP_WAIT_S + 10,
    )  # fmt: skip


def _pause(place: Place, deadline: float) -> None:
    if time.monotonic() > deadline:
        raise NodeError(
            f"The database in {place.cluster} is not ready yet; it may be recovering from a crash.",
            action="Wait and start again; ACCORD_START_WAIT_S sets how long Accord waits itself.",
        )
    time.sleep(_POLL_S)


def _last_words(place: Place) -> str:
    logs = sorted((place.cluster / "log").glob("*.log"), key=lambda path: path.stat().st_mtime)
    for log in (place.cluster / "start.log", *logs[-1:]):
        lines = [line.strip() for line in _tail(log).splitlines()]
        fatal = [place for place, line in enumerate(lines) if "FATAL" in line or "PANIC" in line]
        if fatal:
            return " / ".join(lines[max(0, fatal[-1] - 1) : fatal[-1] + 1])
    return "it left no message."


def _said_fatal(log: Path) -> bool:
    return "FATAL" in _tail(log)


def _tail(log: Path, size: int = 20_000) -> str:
    try:
        with log.open("rb") as stream:
            stream.seek(max(0, log.stat().st_size - size))
            return stream.read(size).decode(errors="replace")
    except OSError:
        return ""


def _alone_on(users: int) -> bool:
    """Whether nobody else holds the lock. Turning a shared lock into one's own is not atomic, hence only `_alone`."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def _alone(data_dir: Path, wait_s: float) -> Iterator[None]:
    """Starting, joining and leaving one at a time."""
    lock = os.open(data_dir / "server.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + wait_s
    try:
        while not _alone_on(lock):
            if time.monotonic() > deadline:
                raise NodeError(
                    f"Another Accord has been starting or stopping the database in {data_dir} for {wait_s:.0f} s.",
                    action="See whether it hangs (ps), end it, and start again.",
                )
            time.sleep(_POLL_S)
        yield
    finally:
        os.close(lock)
