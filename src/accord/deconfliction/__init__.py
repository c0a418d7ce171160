"""Pure: blind deconfliction (BDX-1)."""
