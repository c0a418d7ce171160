"""All SQL: tables, queries by noun, migrations."""
