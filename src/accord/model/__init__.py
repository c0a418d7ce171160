"""Values, identifiers, vocabulary, ports, errors. Stands on the standard library alone."""
