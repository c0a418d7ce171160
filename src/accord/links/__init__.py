"""Leads: which contributions of different members belong together, how surely, and why (docs/explanation/leads.md)."""

from accord.links.corpus import Corpus, Ref
from accord.links.leads import FLOOR, find_leads
from accord.links.scores import Pairs, score_pairs

__all__ = ["FLOOR", "Corpus", "Pairs", "Ref", "find_leads", "score_pairs"]
