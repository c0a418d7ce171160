create table circle (
    id uuid not null,
    title text not null,
    description text not null,
    made_at timestamptz not null,
    audience integer not null,
    constraint pk_circle primary key (id),
    constraint fk_circle_audience foreign key (audience) references audience (id)
);

create table circle_member (
    circle_id uuid not null,
    member_id uuid not null,
    reads boolean not null,
    writes boolean not null,
    joined_at timestamptz not null,
    audience integer not null,
    constraint pk_circle_member primary key (circle_id, member_id),
    constraint fk_circle_member_circle_id foreign key (circle_id) references circle (id),
    constraint fk_circle_member_member_id foreign key (member_id) references member (id),
    constraint fk_circle_member_audience foreign key (audience) references audience (id)
);
create index ix_circle_member_member_id on circle_member (member_id);

create table taxii_status (
    id uuid not null,
    asked_at timestamptz not null,
    document text not null,
    audience integer not null,
    constraint pk_taxii_status primary key (id),
    constraint fk_taxii_status_audience foreign key (audience) references audience (id)
);
create index ix_taxii_status_asked_at on taxii_status (asked_at);

create table taxii_key (
    id integer not null,
    key bytea not null,
    constraint pk_taxii_key primary key (id)
);

create table taxii_subscription (
    id uuid not null,
    member_id uuid not null,
    person_id uuid,
    root text not null,
    collection text not null,
    direction text not null,
    url text not null,
    login text not null,
    secret text not null,
    every_s integer not null,
    message text not null,
    failures integer not null,
    objects integer not null,
    added_after timestamptz,
    place text not null,
    due_at timestamptz not null,
    done_at timestamptz,
    made_at timestamptz not null,
    audience integer not null,
    constraint pk_taxii_subscription primary key (id),
    constraint fk_taxii_subscription_member_id foreign key (member_id) references member (id),
    constraint fk_taxii_subscription_person_id foreign key (person_id) references person (id),
    constraint fk_taxii_subscription_audience foreign key (audience) references audience (id)
);
create index ix_taxii_subscription_due_at on taxii_subscription (due_at);
