-- Who may do what, and which rows a transaction may see (docs/explanation/database.md).
--
-- Every table with an audience has one policy: the row's audience must be set in the bit string that the transaction
-- named. The role accord_app owns nothing and cannot bypass it; FORCE binds the owner as well.

create function accord_visible() returns varbit language plpgsql stable as $$
declare
    given constant text := pg_catalog.current_setting('accord.visible', true);
    -- Of every id that this query can meet, one more than the greatest: ids come from the sequence alone.
    needed constant integer := (select last_value + 1 from public.audience_id_seq);
begin
    -- After a transaction a local setting comes back as an empty text, not as unset: both are nobody's.
    if given is null or given = '' then
        raise exception 'no viewer: accord.visible is not set in this transaction'
            using errcode = 'insufficient_privilege', hint = 'Open it with store.engine.begin or node_transaction.';
    end if;
    if given = 'all' then
        return pg_catalog.repeat('1', needed)::varbit;
    end if;
    -- An audience made since the viewer's were decided is not visible, and must not be an error.
    return given::varbit || pg_catalog.repeat('0', greatest(needed - length(given), 0))::varbit;
end
$$;
comment on function accord_visible is
    'Bit n is 1 when this transaction may see audience n. Raises when nobody said who is looking.';
revoke all on function accord_visible from public;
grant execute on function accord_visible to accord_app;

-- The sub-select runs once a query. The cast, not `= 1`: the planner takes a cast for a third of the rows, and the
-- comparison for half a per cent, which makes it avoid the index that a page is read by.
do $$
declare
    guarded text;
begin
    foreach guarded in array array[
        'contribution', 'dropped', 'claim', 'mention', 'relation', 'lead', 'judgement', 'graph', 'plan', 'report', 'event', 'work'
    ] loop
        execute format('alter table %I enable row level security', guarded);
        execute format('alter table %I force row level security', guarded);
        execute format($policy$
            create policy by_audience on %I using (get_bit((select accord_visible()), audience)::boolean)
            $policy$, guarded);
    end loop;
end
$$;

-- A handling names members and circles, so it is seen by those who see what it is on. The first branch is for the one
-- being made, whose id may be newer than the bits of its own statement.
alter table audience enable row level security;
alter table audience force row level security;
create policy by_audience on audience using (
    case when (select current_setting('accord.visible', true)) = 'all' then true
    else get_bit((select accord_visible()), id)::boolean end
);

-- The id of a handling, made if it is new; one call, whoever asks: the id alone shows nothing.
create function accord_intern(wanted bytea, document jsonb) returns integer language plpgsql as $$
declare
    -- A function's own SET clause would need a superuser. An error in between undoes the setting with the transaction.
    before constant text := pg_catalog.current_setting('accord.visible', true);
    found integer;
begin
    perform pg_catalog.set_config('accord.visible', 'all', true);
    select a.id into found from public.audience a where a.digest = wanted;
    if found is null then
        insert into public.audience (digest, handling) values (wanted, document)
        on conflict do nothing returning audience.id into found;
    end if;
    if found is null then  -- another transaction made it in between
        select a.id into found from public.audience a where a.digest = wanted;
    end if;
    perform pg_catalog.set_config('accord.visible', coalesce(before, ''), true);
    return found;
end
$$;
revoke all on function accord_intern from public;
grant execute on function accord_intern to accord_app;

-- A selector is seen through a mention of it that is seen; the mention's own policy decides inside the sub-query.
-- OFFSET 0 keeps the planner from hashing all mentions for one page of selectors (37 ms instead of 3).
-- Anyone may add one (it shows only once mentioned); nobody learns whether it was there: see store.bulk.
alter table selector enable row level security;
alter table selector force row level security;
create policy by_mention on selector using (
    (select current_setting('accord.visible', true)) = 'all'
    or exists (select from mention where mention.selector_id = selector.id offset 0)
) with check (true);

revoke all on schema public from public;
grant usage on schema public to accord_app;
grant select, insert, update, delete on all tables in schema public to accord_app;
grant usage, select on all sequences in schema public to accord_app;
-- Written once: a handling that an id stands for, what was claimed and mentioned, what happened.
revoke update, delete on audience, event from accord_app;
revoke update on claim, mention, relation, dropped from accord_app;
revoke insert, update, delete on alembic_version from accord_app;
