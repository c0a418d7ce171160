"""Everything HTTP. Three faces that do not know each other: pages, api, taxii."""
