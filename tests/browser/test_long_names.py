"""Names as long as they may be, without a place to break: no page becomes wider than a telephone."""

from __future__ import annotations

import browsing
import pytest
import stage as stages
from shots import pages, settle
from sqlalchemy import func, update

from accord.store.engine import node_transaction
from accord.store.tables import contribution, lead, member, person

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2


def lengthen(node):
    """Titles, paths and names become one long word each; they stay distinct by what stood there."""
    with node_transaction(node.engine) as connection:
        for column in (contribution.c.title, contribution.c.path, member.c.name, person.c.name, person.c.title):
            connection.execute(update(column.table).values({column: LONG + column}))
        connection.execute(update(lead).values(sentence=LONG + func.replace(lead.c.sentence, " ", "-")))


@pytest.mark.slow
def test_the_longest_names_break(chromium):
    with stages.stage(crowd=40) as stood:
        lengthen(stood.node)
        context = chromium.new_context(viewport={"width": 390, "height": 844})
        browsing.sign_in(context, stood.link("ncu-a"))
        page = context.new_page()
        wide = {}
        for name, path in pages(stood).items():
            page.goto(stood.url + path)
            settle(page)
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if over > 0:
                wide[name] = over
        context.close()
    assert wide == {}
