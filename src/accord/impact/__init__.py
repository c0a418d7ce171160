"""Pure: what an operation really did, with intervals.

A `Declaration` says before the day what will be measured and how. `measure` does exactly that and gives a `Finding`:
the change against what would have been expected, placebo dates, displacement, and what all of it rests on.
"""

from accord.impact.change import Change
from accord.impact.declaration import Declaration, Intervention, Rung, Shape, verify_unchanged
from accord.impact.declaration_file import read_declaration
from accord.impact.declaration_text import declaration_text
from accord.impact.displacement import Displacement
from accord.impact.document import chart, plain, plain_survival
from accord.impact.finding import Assumption, Finding, Verdict, by_rung
from accord.impact.its import Interrupted, Path, interrupted
from accord.impact.measure import measure
from accord.impact.periods import Frequency
from accord.impact.placebo import Placebos, placebos
from accord.impact.series import Series
from accord.impact.series_file import read_series, read_spells
from accord.impact.survival import Spells, Survival, kaplan_meier, log_rank
from accord.impact.synthetic import Synthetic, synthetic_control

__all__ = [
    "Assumption",
    "Change",
    "Declaration",
    "Displacement",
    "Finding",
    "Frequency",
    "Interrupted",
    "Intervention",
    "Path",
    "Placebos",
    "Rung",
    "Series",
    "Shape",
    "Spells",
    "Survival",
    "Synthetic",
    "Verdict",
    "by_rung",
    "chart",
    "declaration_text",
    "interrupted",
    "kaplan_meier",
    "log_rank",
    "measure",
    "placebos",
    "plain",
    "plain_survival",
    "read_declaration",
    "read_series",
    "read_spells",
    "synthetic_control",
    "verify_unchanged",
]
