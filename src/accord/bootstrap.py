"""The only place that chooses: settings, logging, database, adapters."""
