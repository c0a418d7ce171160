"""The world of an exercise, from its seed."""

from __future__ import annotations

from accord.exercise.botnet import botnet, overlap_of
from accord.exercise.bystanders import bystanders
from accord.exercise.cast import cast
from accord.exercise.dice import Dice
from accord.exercise.invention import Inventor
from accord.exercise.parts import World
from accord.exercise.phishing import phishing_kit
from accord.exercise.ransomware import ransomware
from accord.exercise.workshop import Workshop
from accord.model.errors import InputError

SCALES = ("small", "full")


def world(seed: int, scale: str = "full") -> World:
    """Three criminal services, ten members and some bystanders; the same seed gives the same world for ever.

    The botnet and the ransomware programme share a server, a deposit address and a person; nothing else is shared.
    Raises `InputError` for a scale other than `small` and `full`.
    """
    if scale not in SCALES:
        raise InputError(f"There is no scale {scale!r}.", action="Use small or full.")
    dice = Dice("accord exercise 1", seed)
    invent = Inventor(dice.apart("names"))
    both = ("greywren", "low-tide")
    overlap = overlap_of(invent, both)
    services = (
        phishing_kit(Workshop("larkspur", dice.apart("larkspur"), invent)),
        botnet(Workshop("greywren", dice.apart("greywren"), invent), overlap),
        ransomware(Workshop("low-tide", dice.apart("low-tide"), invent), overlap),
    )
    return World(seed, scale, cast(), services, bystanders(dice.apart("bystanders"), invent))
