"""The TAXII 2.1 face."""
