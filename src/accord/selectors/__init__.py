"""Pure: canonical identifiers that two members can hold in common."""
