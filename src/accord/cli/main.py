"""The command `accord`: mounts one file per noun, and turns errors into words and exit codes."""

from __future__ import annotations

import sys

from cyclopts import App, CycloptsError

from accord.cli.show import console, explain
from accord.model.errors import AccordError

app = App(name="accord", help="The operating platform of an Alliance against Cybercrime.", version="0.1.0")
app.command("accord.cli.run:run", name="run")
app.command("accord.cli.serve:serve", name="serve")
app.command("accord.cli.serve:demo", name="demo")
app.command("accord.cli.people:app", name="people")
app.command("accord.cli.exercise:app", name="exercise")
app.command("accord.cli.disrupt:app", name="disrupt")
app.command("accord.cli.impact:app", name="impact")
app.command("accord.cli.evidence:app", name="evidence")
app.command("accord.cli.taxii:app", name="taxii")
app.command("accord.cli.verify:verify", name="verify")
app.command("accord.cli.custody:app", name="custody")


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
