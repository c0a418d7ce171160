"""Reading who holds a selector, as far as the viewer may know."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, func, select

from accord.store.tables import audience, contribution, member, mention, selector


def find(connection: Connection, selector_id: int) -> Row[Any] | None:
    return connection.execute(select(selector).where(selector.c.id == selector_id)).first()


def holders(connection: Connection, selector_id: int) -> list[Row[Any]]:
    """Members that hold it: name, slug, how many contributions, first and last sighting."""
    query = (
        select(
            member.c.id,
            member.c.name,
            member.c.slug,
            func.count().label("times"),
            func.min(contribution.c.seen_from).label("seen_from"),
            func.max(contribution.c.seen_to).label("seen_to"),
        )
        .select_from(mention)
        .join(contribution, contribution.c.id == mention.c.contribution_id)
        .join(member, member.c.id == contribution.c.member_id)
        .where(mention.c.selector_id == selector_id)
        .group_by(member.c.id, member.c.name, member.c.slug)
        .order_by(func.count().desc(), member.c.name, member.c.id)
        .limit(200)
    )
    return list(connection.execute(query))


def contributions(connection: Connection, selector_id: int, limit: int) -> list[Row[Any]]:
    """Contributions that mention it, newest first."""
    query = (
        select(
            contribution.c.id,
            contribution.c.title,
            contribution.c.path,
            contribution.c.received_at,
            member.c.name.label("member_name"),
            member.c.slug.label("member_slug"),
            mention.c.line,
            audience.c.handling,
        )
        .select_from(mention)
        .join(contribution, contribution.c.id == mention.c.contribution_id)
        .join(member, member.c.id == contribution.c.member_id)
        .join(audience, audience.c.id == contribution.c.audience)
        .where(mention.c.selector_id == selector_id)
        .order_by(contribution.c.received_at.desc(), contribution.c.id)
        .limit(limit)
    )
    return list(connection.execute(query))


def linked(connection: Connection, selector_id: int, limit: int) -> list[Row[Any]]:
    """Other selectors named in the same contributions (at most 40), those in most of them first."""
    # In an order of their own: which forty PostgreSQL meets first depends on rows that nobody here sees.
    near = (
        select(mention.c.contribution_id)
        .where(mention.c.selector_id == selector_id)
        .order_by(mention.c.contribution_id)
        .limit(40)
        .subquery("near")
    )
    query = (
        select(selector.c.kind, selector.c.value, func.count().label("together"))
        .select_from(near)
        .join(mention, mention.c.contribution_id == near.c.contribution_id)
        .join(selector, selector.c.id == mention.c.selector_id)
        .where(mention.c.selector_id != selector_id, selector.c.common == "")
        .group_by(selector.c.kind, selector.c.value)
        .order_by(func.count().desc(), selector.c.kind, selector.c.value)
        .limit(limit)
    )
    return list(connection.execute(query))
