"""Tables without row-level security, each with the reason why. A test fails for any other."""

from __future__ import annotations

UNGUARDED = {
    "member": "The directory of the alliance: every member knows every other. Nothing here says what anyone shared.",
    "capability": "Part of the directory: who may lawfully do what, which is what the alliance asks of its members.",
    "person": "Part of the directory: whom to call. Reachable only by who has signed in.",
    "session": "Found by the hash of a secret that only its owner holds; nothing lists it.",
    "sign_in_link": "Found by the hash of a secret that only its owner holds; nothing lists it.",
    "taxii_key": "The key that makes places in TAXII answers opaque; no answer holds it.",
    "alembic_version": "The number of the schema.",
    "procrastinate_jobs": "Names of tasks and ids of rows that are guarded themselves; people see `work` instead.",
    "procrastinate_events": "When a job changed state; no page reads it.",
    "procrastinate_workers": "When a worker last said that it lives.",
    "procrastinate_periodic_defers": "When a periodic task was last put in the queue.",
}
