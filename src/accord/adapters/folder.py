"""A folder of members on disk: one sub-folder a member, with `member.toml` and whatever that member shares."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from accord.formats.limits import DEFAULT, Limits
from accord.formats.shares import not_a_share
from accord.model.errors import InputError, LimitError, UnreadableError
from accord.model.handling import Tlp
from accord.model.ids import derived_id
from accord.model.members import ActionType, Capability, Member, MemberKind
from accord.model.selectors import SelectorKind

MEMBER_FILE = "member.toml"
_MAX_TOML_BYTES = 256 * 1024  # a member with 1,000 capabilities has 200 kB
_MAX_FILES = 1_000_000  # of one member
_MAX_DEPTH = 32  # folders in folders
T = TypeVar("T", bound=StrEnum)
_CLOSED = "what it shares is TLP:RED, for nobody else"
_KEYS = frozenset({"name", "kind", "country", "tlp", "capability"})


@dataclass(frozen=True, slots=True)
class Share:
    """A file that a member shares. `path` is relative to the member's folder, with `/` between its parts."""

    path: str
    file: Path
    size: int  # bytes

    def read(self, limits: Limits = DEFAULT) -> bytes:
        """The bytes, now.

        Raises `LimitError` when the file is larger than allowed, `UnreadableError` when it cannot be opened or is no
        longer the regular file it was.
        """
        try:
            # O_NOFOLLOW, O_NONBLOCK: what was a file when the folder was walked may be a link or a pipe by now
            handle = os.open(self.file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(handle, "rb") as stream:
                if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                    raise UnreadableError("it is no regular file", path=self.path)
                data = stream.read(limits.max_file_bytes + 1)
        except OSError as error:
            raise UnreadableError(f"it cannot be read ({error.strerror})", path=self.path) from None
        if len(data) > limits.max_file_bytes:
            raise LimitError(f"the file is larger than {limits.max_file_bytes:,} bytes", path=self.path)
        return data


@dataclass(frozen=True, slots=True)
class MemberFolder:
    """One member and its shares, sorted by path. `noted`: what was passed over or assumed, in sentences."""

    member: Member
    shares: tuple[Share, ...]
    noted: tuple[str, ...]
    unread: tuple[str, ...] = ()
    """Of what was noted, what may be a share and could not be read: the intake is then not complete."""


def walk(folder: Path, limits: Limits = DEFAULT) -> Iterator[MemberFolder]:
    """Each member of a folder, in order of the folders' names; nothing is read but the `member.toml` files.

    Raises `InputError` when `folder` is no folder that can be listed. Everything else that is wrong is noted.
    """
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise InputError(
            f"{folder} cannot be listed ({error.strerror}).", action="Name a folder with one sub-folder a member."
        ) from None
    root = folder.resolve()
    for entry in entries:
        if entry.name.startswith(".") or not _is_folder(entry, root):
            continue
        yield _member_folder(Path(entry.path), limits)


def strays(folder: Path) -> list[str]:
    """Sentences on what lies beside the members' folders and belongs to nobody; empty when nothing does."""
    root = folder.resolve()
    return [
        f"{entry.name}: {'a link that leads outside' if entry.is_symlink() else 'a file'} beside the members' folders"
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name)
        if not entry.name.startswith(".") and not not_a_share(entry.name) and not _is_folder(entry, root)
    ]


def _is_folder(entry: os.DirEntry[str], root: Path) -> bool:
    if not entry.is_symlink():
        return entry.is_dir()
    return _inside(Path(entry.path), root) and entry.is_dir()


def _inside(path: Path, root: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):  # dangling, or links in a circle
        return False


def _member_folder(folder: Path, limits: Limits) -> MemberFolder:
    noted: list[str] = []
    unread: list[str] = []
    found = _shares(folder, folder.resolve(), limits, noted, unread)
    shares = tuple(sorted(found, key=lambda share: share.path))
    member = read_member(folder)
    return MemberFolder(member, shares, (*member.noted, *noted, *unread), tuple(unread))


def _shares(folder: Path, root: Path, limits: Limits, noted: list[str], unread: list[str]) -> Iterator[Share]:
    """The files below a member's folder. Names that cannot be written as text are shown with escapes."""
    waiting = [(folder, "", 0)]
    count = 0
    while waiting:
        here, prefix, depth = waiting.pop()
        try:
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError as error:
            unread.append(f"{prefix or '.'}: the folder cannot be listed ({error.strerror})")
            continue
        for entry in entries:
            path = prefix + entry.name.encode("utf-8", "backslashreplace").decode()
            reason = _passed_over(entry, path, root, depth)
            if reason is not None:
                noted += [f"{path}: {reason}"] if reason else []
            elif entry.is_dir():
                waiting.append((Path(entry.path), path + "/", depth + 1))
            elif (share := _share(entry, path, limits, unread)) is not None:
                count += 1
                if count > _MAX_FILES:
                    unread.append(f"more than {_MAX_FILES:,} files; the rest was not read")
                    return
                yield share


def _passed_over(entry: os.DirEntry[str], path: str, root: Path, depth: int) -> str | None:
    """Why an entry is not looked at; empty when nobody needs to be told, None when it is looked at."""
    if entry.is_symlink():
        if _inside(Path(entry.path), root):
            return "a link inside of the folder; its target is read in its own place"
        return "a link that leads outside of the member's folder, or nowhere; not followed"
    if path == MEMBER_FILE:
        return ""
    if reason := not_a_share(entry.name):
        return f"{reason}, not a share"
    if depth >= _MAX_DEPTH and entry.is_dir():
        return f"deeper than {_MAX_DEPTH} folders, not read"
    return None


