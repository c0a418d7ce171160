"""Chooses the actions that hurt a criminal business most for the least cost, and says how sure that is.

Pure: a `Problem` goes in, a `Plan` comes out, the same one for the same seed. What each part does and why:
docs/explanation/disruption.md.
"""

from accord.disruption.answers import (
    Doubt,
    Extra,
    Refusal,
    Simultaneous,
    if_countries_refuse,
    in_doubt,
    indispensable,
    must_be_simultaneous,
    rebuilt_first,
    with_more_budget,
)
from accord.disruption.planner import curve, plan, what_if
from accord.disruption.plans import Band, Plan, Point, Question, Step, Substitute, Weight
from accord.disruption.problem import MONEY, SOURCE, Action, Asset, Link, Problem
from accord.disruption.sever import Severance, sever

__all__ = [
    "MONEY",
    "SOURCE",
    "Action",
    "Asset",
    "Band",
    "Doubt",
    "Extra",
    "Link",
    "Plan",
    "Point",
    "Problem",
    "Question",
    "Refusal",
    "Severance",
    "Simultaneous",
    "Step",
    "Substitute",
    "Weight",
    "curve",
    "if_countries_refuse",
    "in_doubt",
    "indispensable",
    "must_be_simultaneous",
    "plan",
    "rebuilt_first",
    "sever",
    "what_if",
    "with_more_budget",
]
