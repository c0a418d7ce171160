-- Who asked for more, who had it, what others said, what came of it (store/handling_tables.py).

CREATE TABLE widening_request (
    id UUID NOT NULL,
    contribution_id UUID NOT NULL,
    title TEXT NOT NULL,
    member_id UUID NOT NULL,
    person_id UUID NOT NULL,
    originator_id UUID NOT NULL,
    wish TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answer TEXT NOT NULL,
    answer_reason TEXT NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    answered_by UUID,
    audience INTEGER NOT NULL,
    CONSTRAINT pk_widening_request PRIMARY KEY (id),
    CONSTRAINT fk_widening_request_member_id FOREIGN KEY(member_id) REFERENCES member (id),
    CONSTRAINT fk_widening_request_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_widening_request_originator_id FOREIGN KEY(originator_id) REFERENCES member (id),
    CONSTRAINT fk_widening_request_answered_by FOREIGN KEY(answered_by) REFERENCES person (id),
    CONSTRAINT fk_widening_request_audience FOREIGN KEY(audience) REFERENCES audience (id)
);

CREATE INDEX ix_widening_request_contribution_id ON widening_request (contribution_id);

CREATE INDEX ix_widening_request_member_id ON widening_request (member_id);

CREATE INDEX ix_widening_request_originator_id ON widening_request (originator_id);

CREATE TABLE tear_line (
    released_id UUID NOT NULL,
    full_id UUID NOT NULL,
    left_out JSONB NOT NULL,
    person_id UUID NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    audience INTEGER NOT NULL,
    CONSTRAINT pk_tear_line PRIMARY KEY (released_id),
    CONSTRAINT fk_tear_line_released_id FOREIGN KEY(released_id) REFERENCES contribution (id),
    CONSTRAINT fk_tear_line_full_id FOREIGN KEY(full_id) REFERENCES contribution (id),
    CONSTRAINT fk_tear_line_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_tear_line_audience FOREIGN KEY(audience) REFERENCES audience (id)
);

CREATE INDEX ix_tear_line_full_id ON tear_line (full_id);

CREATE TABLE copy (
    contribution_id UUID NOT NULL,
    member_id UUID NOT NULL,
    path TEXT NOT NULL,
    first_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    audience INTEGER NOT NULL,
    CONSTRAINT pk_copy PRIMARY KEY (contribution_id, member_id, path),
    CONSTRAINT fk_copy_contribution_id FOREIGN KEY(contribution_id) REFERENCES contribution (id),
    CONSTRAINT fk_copy_member_id FOREIGN KEY(member_id) REFERENCES member (id),
    CONSTRAINT fk_copy_audience FOREIGN KEY(audience) REFERENCES audience (id)
);

CREATE TABLE notice (
    id UUID NOT NULL,
    contribution_id UUID NOT NULL,
    title TEXT NOT NULL,
    member_id UUID NOT NULL,
    originator_id UUID NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
    acknowledged_at TIMESTAMP WITH TIME ZONE,
    acknowledged_by UUID,
    audience INTEGER NOT NULL,
    CONSTRAINT pk_notice PRIMARY KEY (id),
    CONSTRAINT fk_notice_member_id FOREIGN KEY(member_id) REFERENCES member (id),
    CONSTRAINT fk_notice_originator_id FOREIGN KEY(originator_id) REFERENCES member (id),
    CONSTRAINT fk_notice_acknowledged_by FOREIGN KEY(acknowledged_by) REFERENCES person (id),
    CONSTRAINT fk_notice_audience FOREIGN KEY(audience) REFERENCES audience (id)
);

CREATE INDEX ix_notice_contribution_id ON notice (contribution_id);

CREATE INDEX ix_notice_member_id ON notice (member_id);

CREATE INDEX ix_notice_originator_id ON notice (originator_id);

CREATE TABLE feedback (
    id UUID NOT NULL,
    contribution_id UUID NOT NULL,
    title TEXT NOT NULL,
    claim_number INTEGER,
    kind TEXT NOT NULL,
    member_id UUID NOT NULL,
    person_id UUID NOT NULL,
    originator_id UUID NOT NULL,
    words TEXT NOT NULL,
    detail JSONB NOT NULL,
    said_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answer TEXT NOT NULL,
    answer_reason TEXT NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    answered_by UUID,
    audience INTEGER NOT NULL,
    CONSTRAINT pk_feedback PRIMARY KEY (id),
    CONSTRAINT fk_feedback_member_id FOREIGN KEY(member_id) REFERENCES member (id),
    CONSTRAINT fk_feedback_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_feedback_originator_id FOREIGN KEY(originator_id) REFERENCES member (id),
    CONSTRAINT fk_feedback_answered_by FOREIGN KEY(answered_by) REFERENCES person (id),
    CONSTRAINT fk_feedback_audience FOREIGN KEY(audience) REFERENCES audience (id)
);

CREATE INDEX ix_feedback_contribution_id ON feedback (contribution_id);

CREATE INDEX ix_feedback_member_id ON feedback (member_id);

CREATE INDEX ix_feedback_originator_id ON feedback (originator_id);

CREATE TABLE receipt (
    id UUID NOT NULL,
    contribution_id UUID NOT NULL,
    state TEXT NOT NULL,
    source TEXT NOT NULL,
    reason TEXT NOT NULL,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    undone_at TIMESTAMP WITH TIME ZONE,
    audience INTEGER NOT NULL,
    CONSTRAINT pk_receipt PRIMARY KEY (id),
    CONSTRAINT fk_receipt_contribution_id FOREIGN KEY(contribution_id) REFERENCES contribution (id),
    CONSTRAINT fk_receipt_audience FOREIGN KEY(audience) REFERENCES audience (id)
);

CREATE INDEX ix_receipt_contribution_id ON receipt (contribution_id);

CREATE INDEX ix_receipt_source ON receipt (source);

CREATE TABLE handling_change (
    id UUID NOT NULL,
    contribution_id UUID NOT NULL,
    kind TEXT NOT NULL,
    before JSONB NOT NULL,
    after JSONB NOT NULL,
    widens TEXT[] NOT NULL,
    reason TEXT NOT NULL,
    person_id UUID NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    audience INTEGER NOT NULL,
    CONSTRAINT pk_handling_change PRIMARY KEY (id),
    CONSTRAINT fk_handling_change_contribution_id FOREIGN KEY(contribution_id) REFERENCES contribution (id),
    CONSTRAINT fk_handling_change_person_id FOREIGN KEY(person_id) REFERENCES person (id),
    CONSTRAINT fk_handling_change_audience FOREIGN KEY(audience) REFERENCES audience (id)
);

CREATE INDEX ix_handling_change_contribution_id ON handling_change (contribution_id, changed_at);

CREATE TABLE stated_marking (
    contribution_id UUID NOT NULL,
    handling JSONB NOT NULL,
    audience INTEGER NOT NULL,
    CONSTRAINT pk_stated_marking PRIMARY KEY (contribution_id),
    CONSTRAINT fk_stated_marking_contribution_id FOREIGN KEY(contribution_id) REFERENCES contribution (id),
    CONSTRAINT fk_stated_marking_audience FOREIGN KEY(audience) REFERENCES audience (id)
);
