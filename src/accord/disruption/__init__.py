"""Pure: which actions hurt a criminal business most for the least cost."""
