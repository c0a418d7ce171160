"""Pure: the append-only custody log."""