def _share(entry: os.DirEntry[str], path: str, limits: Limits, unread: list[str]) -> Share | None:
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError as error:
        unread.append(f"{path}: cannot be read ({error.strerror})")
        return None
    if not stat.S_ISREG(found.st_mode):
        unread.append(f"{path}: no regular file, not read")
        return None
    if found.st_size > limits.max_file_bytes:
        unread.append(f"{path}: larger than {limits.max_file_bytes:,} bytes, not read")
        return None
    if not os.access(entry.path, os.R_OK):
        unread.append(f"{path}: no permission to read it")
        return None
    return Share(path, Path(entry.path), found.st_size)


def read_member(folder: Path) -> Member:
    """The member that a folder's `member.toml` describes.

    Without the file, or when it is broken, a member of the folder's name without capabilities, with a note that says
    where the error is. A capability that is wrong is left out with a note; the others stand. A file that may have said
    under which handling the member shares, and cannot be used, closes: what the member shares is TLP:RED.
    """
    slug = folder.name.encode("utf-8", "backslashreplace").decode()
    member = Member(derived_id("member", slug), slug, slug.strip() or slug, MemberKind.SECURITY_COMPANY)
    closed = replace(member, tlp=Tlp.RED.label)
    file = folder / MEMBER_FILE
    try:
        with file.open("rb") as stream:
            data = stream.read(_MAX_TOML_BYTES + 1)
    except FileNotFoundError:
        return replace(member, noted=(f"no {MEMBER_FILE}: taken for a security company without capabilities",))
    except OSError as error:
        return replace(closed, noted=(f"{MEMBER_FILE} cannot be read ({error.strerror}): no capabilities; {_CLOSED}",))
    if len(data) > _MAX_TOML_BYTES:
        note = f"{MEMBER_FILE} is larger than {_MAX_TOML_BYTES:,} bytes: no capabilities; {_CLOSED}"
        return replace(closed, noted=(note,))
    try:
        document = tomllib.loads(data.decode("utf-8"))
        return _described(member, document)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        return replace(closed, noted=(f"{MEMBER_FILE} is broken and was not used: {error}; {_CLOSED}",))
    except InputError as error:
        stated = _stated_tlp(document)
        note = f"{MEMBER_FILE} is wrong and was not used: {error.message}"
        return replace(member, tlp=stated.label, noted=(note if stated is not Tlp.RED else f"{note}; {_CLOSED}",))


def _stated_tlp(document: dict[str, Any]) -> Tlp:
    """The label in a description whose other parts are wrong: never wider than the usual one, red if it is none."""
    try:
        return max(Tlp.AMBER, Tlp.from_label(_string(document, "tlp", Tlp.AMBER.label)))
    except (InputError, ValueError):
        return Tlp.RED


def _described(member: Member, document: dict[str, Any]) -> Member:
    noted = [f"{MEMBER_FILE}: {key} is no known key" for key in document if key not in _KEYS]
    entries = document.get("capability", [])
    if not isinstance(entries, list):
        raise InputError("capability must be written as [[capability]]")
    capabilities: list[Capability] = []
    for number, entry in enumerate(entries, start=1):
        try:
            capabilities.append(_capability(entry))
        except InputError as error:
            noted.append(f"{MEMBER_FILE}: capability {number} left out: {error.message}")
    tlp = _string(document, "tlp", member.tlp)
    try:
        tlp = Tlp.from_label(tlp).label
    except ValueError:
        raise InputError(f"tlp {tlp[:30]!r} is no TLP 2.0 label") from None
    return replace(
        member,
        name=_string(document, "name", member.name),
        kind=_choice(MemberKind, _string(document, "kind", member.kind), "kind"),
        country=_string(document, "country", ""),
        tlp=tlp,
        capabilities=tuple(capabilities),
        noted=tuple(noted),
    )


def _capability(entry: Any) -> Capability:
    if not isinstance(entry, dict):
        raise InputError("it is no table")
    if "action" not in entry:
        raise InputError("action is missing")
    known = {"action", "target_kinds", "scope", "jurisdiction", "power", *_BOUNDS}
    unknown = sorted(set(entry) - known)
    if unknown:
        raise InputError(f"{unknown[0]} is no known key")
    numbers = {name: _number(entry, name) for name in _BOUNDS if name in entry}
    return Capability(
        action=_choice(ActionType, _string(entry, "action", ""), "action"),
        target_kinds=frozenset(_choice(SelectorKind, kind, "target_kinds") for kind in _strings(entry, "target_kinds")),
        scope=_strings(entry, "scope"),
        jurisdiction=_strings(entry, "jurisdiction"),
        power=_string(entry, "power", ""),
        **numbers,
    )


_BOUNDS: dict[str, tuple[float, float]] = {
    "lead_time_hours": (0.0, 100_000.0),
    "cost": (0.0, 1e6),  # working days
    "cost_per_target": (0.0, 1e6),
    "success": (1e-6, 1.0),
    "collateral": (0.0, 1.0),
}


def _number(entry: dict[str, Any], name: str) -> float:
    value = entry[name]
    low, high = _BOUNDS[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise InputError(f"{name} must be a number from {low:g} to {high:g}")
    return float(value)


def _string(entry: dict[str, Any], name: str, default: str) -> str:
    value = entry.get(name, default)
    if not isinstance(value, str) or len(value) > 500:
        raise InputError(f"{name} must be a short text")
    return value.strip()


def _strings(entry: dict[str, Any], name: str) -> tuple[str, ...]:
    value = entry.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InputError(f"{name} must be a list of texts")
    return tuple(value)


def _choice(kinds: type[T], value: str, name: str) -> T:
    try:
        return kinds(value)
    except ValueError:
        raise InputError(f"{name} {value[:30]!r} is none of {', '.join(kind.value for kind in kinds)}") from None
