"""Writes what members share, in the forms and with the habits of real sharers."""
