"""Pure: STIX 2.0 and 2.1, kept as received, validated by schema and by semantic rules."""
