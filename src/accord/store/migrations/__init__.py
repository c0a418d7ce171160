"""The steps that build and change the schema. One file a step, numbered; applied by `store.schema.migrate`."""
