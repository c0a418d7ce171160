-- The evidence room and case files, as in store/evidence_tables.py and store/case_tables.py.
CREATE TABLE evidence (
    id UUID NOT NULL,
    member_id UUID NOT NULL,
    holder_id UUID,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    reference TEXT NOT NULL,
    description TEXT NOT NULL,
    file_name TEXT NOT NULL,
    size BIGINT,
    sha256 BYTEA,
    blake3 BYTEA,
    parents UUID[] NOT NULL,
    authority TEXT NOT NULL,
    acquired_at TIMESTAMP WITH TIME ZONE NOT NULL,
    place TEXT NOT NULL,
    sealed BOOLEAN NOT NULL,
    out_to TEXT NOT NULL,
    offered_to TEXT NOT NULL,
    hold TEXT NOT NULL,
    keep_until TIMESTAMP WITH TIME ZONE,
    disposed_at TIMESTAMP WITH TIME ZONE,
    registered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    registered_by UUID NOT NULL,
    audience INTEGER NOT NULL,
    CONSTRAINT pk_evidence PRIMARY KEY (id),
    CONSTRAINT uq_evidence_id_audience UNIQUE (id, audience),
    CONSTRAINT fk_evidence_member_id FOREIGN KEY(member_id) REFERENCES member (id),
    CONSTRAINT fk_evidence_holder_id FOREIGN KEY(holder_id) REFERENCES member (id),
    CONSTRAINT fk_evidence_registered_by FOREIGN KEY(registered_by) REFERENCES person (id),
    CONSTRAINT fk_evidence_audience FOREIGN KEY(audience) REFERENCES audience (id)
);

CREATE INDEX ix_evidence_registered_at_id ON evidence (registered_at, id);

CREATE INDEX ix_evidence_sha256 ON evidence (sha256);

CREATE TABLE evidence_event (
    id UUID NOT NULL,
    item_id UUID NOT NULL,
    audience INTEGER NOT NULL,
    number INTEGER NOT NULL,
    act TEXT NOT NULL,
    happened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    person_id UUID NOT NULL,
    member_id UUID NOT NULL,
    said JSONB NOT NULL,
    previous BYTEA NOT NULL,
    digest BYTEA NOT NULL,
    record_id UUID NOT NULL,
    CONSTRAINT pk_evidence_event PRIMARY KEY (id),
    CONSTRAINT fk_evidence_event_item_id_audience FOREIGN KEY(item_id, audience) REFERENCES evidence (id, audience) ON UPDATE CASCADE,
    CONSTRAINT uq_evidence_event_item_id_number UNIQUE (item_id, number),
    CONSTRAINT fk_evidence_event_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_evidence_event_member_id FOREIGN KEY(member_id) REFERENCES member (id)
);

CREATE INDEX ix_evidence_event_item_id ON evidence_event (item_id);

CREATE TABLE evidence_transfer (
    id UUID NOT NULL,
    item_id UUID NOT NULL,
    audience INTEGER NOT NULL,
    giver_id UUID NOT NULL,
    taker_id UUID,
    taker_name TEXT NOT NULL,
    reason TEXT NOT NULL,
    offered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    offered_by UUID NOT NULL,
    state TEXT NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    answer TEXT NOT NULL,
    audience_before INTEGER NOT NULL,
    CONSTRAINT pk_evidence_transfer PRIMARY KEY (id),
    CONSTRAINT fk_evidence_transfer_item_id_audience FOREIGN KEY(item_id, audience) REFERENCES evidence (id, audience) ON UPDATE CASCADE,
    CONSTRAINT fk_evidence_transfer_giver_id FOREIGN KEY(giver_id) REFERENCES member (id),
    CONSTRAINT fk_evidence_transfer_taker_id FOREIGN KEY(taker_id) REFERENCES member (id),
    CONSTRAINT fk_evidence_transfer_offered_by FOREIGN KEY(offered_by) REFERENCES person (id)
);

CREATE INDEX ix_evidence_transfer_item_id ON evidence_transfer (item_id);

CREATE TABLE evidence_disposal (
    id UUID NOT NULL,
    item_id UUID NOT NULL,
    audience INTEGER NOT NULL,
    asked_by UUID NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    way TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    CONSTRAINT pk_evidence_disposal PRIMARY KEY (id),
    CONSTRAINT fk_evidence_disposal_item_id_audience FOREIGN KEY(item_id, audience) REFERENCES evidence (id, audience) ON UPDATE CASCADE,
    CONSTRAINT fk_evidence_disposal_asked_by FOREIGN KEY(asked_by) REFERENCES person (id)
);

CREATE INDEX ix_evidence_disposal_item_id ON evidence_disposal (item_id);

