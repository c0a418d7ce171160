"""`accord exercise`: made-up worlds to try things on."""

from __future__ import annotations

import json as codec
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from accord.cli.options import Json
from accord.exercise import files, world
from accord.model.errors import ConflictError, NodeError

app = App(name="exercise")


@app.command
def new(
    *,
    out: Path,
    seed: int = 1,
    scale: Literal["small", "full"] = "full",
    force: Annotated[bool, Parameter(negative="")] = False,
    as_json: Json = False,
) -> int:
    """Write an exercise: ten members' shares, three people to sign in as, the known truth beside them.

    Parameters
    ----------
    out
        Folder to write to; made when it does not exist, refused when something lies in it.
    seed
        The same seed gives the same files; another one another world.
    scale
        `full` is about 65 shares with 4,000 mentions, `small` one share a member.
    force
        Write over what lies in the folder; files of other names stay.
    """
    _check(out, force=force)
    written, size = 0, 0
    for path, data in files(world(seed, scale)):
        target = out / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        except OSError as error:
            raise NodeError(
                f"{target} cannot be written: {error.strerror}.", action="Choose another folder."
            ) from error
        written, size = written + 1, size + len(data)
    members = out / "members"
    if as_json:
        summary = {"seed": seed, "scale": scale, "files": written, "bytes": size, "members": str(members)}
        print(codec.dumps(summary))
    else:
        print(f"Wrote {written} files ({size / 1e6:.1f} MB) to {out}.")
        print(f"Next: accord run {members} --out OUT")
    return 0


def _check(out: Path, *, force: bool) -> None:
    """Raises `ConflictError` where the exercise would mix with what is there."""
    if out.exists() and not out.is_dir():
        raise ConflictError(f"{out} is a file.", action="Name a folder.")
    if out.is_dir() and any(out.iterdir()) and not force:
        raise ConflictError(f"{out} is not empty.", action="Name another folder, or add --force to write over it.")
