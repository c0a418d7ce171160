"""What a fresh server needs before the first migration: two roles and a database. And proof that it is closed."""

from __future__ import annotations

import psycopg
from psycopg import sql

from accord.model.errors import NodeError

OWNER, APP = "accord_owner", "accord_app"


def provision(superuser_url: str, database: str = "accord") -> None:
    """Makes roles and database where they are missing; idempotent. Then checks the server's doors. Raises `NodeError`.

    `accord_owner` owns tables and migrates; `accord_app` is what requests and jobs run as: it owns nothing and cannot
    bypass row-level security.
    """
    try:
        with psycopg.connect(superuser_url, autocommit=True) as connection:
            check_closed(connection)
            for role in (OWNER, APP):
                _make_role(connection, role)
            make_database(connection, database)
    except psycopg.Error as error:
        raise NodeError(
            f"The database could not be set up: {error}", action="Mend the cause and start again."
        ) from error


def check_closed(connection: psycopg.Connection) -> None:
    """Raises `NodeError` unless the server lets in only by the kernel's word (peer), and listens on no network."""
    listens = connection.execute("select current_setting('listen_addresses')").fetchone()
    open_doors = connection.execute(
        "select string_agg(coalesce(auth_method, error), ', ') from pg_hba_file_rules"
        " where error is not null or auth_method <> 'peer' or type <> 'local'"
    ).fetchone()
    if listens != ("",) or open_doors != (None,):
        raise NodeError(
            f"The embedded database is open wider than Accord allows (listens on {listens}, lets in by {open_doors}).",
            action="Stop every Accord of this data folder, then start again.",
        )


def make_database(connection: psycopg.Connection, name: str, *, template: str = "template0") -> None:
    """An empty database of the owner's, UTF-8, ordered by code point; one whose making was cut short is made anew."""
    found = connection.execute("select datconnlimit from pg_database where datname = %s", (name,)).fetchone()
    identifier = sql.Identifier(name)
    if found == (-2,):  # pg_database: "-2 indicates the database is invalid"
        connection.execute(sql.SQL("drop database {}").format(identifier))
        found = None
    if found is None:
        connection.execute(
            sql.SQL(
                "create database {} owner {} template {} encoding 'UTF8'"
                " locale_provider builtin builtin_locale 'C.UTF-8'"
            ).format(identifier, sql.Identifier(OWNER), sql.Identifier(template))
        )
    connection.execute(sql.SQL("revoke all on database {} from public").format(identifier))
    connection.execute(sql.SQL("grant connect, temporary on database {} to {}").format(identifier, sql.Identifier(APP)))


def _make_role(connection: psycopg.Connection, role: str) -> None:
    if connection.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone() is None:
        connection.execute(sql.SQL("create role {} login").format(sql.Identifier(role)))
    connection.execute(
        sql.SQL("alter role {} nosuperuser nocreaterole nocreatedb noreplication nobypassrls").format(
            sql.Identifier(role)
        )
    )
