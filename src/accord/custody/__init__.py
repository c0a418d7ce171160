"""Pure: the append-only custody log, its witnesses, its audit, and the court bundle with its verifier.

What it proves, for lawyers: docs/explanation/custody.md. Storage comes through one port, `log.LogStorage`.
"""
