"""The JSON API for programs, `/api/v1`: OpenAPI 3.1, opaque cursors, problem+json (RFC 9457), Idempotency-Key."""
