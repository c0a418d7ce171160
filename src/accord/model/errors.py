"""One tree of errors. Each says what happened, what was kept, and what to do next.

AccordError
├── InputError            something handed in cannot be used (file, line and reason are named)
│   ├── UnreadableError   the bytes cannot be read as what they claim to be
│   └── LimitError        larger, deeper or longer than a stated bound
├── RefusedError          the rules do not allow it; the reason is given to those entitled to it
├── AbsentError           no such thing, or none that this viewer may know of
├── ConflictError         somebody else changed it first, or it is already done
│   └── OvertakenError    while it was derived, something that it tells of was taken back or narrowed
├── NodeError             the node itself cannot work: database, disk, settings
└── CancelledWorkError    a person stopped it; what was finished is kept
"""

from __future__ import annotations


class AccordError(Exception):
    """Something went wrong.

    `message` is one human sentence; `action` says what the reader can do next (may be empty).
    """

    exit_code = 1

    def __init__(self, message: str, *, action: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.action = action

    def __str__(self) -> str:
        return f"{self.message} {self.action}".strip()


class InputError(AccordError):
    """Something handed in cannot be used."""

    exit_code = 2

    def __init__(self, message: str, *, action: str = "", path: str = "", line: int | None = None) -> None:
        super().__init__(message, action=action)
        self.path = path
        self.line = line


class UnreadableError(InputError):
    """The bytes cannot be read as what they claim to be."""


class LimitError(InputError):
    """Larger, deeper or longer than a stated bound."""


class RefusedError(AccordError):
    """The rules do not allow it."""

    exit_code = 3


class AbsentError(AccordError):
    """No such thing, or none that this viewer may know of: the two are never told apart."""

    exit_code = 4


class ConflictError(AccordError):
    """Somebody else changed it first, or it is already done."""

    exit_code = 5


class OvertakenError(ConflictError):
    """While it was derived, something that it may tell of was taken back or narrowed; nothing of it was kept."""


class NodeError(AccordError):
    """The node itself cannot work: database, disk, settings."""

    exit_code = 6


class CancelledWorkError(AccordError):
    """A person stopped it; what was finished is kept."""

    exit_code = 130
