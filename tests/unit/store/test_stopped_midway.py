"""Ctrl-C between a command and its answer: the stop comes through, and nothing of the transaction stays."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from accord.store.driver import driver_of
from accord.store.engine import node_transaction


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_a_stop_between_a_command_and_its_answer_is_still_a_stop(database, stop, caplog):
    def leave_half_done():
        with node_transaction(database.engine) as connection:
            connection.execute(text("insert into audience (digest, handling) values ('\\x00', '{}')"))
            driver_of(connection).pgconn.send_query(b"select pg_sleep(0.1)")  # its answer is never read
            raise stop(143)

    with pytest.raises(stop):
        leave_half_done()
    assert not caplog.records
    with node_transaction(database.engine) as connection:
        assert connection.scalar(text("select count(*) from audience where digest = '\\x00'")) == 0
