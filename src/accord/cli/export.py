"""`accord export`: lists and contributions of a node as files, for a stated purpose."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from accord.bootstrap import open_node
from accord.cli.options import Data, Member, Person, Purpose
from accord.cli.show import console, plain
from accord.model.errors import NodeError
from accord.services import export as service
from accord.services.acting import act_as
from accord.settings import read_settings
from accord.store.browse_contributions import ContributionFilter
from accord.store.browse_leads import LeadFilter


def export(
    what: Literal["contributions", "selectors", "leads", "stix", "misp"],
    *,
    member: Member,
    person: Person,
    purpose: Purpose = service.DEFAULT_PURPOSE,
    form: Literal["csv", "json"] = "csv",
    query: str = "",
    columns: str = "",
    out: Path | None = None,
    data: Data = None,
) -> int:
    """Write what a person may see, for a stated purpose, to a file or standard output.

    Parameters
    ----------
    what
        A list (as `form` says), or contributions as a STIX 2.1 bundle or as MISP events.
    purpose
        What it is for: every row is decided on for it.
    form
        Of a list.
    query
        Words that must all be in title or path.
    columns
        Names with commas between; all unless set.
    out
        Where it goes; standard output unless set.
    """
    wanted = ContributionFilter(query=query)
    with open_node(read_settings(data_dir=data)) as node:
        signed = act_as(node, member, person)
        if what == "stix":
            pieces = service.stix(node, signed, wanted, purpose=purpose)
        elif what == "misp":
            pieces = service.misp(node, signed, wanted, purpose=purpose)
        else:
            rows = LeadFilter(me=signed.member_id, query=query) if what == "leads" else wanted
            chosen = [name.strip() for name in columns.split(",") if name.strip()]
            pieces = service.table(node, signed, what, rows, form=form, columns=chosen, purpose=purpose)
        if out is None:
            for piece in pieces:
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
            return 0
        try:
            with out.open("wb") as file:
                file.writelines(pieces)
        except OSError as error:
            raise NodeError(f"{out} cannot be written: {error.strerror}.", action="Choose another place.") from error
    console.print(f"Written to {plain(str(out))}.")
    return 0
