"""Long work: claims due jobs from PostgreSQL and calls services."""
