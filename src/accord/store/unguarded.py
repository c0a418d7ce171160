"""Tables without row-level security, each with the reason why. A test fails for any other."""

from __future__ import annotations

UNGUARDED = {
    "member": "The directory of the alliance: every member knows every other. Nothing here says what anyone shared.",
    "capability": "Part of the directory: who may lawfully do what, which is what the alliance asks of its members.",
    "person": "Part of the directory: whom to call. Reachable only by who has signed in.",
    "session": "Found by the hash of a secret that only its owner holds; nothing lists it.",
    "sign_in_link": "Found by the hash of a secret that only its owner holds; nothing lists it.",
    "case_person": "Read by a person's own id, to know what they may see; pages list it with a case, which is guarded.",
    "custody_key": "Public keys under pseudonyms, and private halves sealed with a key that is not in the database.",
    "custody_pseudonym": "Which pseudonym stands for whom, by the person's id; read by the signing of entries alone.",
    "custody_head": "Signed heads: size and root hash of logs. No page of a member shows them.",
    "custody_consent": "Found by a random id and the person who was asked; holds salted commitments and sealed words.",
    "passkey": "Public keys, found by the id that their owner's device gives; listed to their owner alone.",
    "api_token": "Found by the hash of a secret that only its owner holds; listed to their owner alone.",
    "ceremony": "Challenges under way, found by the hash of the asking browser's own secret; nothing lists them.",
    "recovery": "Who asks to be let in again: listed to people of the same member and to administrators alone.",
    "identity": "Which account elsewhere is whose, found by what the provider signed; listed to its owner alone.",
    "suspension": "Who is shut out: part of the directory, and read at sign-in, before anybody is known.",
    "ruling": "How many decisions took something from sight; no page shows it, and work reads it to begin anew.",
    "taxii_key": "The key that makes places in TAXII answers opaque; no answer holds it.",
    "alembic_version": "The number of the schema.",
    "procrastinate_jobs": "Names of tasks and ids of rows that are guarded themselves; people see `work` instead.",
    "procrastinate_events": "When a job changed state; no page reads it.",
    "procrastinate_workers": "When a worker last said that it lives.",
    "procrastinate_periodic_defers": "When a periodic task was last put in the queue.",
}
