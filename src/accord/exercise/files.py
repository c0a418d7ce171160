"""An exercise as files: what ten members share, the people who sign in, and the truth beside it."""

from __future__ import annotations

from collections.abc import Iterator

from accord.exercise.cast import member_toml, people_toml
from accord.exercise.parts import Share, World
from accord.exercise.shares import SHARES
from accord.exercise.truth import Held, truth_files
from accord.exercise.views import View

README = """# Exercise {seed}

Everything here is made up. No organisation, person, server, wallet or account in it exists: domains end in
`.example`, addresses and AS numbers are those reserved for documentation, telephone numbers those for fiction.

- `members/` is what ten members share: `accord run members --out out`
- `people.toml` names three people to sign in as
- `truth/` is what is so: look only afterwards

Made with `accord exercise new --seed {seed} --scale {scale}`. The same seed gives the same files.
"""


def files(world: World) -> Iterator[tuple[str, bytes]]:
    """Every file of the exercise as (path relative to its folder, bytes), members' shares under `members/<slug>/`."""
    yield "README.md", README.format(seed=world.seed, scale=world.scale).encode()
    yield "people.toml", people_toml()
    held = []
    for member in world.members:
        yield f"members/{member.slug}/member.toml", member_toml(member.slug)
        for one in shares_of(world, member.slug):
            held += [Held(member.slug, part) for part in one.parts]
            yield f"members/{member.slug}/{one.path}", one.data
    yield from truth_files(world, held)


def shares_of(world: World, slug: str) -> Iterator[Share]:
    """What one member shares; in a small exercise its first share only."""
    member = next(member for member in world.members if member.slug == slug)
    for number, one in enumerate(SHARES[slug](View(world, member))):
        if world.scale == "small" and number:
            return
        yield one
