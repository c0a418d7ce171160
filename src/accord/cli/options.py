"""The options that many commands share: their names, forms and help stand here once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

Data = Annotated[Path | None, Parameter(help="Folder of the node's database and files.")]
Json = Annotated[bool, Parameter(name="--json", negative="", help="Print the result as JSON.")]
Member = Annotated[str, Parameter(help="Slug of the member.")]
Person = Annotated[str, Parameter(help="Name of the person of that member whose work this is.")]
Purpose = Annotated[str, Parameter(help="What it is for: decides what may go.")]
