"""Pictures of a report, each one function that gives a `Drawing`. They carry classes, not colours: see `tokens`."""
