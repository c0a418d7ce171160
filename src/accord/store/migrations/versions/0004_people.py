"""Passkeys, tokens of programs, ceremonies, recoveries, linked accounts, suspensions; how a session began."""

from __future__ import annotations

from accord.store.migrations.guarding import grant, run_sql

revision = "0004"
down_revision = "0003"

TABLES = """
create table passkey (
    id uuid not null,
    person_id uuid not null,
    credential_id bytea not null,
    public_key bytea not null,
    sign_count bigint not null,
    rp_id text not null,
    origin text not null,
    transports text[] not null,
    synced boolean not null,
    name text not null,
    created_at timestamp with time zone not null,
    last_used_at timestamp with time zone,
    constraint pk_passkey primary key (id),
    constraint uq_passkey_credential_id unique (credential_id),
    constraint fk_passkey_person_id foreign key (person_id) references person (id)
);
create index ix_passkey_person_id on passkey (person_id);

create table api_token (
    id uuid not null,
    person_id uuid not null,
    token_hash bytea not null,
    name text not null,
    scopes text[] not null,
    created_at timestamp with time zone not null,
    expires_at timestamp with time zone not null,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    constraint pk_api_token primary key (id),
    constraint uq_api_token_token_hash unique (token_hash),
    constraint fk_api_token_person_id foreign key (person_id) references person (id)
);
create index ix_api_token_person_id on api_token (person_id);

create table ceremony (
    owner_hash bytea not null,
    kind text not null,
    challenge bytea not null,
    detail jsonb not null,
    expires_at timestamp with time zone not null,
    constraint pk_ceremony primary key (owner_hash, kind)
);

create table recovery (
    id uuid not null,
    person_id uuid not null,
    code_hash bytea not null,
    "check" text not null,
    agent text not null,
    asked_at timestamp with time zone not null,
    expires_at timestamp with time zone not null,
    approved_by uuid,
    approved_at timestamp with time zone,
    ready_at timestamp with time zone,
    used_at timestamp with time zone,
    stopped_at timestamp with time zone,
    stopped_by uuid,
    constraint pk_recovery primary key (id),
    constraint uq_recovery_code_hash unique (code_hash),
    constraint fk_recovery_person_id foreign key (person_id) references person (id),
    constraint fk_recovery_approved_by foreign key (approved_by) references person (id),
    constraint fk_recovery_stopped_by foreign key (stopped_by) references person (id)
);
create index ix_recovery_person_id on recovery (person_id);

create table identity (
    issuer text not null,
    subject text not null,
    person_id uuid not null,
    linked_at timestamp with time zone not null,
    constraint pk_identity primary key (issuer, subject),
    constraint fk_identity_person_id foreign key (person_id) references person (id)
);
create index ix_identity_person_id on identity (person_id);

create table suspension (
    id uuid not null,
    member_id uuid not null,
    person_id uuid,
    reason text not null,
    began_at timestamp with time zone not null,
    began_by uuid,
    lifted_at timestamp with time zone,
    constraint pk_suspension primary key (id),
    constraint fk_suspension_member_id foreign key (member_id) references member (id),
    constraint fk_suspension_person_id foreign key (person_id) references person (id),
    constraint fk_suspension_began_by foreign key (began_by) references person (id)
);
create index ix_suspension_member_id_person_id on suspension (member_id, person_id);

alter table session add column how text not null default 'link';
"""


def upgrade() -> None:
    run_sql(TABLES)
    grant(["passkey", "api_token", "ceremony", "identity"])
    grant(["recovery", "suspension"], rights="select, insert, update")  # what happened is not unmade
