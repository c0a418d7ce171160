"""Pure: a believable, made-up world for demonstrations and tests.

`world(seed)` invents it, `files(world)` writes it out: ten members' shares, three people, the known truth.
"""

from accord.exercise.files import files, shares_of
from accord.exercise.parts import Asset, Part, Service, Share, Tie, World
from accord.exercise.world import SCALES, world

__all__ = ["SCALES", "Asset", "Part", "Service", "Share", "Tie", "World", "files", "shares_of", "world"]
