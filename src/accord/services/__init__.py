"""Use cases: one verb per function; permit, change, record, in one transaction."""
