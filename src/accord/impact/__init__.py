"""Pure: what an operation really did, with intervals."""
