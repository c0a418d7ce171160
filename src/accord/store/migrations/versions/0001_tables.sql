-- The tables as of the first migration, written out: what tables.py says later is for later migrations.

CREATE TABLE audience (
    id SERIAL NOT NULL,
    digest BYTEA NOT NULL,
    handling JSONB NOT NULL,
    CONSTRAINT pk_audience PRIMARY KEY (id),
    CONSTRAINT uq_audience_digest UNIQUE (digest)
);

CREATE TABLE member (
    id UUID NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    country TEXT NOT NULL,
    tlp TEXT NOT NULL,
    noted TEXT[] NOT NULL,
    joined_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_member PRIMARY KEY (id),
    CONSTRAINT uq_member_slug UNIQUE (slug)
);

CREATE TABLE selector (
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    common TEXT NOT NULL,
    CONSTRAINT pk_selector PRIMARY KEY (id)
);

CREATE TABLE capability (
    id UUID NOT NULL,
    member_id UUID NOT NULL,
    action TEXT NOT NULL,
    target_kinds TEXT[] NOT NULL,
    scope TEXT[] NOT NULL,
    jurisdiction TEXT[] NOT NULL,
    power TEXT NOT NULL,
    lead_time_hours FLOAT NOT NULL,
    cost FLOAT NOT NULL,
    cost_per_target FLOAT NOT NULL,
    success FLOAT NOT NULL,
    collateral FLOAT NOT NULL,
    CONSTRAINT pk_capability PRIMARY KEY (id),
    CONSTRAINT fk_capability_member_id FOREIGN KEY(member_id) REFERENCES member (id)
);
CREATE INDEX ix_capability_member_id ON capability (member_id);

CREATE TABLE event (
    id UUID NOT NULL,
    happened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    person_id UUID,
    member_id UUID,
    verb TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail JSONB NOT NULL,
    audience INTEGER NOT NULL,
    CONSTRAINT pk_event PRIMARY KEY (id),
    CONSTRAINT fk_event_audience FOREIGN KEY(audience) REFERENCES audience (id)
);
CREATE INDEX ix_event_happened_at_id ON event (happened_at, id);

CREATE TABLE graph (
    id UUID NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    document JSONB NOT NULL,
    for_member UUID,
    audience INTEGER NOT NULL,
    CONSTRAINT pk_graph PRIMARY KEY (id),
    CONSTRAINT fk_graph_for_member FOREIGN KEY(for_member) REFERENCES member (id),
    CONSTRAINT fk_graph_audience FOREIGN KEY(audience) REFERENCES audience (id)
);

CREATE TABLE person (
    id UUID NOT NULL,
    member_id UUID NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    title TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_person PRIMARY KEY (id),
    CONSTRAINT fk_person_member_id FOREIGN KEY(member_id) REFERENCES member (id)
);
CREATE INDEX ix_person_member_id ON person (member_id);

CREATE TABLE plan (
    id UUID NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    document JSONB NOT NULL,
    for_member UUID,
    audience INTEGER NOT NULL,
    CONSTRAINT pk_plan PRIMARY KEY (id),
    CONSTRAINT fk_plan_for_member FOREIGN KEY(for_member) REFERENCES member (id),
    CONSTRAINT fk_plan_audience FOREIGN KEY(audience) REFERENCES audience (id)
);

CREATE TABLE report (
    id UUID NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    title TEXT NOT NULL,
    html_digest BYTEA NOT NULL,
    pdf_digest BYTEA,
    for_member UUID,
    audience INTEGER NOT NULL,
    CONSTRAINT pk_report PRIMARY KEY (id),
    CONSTRAINT fk_report_for_member FOREIGN KEY(for_member) REFERENCES member (id),
    CONSTRAINT fk_report_audience FOREIGN KEY(audience) REFERENCES audience (id)
);

CREATE TABLE work (
    id UUID NOT NULL,
    task TEXT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    stage TEXT NOT NULL,
    done INTEGER NOT NULL,
    total INTEGER,
    message TEXT NOT NULL,
    person_id UUID,
    cancel_asked BOOLEAN NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    beat_at TIMESTAMP WITH TIME ZONE,
    ended_at TIMESTAMP WITH TIME ZONE,
    tries SMALLINT NOT NULL,
    audience INTEGER NOT NULL,
    CONSTRAINT pk_work PRIMARY KEY (id),
    CONSTRAINT fk_work_audience FOREIGN KEY(audience) REFERENCES audience (id)
);

CREATE TABLE contribution (
    id UUID NOT NULL,
    member_id UUID NOT NULL,
    path TEXT NOT NULL,
    title TEXT NOT NULL,
    format TEXT NOT NULL,
    digest BYTEA NOT NULL,
    size BIGINT NOT NULL,
    state TEXT NOT NULL,
    state_reason TEXT NOT NULL,
    claims INTEGER NOT NULL,
    mentions INTEGER NOT NULL,
    kinds JSONB NOT NULL,
    notes TEXT[] NOT NULL,
    seen_from TIMESTAMP WITH TIME ZONE,
    seen_to TIMESTAMP WITH TIME ZONE,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    received_by UUID,
    withdrawn_at TIMESTAMP WITH TIME ZONE,
    audience INTEGER NOT NULL,
    CONSTRAINT pk_contribution PRIMARY KEY (id),
    CONSTRAINT uq_contribution_member_id_path_digest UNIQUE (member_id, path, digest),
    CONSTRAINT uq_contribution_id_audience UNIQUE (id, audience),
    CONSTRAINT fk_contribution_member_id FOREIGN KEY(member_id) REFERENCES member (id),
    CONSTRAINT fk_contribution_received_by FOREIGN KEY(received_by) REFERENCES person (id),
    CONSTRAINT fk_contribution_audience FOREIGN KEY(audience) REFERENCES audience (id)
);
CREATE INDEX ix_contribution_member_id ON contribution (member_id);
CREATE INDEX ix_contribution_received_at_id ON contribution (received_at, id);

