"""The schema: fresh equals migrated equals tables.py; every table is guarded or says why not."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from procrastinate.schema import SchemaManager
from sqlalchemy import create_engine

from accord.model.errors import NodeError
from accord.store import provision, schema
from accord.store.engine import driver_url
from accord.store.every_table import metadata
from accord.store.unguarded import UNGUARDED


@pytest.fixture
def owner(database):
    with psycopg.connect(database.owner) as connection:
        yield connection


def test_migrated_equals_tables(database):
    engine = create_engine(driver_url(database.owner))
    ours = {"compare_type": True, "include_name": lambda name, kind, _: kind != "table" or name in metadata.tables}
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=ours), metadata) == []
    engine.dispose()


def test_migrating_again_changes_nothing(database):
    before = schema.revision(database.owner)
    schema.migrate(database.owner)
    assert schema.revision(database.owner) == before == schema.HEAD
    schema.check_current(database.app)


def test_an_empty_database_is_not_current_and_says_what_to_set(server):
    with psycopg.connect(server.superuser, autocommit=True) as admin:
        provision.make_database(admin, "t_empty")
        try:
            with pytest.raises(NodeError, match="ACCORD_OWNER_DATABASE_URL"):
                schema.check_current(server.of("accord_app", "t_empty"))
        finally:
            admin.execute("drop database t_empty")


def test_a_newer_schema_is_left_alone(database, owner):
    owner.execute("update alembic_version set version_num = '9999'")
    owner.commit()
    with pytest.raises(NodeError, match="9999"):
        schema.migrate(database.owner)


def test_a_database_that_is_not_there_is_named_without_a_trace(server):
    with pytest.raises(NodeError, match="cannot be read"):
        schema.migrate(server.of("accord_owner", "t_nowhere"))


def test_every_table_has_a_forced_policy_or_a_reason(owner):
    rows = owner.execute(
        """
        select c.relname, c.relrowsecurity and c.relforcerowsecurity,
            (select count(*) from pg_policy p where p.polrelid = c.oid)
        from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        """
    ).fetchall()
    guarded = {name for name, forced, policies in rows if forced and policies}
    assert {name for name, _, _ in rows} - guarded == set(UNGUARDED)
    assert all(len(reason) > 20 for reason in UNGUARDED.values())


def test_every_table_with_an_audience_is_guarded_by_it(owner):
    with_audience = {table.name for table in metadata.tables.values() if "audience" in table.c}
    by_audience = owner.execute(
        "select polrelid::regclass::text from pg_policy where polname = 'by_audience'"
    ).fetchall()
    assert {name for (name,) in by_audience} == with_audience | {"audience"}


def test_there_are_no_views_and_no_functions_that_act_as_their_owner(owner):
    """Both would pass by the policies."""
    found = owner.execute(
        """
        select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm', 'f')
        union all select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef
        """
    ).fetchall()
    assert found == []


def test_the_application_owns_nothing_and_cannot_step_around(owner):
    role = owner.execute(
        "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication from pg_roles"
        " where rolname = 'accord_app'"
    ).fetchone()
    assert role == (False,) * 5
    owned = owner.execute("select count(*) from pg_class where relowner = 'accord_app'::regrole").fetchone()
    member = owner.execute("select count(*) from pg_auth_members where member = 'accord_app'::regrole").fetchone()
    assert (owned, member) == ((0,), (0,))


@pytest.mark.parametrize(
    "statement",
    [
        "alter table claim disable row level security",
        "alter table claim no force row level security",
        "drop policy by_audience on claim",
        "create policy all_of_it on claim using (true)",
        "create or replace function accord_visible() returns varbit language sql as $$ select B'11' $$",
        "create table mine (n integer)",
        "truncate claim",
        "update event set verb = 'nothing'",
        "delete from event",
        "update audience set handling = '{}'",
        "update claim set raw = '{}'",
        "update alembic_version set version_num = '0000'",
        "set role accord_owner",
        "set session authorization accord_owner",
        "copy claim to program 'cat'",
        "copy claim from '/etc/passwd'",
        "select pg_read_file('/etc/passwd')",
    ],
)
def test_the_application_may_not(database, statement):
    with psycopg.connect(database.app) as connection:
        connection.execute("set accord.visible = 'all'")
        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.WrongObjectType)):
            connection.execute(statement)


def test_the_jobs_schema_is_the_installed_procrastinates():
    """When this fails, procrastinate was upgraded: write a step from its own sql/migrations, then adapt this test."""
    ours = (schema.MIGRATIONS / "versions" / "0001_jobs.sql").read_text(encoding="utf-8")
    assert ours.split("\n\n", 1)[1].strip() == SchemaManager.get_schema().strip()


def test_steps_are_numbered_without_gaps():
    steps = sorted(path.name[:4] for path in (schema.MIGRATIONS / "versions").glob("*.py"))
    assert steps == [f"{number:04}" for number in range(1, len(steps) + 1)]
    assert Path(schema.MIGRATIONS, "env.py").exists()


def test_a_database_with_data_of_the_first_schema_is_brought_up_to_date(server, empty_database):
    """Steps check keys and move rows: they must see rows, which row-level security hides from whoever does not say."""
    owner = server.of("accord_owner", empty_database)
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    engine = create_engine(driver_url(owner))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    with psycopg.connect(owner) as connection:
        connection.execute("set accord.visible = 'all'")
        connection.execute(
            "insert into member values (gen_random_uuid(), 'desk', 'Desk', 'provider', 'AA', 'TLP:AMBER', '{}', now())"
        )
        connection.execute(
            "insert into contribution (id, member_id, path, title, format, digest, size, state, state_reason, claims,"
            " mentions, kinds, notes, received_at, audience) select gen_random_uuid(), id, 'a', 'A', 'stix', '\\x00',"
            " 1, 'received', '', 1, 0, '{}', '{}', now(), accord_intern('\\x01', '{}') from member"
        )
        connection.execute(
            "insert into claim (contribution_id, audience, number, stix_id, type, raw)"
            " select id, audience, 0, 'indicator--1', 'indicator', '{}' from contribution"
        )
    schema.migrate(owner)
    with psycopg.connect(owner) as connection:
        connection.execute("set accord.visible = 'all'")
        assert connection.execute(
            "select count(*) from claim join contribution on id = contribution_id"
        ).fetchone() == (1,)
    schema.check_current(server.of("accord_app", empty_database))
