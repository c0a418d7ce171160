from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from accord.model.handling import Handling, Pap, Tlp
from accord.policy.lattice import meet, parts

UUIDS = st.frozensets(st.integers(1, 4).map(lambda n: UUID(int=n)), max_size=3)
HANDLINGS = st.builds(
    Handling,
    tlp=st.sampled_from(Tlp),
    pap=st.sampled_from(Pap),
    circles=st.none() | UUIDS,
    originators=UUIDS,
    excluded_members=UUIDS,
    purposes=st.none() | st.frozensets(st.sampled_from(["investigation", "prevention"]), max_size=2),
)


@given(HANDLINGS)
def test_meet_is_idempotent(a):
    assert meet(a, a) == meet(a) == a


@given(HANDLINGS, HANDLINGS)
def test_meet_is_commutative(a, b):
    assert meet(a, b) == meet(b, a)


@given(HANDLINGS, HANDLINGS, HANDLINGS)
def test_meet_is_associative_and_keeps_every_part(a, b, c):
    assert meet(a, meet(b, c)) == meet(meet(a, b), c) == meet(a, b, c)
    assert parts(meet(a, b, c)) == {a, b, c}
