"""Pure readers and writers of what members exchange."""
