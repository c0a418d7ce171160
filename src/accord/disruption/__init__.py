"""Chooses the actions that hurt a criminal business most for the least cost, and says how sure that is.

Pure: a `Problem` goes in, a `Plan` comes out, the same one for the same seed. What each part does and why:
docs/explanation/disruption.md.
"""

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
    "Link",
    "Plan",
    "Point",
    "Problem",
    "Question",
    "Severance",
    "Step",
    "Substitute",
    "Weight",
    "curve",
    "plan",
    "sever",
    "what_if",
]
