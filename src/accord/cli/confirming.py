"""What needs a person's will is confirmed with their passkey, in a browser: the command says where, and waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from accord.cli.show import console, plain
from accord.services import confirming
from accord.services.browse import Signed
from accord.services.consent import LIFE_ELSEWHERE
from accord.services.custody_facts import Consent, Will
from accord.services.node import Node

Done = TypeVar("Done")
PAUSE_S = 1.0
"""Between two looks for the answer: one indexed row each."""


def confirmed(node: Node, signed: Signed, act: Callable[[Will | None], Done]) -> Done:
    """Does an act with the consent of its person, who is asked for it when the log knows a passkey of theirs.

    Raises `RefusedError` when they refused or did not answer in time, and what `act` does. Nothing is done then.
    """
    asked = confirming.ask(node, signed, act)
    return act(None if asked is None else _wait(node, signed, asked))


def _wait(node: Node, signed: Signed, asked: UUID) -> Consent:
    """On Ctrl-C the question ends, so that no answer to it is left lying about."""
    console.print(f"This needs the will of {plain(signed.name)}, who confirms it with their passkey at")
    console.print(f"  {plain(confirming.address(node, asked))}", soft_wrap=True)
    minutes = int(LIFE_ELSEWHERE.total_seconds() // 60)
    console.print(
        f"signed in there (the node must be served: accord serve), within {minutes} minutes. Ctrl-C: not done."
    )
    answer = None
    try:
        with console.status("Waiting for the passkey"):
            while (answer := confirming.look(node, signed, asked)) is None:
                time.sleep(PAUSE_S)  # a person answers in their browser: nothing tells this process
    finally:
        if answer is None:
            confirming.forget(node, signed, asked)
    console.print("Confirmed.")
    return answer
