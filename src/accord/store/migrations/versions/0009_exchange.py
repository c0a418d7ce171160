"""Exchange: remembered answers of the API, column choices, webhooks and their deliveries, MISP peers."""

from __future__ import annotations

from accord.store.migrations.guarding import grant, guard, run_sql

revision = "0009"
down_revision = "0008"

TABLES = ("api_reply", "export_choice", "webhook", "webhook_delivery", "misp_peer")


def upgrade() -> None:
    run_sql("""
create table api_reply (
    id uuid not null,
    digest bytea not null,
    status smallint not null,
    body bytea not null,
    made_at timestamptz not null,
    audience integer not null,
    constraint pk_api_reply primary key (id),
    constraint fk_api_reply_audience foreign key (audience) references audience (id)
);
create index ix_api_reply_made_at on api_reply (made_at);

create table export_choice (
    person_id uuid not null,
    what text not null,
    columns text[] not null,
    chosen_at timestamptz not null,
    audience integer not null,
    constraint pk_export_choice primary key (person_id, what),
    constraint fk_export_choice_person_id foreign key (person_id) references person (id),
    constraint fk_export_choice_audience foreign key (audience) references audience (id)
);

create table webhook (
    id uuid not null,
    member_id uuid not null,
    person_id uuid not null,
    url text not null,
    verbs text[] not null,
    made_at timestamptz not null,
    stopped_at timestamptz,
    audience integer not null,
    constraint pk_webhook primary key (id),
    constraint fk_webhook_member_id foreign key (member_id) references member (id),
    constraint fk_webhook_person_id foreign key (person_id) references person (id),
    constraint fk_webhook_audience foreign key (audience) references audience (id)
);
create index ix_webhook_member_id on webhook (member_id);

create table webhook_delivery (
    id uuid not null,
    webhook_id uuid not null,
    event_id uuid not null,
    state text not null,
    tries smallint not null,
    made_at timestamptz not null,
    due_at timestamptz not null,
    ended_at timestamptz,
    status smallint,
    message text not null,
    audience integer not null,
    constraint pk_webhook_delivery primary key (id),
    constraint fk_webhook_delivery_webhook_id foreign key (webhook_id) references webhook (id),
    constraint fk_webhook_delivery_audience foreign key (audience) references audience (id)
);
create index ix_webhook_delivery_webhook_id on webhook_delivery (webhook_id);
create index ix_webhook_delivery_state_due_at on webhook_delivery (state, due_at);

create table misp_peer (
    id uuid not null,
    member_id uuid not null,
    url text not null,
    pulled_to bigint not null,
    pushed_to timestamptz,
    state text not null,
    tried_at timestamptz,
    audience integer not null,
    constraint pk_misp_peer primary key (id),
    constraint fk_misp_peer_member_id foreign key (member_id) references member (id),
    constraint fk_misp_peer_audience foreign key (audience) references audience (id)
);
""")
    guard(TABLES)
    grant(TABLES)
