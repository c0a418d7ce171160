"""Declarations of what is measured, and measurements: written once, by the database's own rights."""

from __future__ import annotations

from alembic import op

from accord.store.migrations.guarding import grant, guard

revision = "0010"
down_revision = "0009"

TABLES = ("declaration", "measurement")


def upgrade() -> None:
    op.execute("""
        create table declaration (
            id uuid constraint pk_declaration primary key,
            member_id uuid not null constraint fk_declaration_member_id references member (id),
            person_id uuid,
            frozen_at timestamptz not null,
            digest text not null,
            text text not null,
            watches_return boolean not null,
            targets text[] not null,
            audience integer not null constraint fk_declaration_audience references audience (id)
        )
    """)
    op.execute("create index ix_declaration_frozen_at_id on declaration (frozen_at, id)")
    op.execute("""
        create table measurement (
            id uuid constraint pk_measurement primary key,
            declaration_id uuid not null constraint fk_measurement_declaration_id references declaration (id),
            member_id uuid not null constraint fk_measurement_member_id references member (id),
            person_id uuid,
            measured_at timestamptz not null,
            kind text not null,
            source text not null,
            data_digest bytea not null,
            query text not null,
            document jsonb not null,
            audience integer not null constraint fk_measurement_audience references audience (id)
        )
    """)
    op.execute("create index ix_measurement_declaration_id on measurement (declaration_id)")
    grant(TABLES, rights="select, insert")
    guard(TABLES)