CREATE TABLE session (
    token_hash BYTEA NOT NULL,
    person_id UUID NOT NULL,
    csrf TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    agent TEXT NOT NULL,
    CONSTRAINT pk_session PRIMARY KEY (token_hash),
    CONSTRAINT fk_session_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);
CREATE INDEX ix_session_person_id ON session (person_id);

CREATE TABLE sign_in_link (
    token_hash BYTEA NOT NULL,
    person_id UUID NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_sign_in_link PRIMARY KEY (token_hash),
    CONSTRAINT fk_sign_in_link_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE TABLE claim (
    contribution_id UUID NOT NULL,
    audience INTEGER NOT NULL,
    number INTEGER NOT NULL,
    stix_id TEXT NOT NULL,
    type TEXT NOT NULL,
    raw TEXT NOT NULL,
    CONSTRAINT fk_claim_contribution_id_audience FOREIGN KEY(contribution_id, audience) REFERENCES contribution (id, audience)
);
CREATE INDEX ix_claim_stix_id ON claim (stix_id);

CREATE UNIQUE INDEX pk_claim ON claim (contribution_id, number) INCLUDE (audience);

CREATE TABLE dropped (
    contribution_id UUID NOT NULL,
    audience INTEGER NOT NULL,
    line INTEGER,
    reason TEXT NOT NULL,
    excerpt TEXT NOT NULL,
    CONSTRAINT fk_dropped_contribution_id_audience FOREIGN KEY(contribution_id, audience) REFERENCES contribution (id, audience)
);
CREATE INDEX ix_dropped_contribution_id ON dropped (contribution_id);

CREATE TABLE lead (
    id UUID NOT NULL,
    a UUID NOT NULL,
    b UUID NOT NULL,
    score FLOAT NOT NULL,
    shared INTEGER NOT NULL,
    infrastructure FLOAT NOT NULL,
    name FLOAT NOT NULL,
    kinds TEXT[] NOT NULL,
    sentence TEXT NOT NULL,
    reasons JSONB NOT NULL,
    found_at TIMESTAMP WITH TIME ZONE NOT NULL,
    audience INTEGER NOT NULL,
    CONSTRAINT pk_lead PRIMARY KEY (id),
    CONSTRAINT fk_lead_a FOREIGN KEY(a) REFERENCES contribution (id),
    CONSTRAINT fk_lead_b FOREIGN KEY(b) REFERENCES contribution (id),
    CONSTRAINT fk_lead_audience FOREIGN KEY(audience) REFERENCES audience (id)
);
CREATE INDEX ix_lead_a ON lead (a);
CREATE INDEX ix_lead_b ON lead (b);
CREATE INDEX ix_lead_score_id ON lead (score, id);

CREATE TABLE mention (
    contribution_id UUID NOT NULL,
    audience INTEGER NOT NULL,
    selector_id BIGINT NOT NULL,
    claim_number INTEGER NOT NULL,
    line INTEGER,
    CONSTRAINT fk_mention_contribution_id_audience FOREIGN KEY(contribution_id, audience) REFERENCES contribution (id, audience)
);
CREATE INDEX ix_mention_selector_id ON mention (selector_id) INCLUDE (audience);

CREATE UNIQUE INDEX pk_mention ON mention (contribution_id, selector_id) INCLUDE (audience);

CREATE TABLE relation (
    contribution_id UUID NOT NULL,
    audience INTEGER NOT NULL,
    a BIGINT NOT NULL,
    b BIGINT NOT NULL,
    kind TEXT NOT NULL,
    CONSTRAINT fk_relation_contribution_id_audience FOREIGN KEY(contribution_id, audience) REFERENCES contribution (id, audience)
);
CREATE INDEX ix_relation_a ON relation (a);
CREATE INDEX ix_relation_b ON relation (b);

CREATE UNIQUE INDEX pk_relation ON relation (contribution_id, a, b);

CREATE TABLE judgement (
    id UUID NOT NULL,
    lead_id UUID NOT NULL,
    person_id UUID NOT NULL,
    member_id UUID NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL,
    judged_at TIMESTAMP WITH TIME ZONE NOT NULL,
    undone_at TIMESTAMP WITH TIME ZONE,
    audience INTEGER NOT NULL,
    CONSTRAINT pk_judgement PRIMARY KEY (id),
    CONSTRAINT fk_judgement_lead_id FOREIGN KEY(lead_id) REFERENCES lead (id),
    CONSTRAINT fk_judgement_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_judgement_member_id FOREIGN KEY(member_id) REFERENCES member (id),
    CONSTRAINT fk_judgement_audience FOREIGN KEY(audience) REFERENCES audience (id)
);
CREATE INDEX ix_judgement_lead_id ON judgement (lead_id);
