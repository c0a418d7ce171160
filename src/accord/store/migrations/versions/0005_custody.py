"""The custody log's side in the database: entries (outbox and openings), keys, heads, consents."""

from __future__ import annotations

from accord.store.migrations.guarding import grant, guard, run_sql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run_sql("""
create table custody_entry (
    id uuid constraint pk_custody_entry primary key,
    seq bigint generated always as identity,
    kind text not null,
    subject text not null,
    leaf bytea not null constraint uq_custody_entry_leaf unique,
    raw bytea,
    position bigint constraint uq_custody_entry_position unique,
    secret bytea,
    details jsonb,
    audience integer not null constraint fk_custody_entry_audience_audience references audience (id)
);
create index ix_custody_entry_subject_seq on custody_entry (subject, seq);
create unique index ix_custody_entry_seq on custody_entry (seq) where position is null;
create table custody_key (
    key_id text constraint pk_custody_key primary key,
    holder bytea not null,
    use text not null,
    algorithm text not null,
    public bytea not null,
    sealed bytea,
    credential_id bytea,
    rp_id text not null,
    origin text not null,
    enrolled_at timestamptz not null,
    revoked_at timestamptz
);
create index ix_custody_key_holder on custody_key (holder);
create table custody_pseudonym (
    person_id uuid constraint pk_custody_pseudonym primary key,
    holder bytea not null constraint uq_custody_pseudonym_holder unique,
    sealed bytea not null
);
create table custody_head (
    origin text constraint pk_custody_head primary key,
    size bigint not null,
    note bytea not null,
    kept_at timestamptz not null
);
create table custody_consent (
    id uuid constraint pk_custody_consent primary key,
    person_id uuid not null,
    verb text not null,
    subject text not null,
    payload bytea not null,
    secret bytea not null,
    expires_at timestamptz not null
);
create index ix_custody_consent_person_id on custody_consent (person_id);
""")
    guard(["custody_entry"])
    # Written once: only its place, once it is in the log, and erasure change an entry's row.
    grant(["custody_entry"], rights="select, insert, update (raw, position, secret, details)")
    grant(["custody_key"], rights="select, insert, update (revoked_at, sealed)")
    grant(["custody_pseudonym", "custody_head", "custody_consent"])