CREATE TABLE evidence_approval (
    id UUID NOT NULL,
    item_id UUID NOT NULL,
    audience INTEGER NOT NULL,
    disposal_id UUID NOT NULL,
    person_id UUID NOT NULL,
    approved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_evidence_approval PRIMARY KEY (id),
    CONSTRAINT fk_evidence_approval_item_id_audience FOREIGN KEY(item_id, audience) REFERENCES evidence (id, audience) ON UPDATE CASCADE,
    CONSTRAINT uq_evidence_approval_disposal_id_person_id UNIQUE (disposal_id, person_id),
    CONSTRAINT fk_evidence_approval_disposal_id FOREIGN KEY(disposal_id) REFERENCES evidence_disposal (id),
    CONSTRAINT fk_evidence_approval_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_evidence_approval_item_id ON evidence_approval (item_id);

CREATE TABLE evidence_finding (
    id UUID NOT NULL,
    item_id UUID NOT NULL,
    contribution_id UUID NOT NULL,
    note TEXT NOT NULL,
    person_id UUID NOT NULL,
    linked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    audience INTEGER NOT NULL,
    CONSTRAINT pk_evidence_finding PRIMARY KEY (id),
    CONSTRAINT uq_evidence_finding_item_id_contribution_id UNIQUE (item_id, contribution_id),
    CONSTRAINT fk_evidence_finding_item_id FOREIGN KEY(item_id) REFERENCES evidence (id),
    CONSTRAINT fk_evidence_finding_contribution_id FOREIGN KEY(contribution_id) REFERENCES contribution (id),
    CONSTRAINT fk_evidence_finding_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_evidence_finding_audience FOREIGN KEY(audience) REFERENCES audience (id)
);

CREATE INDEX ix_evidence_finding_contribution_id ON evidence_finding (contribution_id);

CREATE INDEX ix_evidence_finding_item_id ON evidence_finding (item_id);

CREATE TABLE evidence_upload (
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    file_name TEXT NOT NULL,
    size BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
    audience INTEGER NOT NULL,
    CONSTRAINT pk_evidence_upload PRIMARY KEY (id),
    CONSTRAINT fk_evidence_upload_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_evidence_upload_audience FOREIGN KEY(audience) REFERENCES audience (id)
);

CREATE INDEX ix_evidence_upload_person_id ON evidence_upload (person_id);

CREATE TABLE case_file (
    id UUID NOT NULL,
    member_id UUID NOT NULL,
    title TEXT NOT NULL,
    reference TEXT NOT NULL,
    summary TEXT NOT NULL,
    authority TEXT NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
    opened_by UUID NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    closing TEXT NOT NULL,
    audience INTEGER NOT NULL,
    CONSTRAINT pk_case_file PRIMARY KEY (id),
    CONSTRAINT uq_case_file_id_audience UNIQUE (id, audience),
    CONSTRAINT fk_case_file_member_id FOREIGN KEY(member_id) REFERENCES member (id),
    CONSTRAINT fk_case_file_opened_by FOREIGN KEY(opened_by) REFERENCES person (id),
    CONSTRAINT fk_case_file_audience FOREIGN KEY(audience) REFERENCES audience (id)
);

CREATE INDEX ix_case_file_opened_at_id ON case_file (opened_at, id);

CREATE TABLE case_person (
    case_id UUID NOT NULL,
    person_id UUID NOT NULL,
    role TEXT NOT NULL,
    joined_at TIMESTAMP WITH TIME ZONE NOT NULL,
    left_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_case_person PRIMARY KEY (case_id, person_id),
    CONSTRAINT fk_case_person_case_id FOREIGN KEY(case_id) REFERENCES case_file (id),
    CONSTRAINT fk_case_person_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_case_person_person_id ON case_person (person_id);

CREATE TABLE case_entry (
    id UUID NOT NULL,
    case_id UUID NOT NULL,
    audience INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    state TEXT NOT NULL,
    hypothesis_id UUID,
    subject_kind TEXT NOT NULL,
    subject_id UUID,
    selector_id BIGINT,
    at TIMESTAMP WITH TIME ZONE,
    zone TEXT NOT NULL,
    person_id UUID NOT NULL,
    written_at TIMESTAMP WITH TIME ZONE NOT NULL,
    struck_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_case_entry PRIMARY KEY (id),
    CONSTRAINT fk_case_entry_case_id_audience FOREIGN KEY(case_id, audience) REFERENCES case_file (id, audience) ON UPDATE CASCADE,
    CONSTRAINT fk_case_entry_hypothesis_id FOREIGN KEY(hypothesis_id) REFERENCES case_entry (id),
    CONSTRAINT fk_case_entry_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);

CREATE INDEX ix_case_entry_case_id_written_at ON case_entry (case_id, written_at);

CREATE INDEX ix_case_entry_subject_id ON case_entry (subject_id);
