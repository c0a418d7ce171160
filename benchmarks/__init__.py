"""Measurements against the yardsticks of the design; figures and how to repeat them: README.md."""
