"""No change of state without its entry: every service that writes, calls `record` (or is listed with its reason).

Read from the code: which functions of `store` write (SQLAlchemy's insert, update, delete, or such SQL text), and which
functions of `services` reach one of them in a transaction that they open, directly or through each other.
"""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[2] / "src/accord"
OPENERS = {"acting", "begin", "node_transaction", "reading"}
RECORDS = {"record", "record_all", "write"}
OF_ACTING = "record"
"""The method of `deeds.Acting`, whatever it is called on."""
WRITES = {"insert", "update", "delete"}
UNRECORDED = {
    "custody_drain": "It moves entries into the log; an entry of that would never end.",
    "consent.ask": "A question that nobody has answered changes nothing; the answer is part of the act's entry.",
    "consent.ask_for": "As `ask`: what is tried for the question is taken back.",
    "passkey_vouching.ask_colleagues": "A question, as in `confirming`; the passkey is an entry when it is enrolled.",
    "confirming": "A question of a command, and its answer; what it asks for is an entry when it is done.",
    "witnessing.add_checkpoint": "The cosignature is the other log's; this node keeps the head it saw (custody_head).",
    "copies.document_taken": "As `handed_out_of`, of a report, plan or map.",
    "copies.sealed": "The digest of a file whose export is an entry.",
    "copies.handed_out_of": "Noting that a page went out lets a recall reach it; what it is of is an entry already.",
    "evidence_uploads": "Pieces of a file that is not an item yet; it is one, and an entry, when it is registered.",
    "misp_sync._take_back": "As `begin_exchange`; what was pushed and taken back is an entry.",
    "misp_sync.begin_exchange": "How far a pull came; what it brought in is an entry.",
    "replies": "An answer kept so that it is given again for the same key; the act behind it is an entry.",
    "exchange": "When a run began, how far it came, when to try again; what it moved is an entry of the move itself.",
    "subscription_secrets.seal_those_in_clear": "The same secret, sealed.",
    "taxii_push._begin": "What is held back now; what goes out is an entry.",
    "taxii_places._cipher": "The key that seals cursors, made at first use.",
    "webhook_delivery": "What is due to be told, and whether the other side took it; the event itself is an entry.",
    "browse_situation.cancel_work": "Asking a job to stop changes no case; the job says itself how it ended.",
}
"""By function, or by module."""


class Module:
    """The functions of one file: what each calls, and whether it writes, opens or records."""

    def __init__(self, name, source):
        self.name = name
        self.functions = {}
        tree = ast.parse(source)
        texts = _sql_texts(tree)
        self.imports = _imports(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                self.functions.setdefault(node.name, set()).update(_called(node))
        self.writing = {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef) and (_called(node) & WRITES or _named(node) & texts)
        }


def _sql_texts(tree):
    """Names of constants that hold SQL which writes."""
    found = set()
    for node in tree.body:
        if isinstance(node, ast.Assign):
            text = " ".join(
                c.value for c in ast.walk(node.value) if isinstance(c, ast.Constant) and isinstance(c.value, str)
            )
            if any(f"{word} " in text.lower() for word in ("insert into", "update", "delete from")):
                found.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return found


def _imports(tree):
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("accord."):
            found.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    return found


def _called(node):
    found = set()
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            if isinstance(call.func, ast.Name):
                found.add(call.func.id)
            elif isinstance(call.func, ast.Attribute) and call.func.attr == OF_ACTING:
                found.add(OF_ACTING)
            elif isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
                found.add(f"{call.func.value.id}.{call.func.attr}")
    return found


def _named(node):
    return {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}


def store_writers(folder):
    """Full names of functions in `store` that write, themselves or through another of the same file."""
    found = set()
    for path in folder.glob("*.py"):
        module = Module(path.stem, path.read_text(encoding="utf-8"))
        writing = set(module.writing)
        while more := {name for name, calls in module.functions.items() if calls & writing} - writing:
            writing |= more
        found |= {f"accord.store.{path.stem}.{name}" for name in writing}
    return found


def unrecorded(modules, writers):
    """`module.function` of services that open a transaction, write in it, and record nothing themselves or through
    another service.
    """
    found, recorders = [], recording(modules)
    for module in modules:

        def reach(name, seen=frozenset(), module=module):
            calls = module.functions.get(name, set())
            inner = [reach(other, seen | {name}) for other in calls if other in module.functions and other not in seen]
            return calls.union(*inner)

        for name in module.functions:
            calls = reach(name)
            direct = module.functions[name]
            full = {_full(call, module.imports) for call in calls}
            if direct & OPENERS and full & writers and not full & recorders:
                if {call.rpartition(".")[2] for call in calls} & RECORDS:
                    continue
                found.append(f"{module.name}.{name}")
    return found


def recording(modules):
    """Full names of the functions of services that record, themselves or through each other."""
    calls = {
        f"accord.services.{module.name}.{name}": {
            f"accord.services.{module.name}.{call}" if call in module.functions else _full(call, module.imports)
            for call in called
        }
        for module in modules
        for name, called in module.functions.items()
    }
    found = {f"accord.services.record.{name}" for name in RECORDS} | {OF_ACTING}
    while more := {name for name, called in calls.items() if called & found} - found:
        found |= more
    return found


def _full(call, imports):
    first, _, rest = call.partition(".")
    return f"{imports.get(first, first)}.{rest}" if rest else imports.get(first, first)


@pytest.fixture(scope="module")
def writers():
    return store_writers(SRC / "store")


def test_every_service_that_changes_something_records_it(writers):
    paths = sorted((SRC / "services").glob("*.py"))
    modules = [Module(path.stem, path.read_text(encoding="utf-8")) for path in paths]
    silent = [name for name in unrecorded(modules, writers) if not {name, name.partition(".")[0]} & set(UNRECORDED)]
    assert silent == []


def test_exceptions_are_needed(writers):
    modules = [Module(path.stem, path.read_text(encoding="utf-8")) for path in (SRC / "services").glob("*.py")]
    found = unrecorded(modules, writers)
    silent = set(found) | {name.partition(".")[0] for name in found}
    assert set(UNRECORDED) - silent == set()


def test_it_knows_what_writes(writers):
    assert {
        "accord.store.judgements.put",
        "accord.store.judgements.undo",
        "accord.store.contributions.withdraw",
        "accord.store.bulk.write_all",
        "accord.store.members.put",
        "accord.store.custody.put",
    } <= writers
    assert "accord.store.members.get" not in writers
    assert "accord.store.custody.chain" not in writers


@pytest.mark.parametrize("through", ["", "_helper"])
def test_it_bites(writers, through):
    """A judgement that records nothing is found, also when a function in between does the writing."""
    source = _rogue(through, "pass")
    assert unrecorded([Module("rogue", source)], writers) == ["rogue.judge"]
    assert unrecorded([Module("rogue", _rogue(through, "record()"))], writers) == []


def _rogue(through, first):
    body = "judgements.undo(connection, lead, member, now)"
    return textwrap.dedent(f"""
        from accord.store import judgements
        from accord.store.engine import node_transaction

        def judge(node):
            with node_transaction(node.engine) as connection:
                {first}
                {"_helper(connection)" if through else body}

        def _helper(connection):
            {body}
    """)
