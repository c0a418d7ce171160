"""What was handed on to each MISP server, one by one: what an embargo held back then goes when it ends."""

from __future__ import annotations

from alembic import op

from accord.store.migrations.guarding import grant, guard

revision = "0015"
down_revision = "0014"

TABLES = ("misp_sent",)


def upgrade() -> None:
    op.execute("""
        create table misp_sent (
            peer_id uuid constraint fk_misp_sent_peer_id references misp_peer (id),
            contribution_id uuid constraint fk_misp_sent_contribution_id references contribution (id),
            sent_at timestamptz not null,
            audience integer not null constraint fk_misp_sent_audience references audience (id),
            constraint pk_misp_sent primary key (peer_id, contribution_id)
        )
    """)
    op.execute("create index ix_misp_sent_contribution_id on misp_sent (contribution_id)")
    # Whether an embargo held something back then is not known: what has one goes again, which changes nothing there.
    op.execute("""
        insert into misp_sent (peer_id, contribution_id, sent_at, audience)
        select p.id, c.id, p.pushed_to, p.audience
        from misp_peer p
        join contribution c on c.member_id = p.member_id and c.received_at <= p.pushed_to and c.came_from = ''
        join audience a on a.id = c.audience
        where a.handling ->> 'embargo_until' is null or c.withdrawn_at is not null
    """)
    grant(TABLES)
    guard(TABLES)
