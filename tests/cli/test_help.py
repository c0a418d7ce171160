"""Every command, and every parameter of it, says what it is."""

from __future__ import annotations

from collections.abc import Iterator

import calling
import pytest
from cyclopts import App

from accord.cli.main import app


def commands(within: App, path: tuple[str, ...] = ()) -> Iterator[tuple[str, App]]:
    for name in within:
        if name.startswith("-"):
            continue
        command = within[name]
        if command.default_command is not None:
            yield " ".join((*path, name)), command
        yield from commands(command, (*path, name))


COMMANDS = dict(commands(app))


def test_the_commands_are_found():
    assert {"run", "misp pull", "people token make"} <= set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_everything_has_its_help(name):
    command = COMMANDS[name]
    assert command.help
    arguments = command.assemble_argument_collection(parse_docstring=True)
    silent = [argument.name for argument in arguments if not argument.parameter.help]
    assert not silent


@pytest.mark.parametrize("path", [(), ("evidence",)], ids=["accord", "evidence"])
def test_the_list_says_what_each_command_does(path):
    """In a process of its own, where nothing is loaded yet."""
    shown = calling.call(*path, "--help")
    listed = [line.strip("│ ").split() for line in shown.out.splitlines()]
    for name in app.parse_commands(list(path))[1][-1]:
        assert name.startswith("-") or any(words[:1] == [name] and len(words) > 2 for words in listed), name
