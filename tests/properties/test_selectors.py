"""Properties of canonical values: one value however it is written."""

from __future__ import annotations

import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from accord.model.errors import InputError
from accord.model.selectors import Selector, SelectorKind
from accord.selectors import canonical, common, defang, find, find_names, hosts_of, identify, refang
from accord.selectors.coins import check_encode, is_eip55, keccak256

LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,12}[a-z0-9])?", fullmatch=True).filter(lambda s: "--" not in s)
DOMAIN = st.builds(lambda labels: ".".join([*labels, "example"]), st.lists(LABEL, min_size=1, max_size=3))
IPV4 = st.builds(
    lambda net, host: f"{net}.{host}",
    st.sampled_from(["192.0.2", "198.51.100", "203.0.113"]),
    st.integers(1, 255),
)
IPV6 = st.integers(0, 2**96 - 1).map(lambda n: canonical(SelectorKind.IPV6, _ipv6(n)).value)
PATH = st.lists(st.from_regex(r"[A-Za-z0-9_~-]{1,8}(\.php)?", fullmatch=True), max_size=3).map(
    lambda parts: "/" + "/".join(parts)
)
URL = st.builds(
    lambda scheme, host, port, path: f"{scheme}://{host}{port}{path}",
    st.sampled_from(["http", "https", "ftp"]),
    st.one_of(DOMAIN, IPV4),
    st.sampled_from(["", ":8080"]),
    PATH,
)
LOCAL = st.from_regex(r"[a-z0-9]([a-z0-9._]{0,8}[a-z0-9])?", fullmatch=True)
EMAIL = st.builds(lambda local, host: f"{local}@{host}", LOCAL, DOMAIN)
HEX = st.sampled_from([32, 40, 64, 128]).flatmap(lambda n: st.text("0123456789abcdef", min_size=n, max_size=n))
BASE58 = {
    SelectorKind.BTC: b"\x00",
    SelectorKind.LTC: b"\x30",
    SelectorKind.DOGE: b"\x1e",
    SelectorKind.DASH: b"\x4c",
    SelectorKind.TRX: b"\x41",
    SelectorKind.ZEC: b"\x1c\xb8",
}


def _ipv6(n: int) -> str:
    groups = [0x2001, 0xDB8, *(n >> shift & 0xFFFF for shift in range(80, -1, -16))]
    return ":".join(f"{group:x}" for group in groups)


def of(kind: SelectorKind, texts: st.SearchStrategy[str]) -> st.SearchStrategy[Selector]:
    return texts.map(lambda text: canonical(kind, text))


HASHES = {32: SelectorKind.MD5, 40: SelectorKind.SHA1, 64: SelectorKind.SHA256, 128: SelectorKind.SHA512}
WALLETS = st.builds(
    lambda kind, digest: Selector(kind, check_encode(BASE58[kind] + digest)),
    st.sampled_from(list(BASE58)),
    st.binary(min_size=20, max_size=20),
)
SELECTORS = st.one_of(
    of(SelectorKind.DOMAIN, DOMAIN),
    of(SelectorKind.IPV4, IPV4),
    of(SelectorKind.IPV6, IPV6),
    of(SelectorKind.URL, URL),
    of(SelectorKind.EMAIL, EMAIL),
    HEX.map(lambda text: Selector(HASHES[len(text)], text)),
    st.text("0123456789abcdef", min_size=40, max_size=40).map(lambda t: Selector(SelectorKind.ETH, f"0x{t}")),
    WALLETS,
    st.integers(64496, 64511).map(lambda n: Selector(SelectorKind.ASN, f"AS{n}")),
    st.integers(1000, 9_999_999).map(lambda n: Selector(SelectorKind.CVE, f"CVE-2024-{n}")),
)
CASELESS = frozenset(SelectorKind) - set(BASE58) - {SelectorKind.URL}


@given(SELECTORS)
def test_canonical_is_its_own_canonical(selector):
    assert canonical(selector.kind, selector.value) == selector


@given(SELECTORS)
def test_canonical_is_stable_under_defanging(selector):
    assert canonical(selector.kind, defang(selector)) == selector


@given(SELECTORS.filter(lambda s: s.kind in CASELESS))
def test_canonical_is_stable_under_case(selector):
    assert canonical(selector.kind, selector.value.upper()) == selector


@given(SELECTORS)
def test_find_finds_the_defanged_in_prose(selector):
    text = f"We saw {defang(selector)} there."
    assert [(f.selector, text[f.start : f.end]) for f in find(text)] == [(selector, defang(selector))]


