"""The operating platform of an Alliance against Cybercrime."""
