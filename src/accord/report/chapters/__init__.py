"""The chapters of the Insight Report, one file each: `chapter(facts) -> Section`."""