@given(SELECTORS)
def test_identify_guesses_the_kind(selector):
    assert identify(defang(selector)) == selector


@given(SELECTORS)
def test_hosts_are_canonical(selector):
    for host in hosts_of(selector):
        assert canonical(host.kind, host.value) == host


def read(kind: SelectorKind, text: str) -> Selector | None:
    """None when refused; any other error fails the test."""
    try:
        return canonical(kind, text)
    except InputError:
        return None


@given(st.sampled_from(list(SelectorKind)), st.text())
def test_any_text_is_canonical_or_refused(kind, text):
    selector = read(kind, text)
    if selector is not None:
        assert canonical(selector.kind, selector.value) == selector
        common(selector)


MARKS = [
    "[",
    "]",
    "(",
    ")",
    "[.]",
    "[:]",
    "://",
    "hxxp",
    "http",
    "@",
    "[at]",
    ".",
    ":",
    "/",
    "\\",
    "-",
    "com",
    "a",
    "1",
]
PIECES = st.sampled_from(
    [*MARKS, "::", "0x", "|", "`", " ", "ffff", "é", "%", "192.0.2.1", "\t", "[.", "http://a.example/"]
)
MESSY = st.lists(st.one_of(PIECES, st.text(max_size=3))).map("".join)


@given(MESSY)
def test_messy_addresses_are_stable(text):
    for kind in (SelectorKind.URL, SelectorKind.DOMAIN, SelectorKind.EMAIL):
        selector = read(kind, text)
        assert selector is None or canonical(selector.kind, selector.value) == selector


@given(st.one_of(st.text(), MESSY), st.booleans())
def test_findings_are_ordered_apart_and_canonical(text, marked):
    last = 0
    for found in find(text, marked_hosts_only=marked):
        assert last <= found.start < found.end <= len(text)
        last = found.end
        assert canonical(found.selector.kind, found.selector.value) == found.selector
    identify(text)
    for selector, start, end in find_names(text):
        assert canonical(selector.kind, selector.value) == selector
        assert 0 <= start < end <= len(text)


@given(st.text(alphabet="[.](){}dot at:/hxp\\@a", max_size=60))
def test_refang_leaves_text_without_marks_alone(text):
    refang(text)
    plain = text.translate(str.maketrans("hx", "ab", "[](){}\\"))
    assert refang(plain) == plain


@given(st.binary(min_size=20, max_size=20))
def test_a_wrong_case_fails_eip55(digest):
    lower = digest.hex()
    checksum = keccak256(lower.encode()).hex()
    right = "".join(c.upper() if c.isalpha() and d >= "8" else c for c, d in zip(lower, checksum, strict=False))
    assert is_eip55(right)
    letters = [i for i, c in enumerate(right) if c.isalpha()]
    assume(letters)
    wrong = right[: letters[0]] + right[letters[0]].swapcase() + right[letters[0] + 1 :]
    assert is_eip55(wrong) == (wrong in (lower, lower.upper()))


HOSTILE = [
    *("a", ".", "a.", "a@", "a@a.", "-", "[.]", "(", "h", "hxxp", "http://", "a://", ":", "a:", "::", "1.", "1.1.1.1/"),
    *("0x", "+1", "+1 ", "AB12", "AB12 ", "CVE-", "CVE-2024-", "AS", "AS1", "`", "%", "/", "\\", "a-", "_", "é.", "|"),
    *("00:", "00-", "bc1", "Lazarus ", "Lazarus Lazarus", "apt ", "ransomware ", "[", "a[", "a(", "http://a,", ";a="),
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_is_linear_on_hostile_text(piece):
    def seconds(size: int) -> float:
        text = piece * (size // len(piece)) + "!"
        start = time.process_time()
        for _ in find(text):
            pass
        for _ in find_names(text):
            pass
        return time.process_time() - start

    seconds(10_000)  # vocabulary and caches
    # A quadratic pattern needs minutes for this. Ten microseconds a character allow for a busy machine.
    assert seconds(400_000) < 4.0


@settings(max_examples=30)
@given(st.lists(st.sampled_from(HOSTILE), min_size=2, max_size=4))
def test_time_is_linear_on_mixed_hostile_text(pieces):
    text = ("".join(pieces) * 50_000)[:100_000]
    start = time.process_time()
    for _ in find(text):
        pass
    assert time.process_time() - start < 2.0
