"""Pure: a believable, made-up world for demonstrations and tests."""
