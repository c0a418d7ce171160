alter table claim
    add column added_at timestamptz,
    add column version_at timestamptz not null default '1970-01-01 00:00:00+00',
    add column spec text not null default '2.1',
    add column several boolean not null default false,
    add column deleted boolean not null default false,
    add column served boolean not null default true;

-- The claims that are there passed the gate, so that what looks like a time is one.
update claim set
    added_at = c.received_at,
    version_at = coalesce(
        substring(claim.raw from '"modified"\s*:\s*"(\d{4}-\d\d-\d\dT[0-9:.]+Z)"'),
        substring(claim.raw from '"created"\s*:\s*"(\d{4}-\d\d-\d\dT[0-9:.]+Z)"'),
        '1970-01-01T00:00:00Z'
    )::timestamptz,
    spec = case when c.format = 'stix-2.0' then '2.0' else '2.1' end,
    served = c.withdrawn_at is null,
    several = exists (
        select from claim other where other.stix_id = claim.stix_id
        and (other.contribution_id, other.number) <> (claim.contribution_id, claim.number)
    )
from contribution c where c.id = claim.contribution_id;

set constraints all immediate;  -- what is pending would keep the table from being changed
alter table claim alter column added_at set default now(), alter column added_at set not null;

drop index ix_claim_stix_id;
create index ix_claim_stix_id_version_at on claim (stix_id, version_at);
create index ix_claim_added on claim (added_at, contribution_id, number) where served;
create index ix_claim_audience_added on claim (audience, added_at, contribution_id, number) where served;

-- What is withdrawn is not served, whoever withdraws it, and is again when it is shared again.
create function accord_serve_claims() returns trigger language plpgsql as $$
begin
    update public.claim set served = new.withdrawn_at is null and not deleted where contribution_id = new.id;
    return null;
end
$$;
create trigger serve_claims after update of withdrawn_at on contribution for each row
    when (old.withdrawn_at is distinct from new.withdrawn_at) execute function accord_serve_claims();
