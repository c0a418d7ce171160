"""Settings: one frozen object with units and bounds; nothing below may import it."""
