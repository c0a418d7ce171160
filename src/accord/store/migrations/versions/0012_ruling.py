"""Copies of documents, the digest of a file that was taken along, and the count of decisions."""

from __future__ import annotations

from alembic import op

from accord.store.migrations.guarding import grant, guard

revision = "0012"
down_revision = "0011"

TABLES = ("document_copy",)


def upgrade() -> None:
    op.execute("alter table copy add column digest bytea")
    op.execute("""
        create table document_copy (
            digest bytea not null,
            member_id uuid not null constraint fk_document_copy_member_id references member (id),
            originator_id uuid not null constraint fk_document_copy_originator_id references member (id),
            kind text not null,
            person_id uuid not null constraint fk_document_copy_person_id references person (id),
            made_at timestamptz not null,
            first_at timestamptz not null,
            last_at timestamptz not null,
            audience integer not null constraint fk_document_copy_audience references audience (id),
            constraint pk_document_copy primary key (digest, member_id, originator_id)
        )
    """)
    op.execute("create index ix_document_copy_originator_id on document_copy (originator_id, made_at)")
    op.execute("create table ruling (id integer constraint pk_ruling primary key, number bigint not null)")
    op.execute("insert into ruling (id, number) values (1, 0)")
    grant(TABLES)
    grant(("ruling",), rights="select, update")
    guard(TABLES)
