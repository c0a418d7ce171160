"""Pure: which contributions of different members belong together, how surely, and why."""
