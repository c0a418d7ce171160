# ruff: noqa: E501  # a table of commands reads better in one line each
"""The command `accord`: mounts one file per noun, and turns errors into words and exit codes."""

from __future__ import annotations

import sys

from cyclopts import App, CycloptsError

from accord.cli.show import console, explain
from accord.model.errors import AccordError

app = App(name="accord", help="The operating platform of an Alliance against Cybercrime.", version="0.1.0")
# Loaded when they are called: their lines stand here, so that the list of commands loads none of them.
COMMANDS = (
    ("run", "accord.cli.run:run", "Read what members share; find leads, draw the map, plan, write the Insight Report. Exit code 8: not all was read."),
    ("serve", "accord.cli.serve:serve", "Serve the pages of a node until stopped with Ctrl-C; long work runs in the same process."),
    ("demo", "accord.cli.serve:demo", "Run the main job on the shipped exercise, then serve the result with a sign-in link for each of three people."),
    ("people", "accord.cli.people:app", "Who acts for which member, in which role, and how they sign in."),
    ("exercise", "accord.cli.exercise:app", "Made-up worlds for demonstrations, training and tests."),
    ("disrupt", "accord.cli.disrupt:app", "Plan the disruption of a network: actions, removal orders, critical nodes."),
    ("impact", "accord.cli.impact:app", "Measure what an operation did, as declared before it."),
    ("evidence", "accord.cli.evidence:app", "Items under custody."),
    ("custody", "accord.cli.custody:app", "The custody log: who vouches for it, whether it holds, bundles for a court."),
    ("verify", "accord.cli.verify:verify", "Verify a court bundle, offline: exit code 0 proved, 3 something is wrong, 8 proved with doubts."),
    ("taxii", "accord.cli.taxii:app", "Exchange with other TAXII servers; circles as collections."),
    ("misp", "accord.cli.misp:app", "Exchange with MISP servers, and MISP feeds."),
    ("export", "accord.cli.export:export", "Write what a person may see, for a stated purpose, to a file or standard output."),
)  # fmt: skip
for _name, _where, _what in COMMANDS:
    app.command(_where, name=_name, help=_what)


def main(arguments: list[str] | None = None) -> None:
    """Runs one command. Exit codes: those of `model.errors`; 2: a wrong call; 8: partial input; 130: Ctrl-C."""
    try:
        code = app(arguments, exit_on_error=False, result_action="return_value")
    except CycloptsError:
        sys.exit(2)  # cyclopts has said what is wrong
    except AccordError as error:
        explain(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        console.print("Stopped. What was finished is kept; run the same command to go on.")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away: nothing more to say
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)
