"""Connections that lay idle, looked at before they are used again; most without a question to the server.

A server that ended, or ended this connection, has closed the socket, which shows at once. What the socket does not
show (a cable, a firewall that forgot) is asked after a pause. Asking each time cost a request more than its `begin`.
"""

from __future__ import annotations

import select
import time
from typing import Any

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

TRUSTED_S = 30.0
_LEFT = "left_s"


def look_before_use(engine: Engine) -> None:
    """Has every connection of this engine looked at when it is taken; broken ones are replaced."""

    @event.listens_for(engine, "checkin")
    def put_back(_driver: Any, record: Any) -> None:
        record.info[_LEFT] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def taken(driver: psycopg.Connection[Any], record: Any, _proxy: Any) -> None:
        left = record.info.get(_LEFT)
        if left is None or (time.monotonic() - left < TRUSTED_S and not _has_news(driver)):
            return
        try:
            engine.dialect.do_ping(driver)  # type: ignore[arg-type]  # it is the driver's own
        except psycopg.Error:
            raise InvalidatePoolError from None


def _has_news(driver: psycopg.Connection[Any]) -> bool:
    """Whether the server has said something unasked: mostly that it is gone."""
    try:
        looking = select.poll()
        looking.register(driver.fileno(), select.POLLIN)
        return bool(looking.poll(0))
    except (OSError, psycopg.Error):
        return True
