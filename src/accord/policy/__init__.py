"""Pure: who may see or do what, as a decision with its reasons."""
