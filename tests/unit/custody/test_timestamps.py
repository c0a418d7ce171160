"""RFC 3161: stamps by a local authority and the shared ones, good and bad; the known client library as oracle."""

import datetime as dt
import shutil
import subprocess

import pytest
import rfc3161_client
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from accord.custody.errors import TimestampError
from accord.custody.timestamps import Authority, timestamp_request, verify_timestamp

AT = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
MESSAGE = b"a head"


@pytest.fixture(scope="module", params=["p256", "p384", "rsa"])
def tsa(request):
    return local(request.param)


def local(*arguments, **named):
    import sys

    return sys.modules["custody_tests_worlds"].authority.LocalAuthority(*arguments, **named)


def trusted(tsa):
    return Authority("tsa", tsa.root_pem)


def test_a_stamp_holds_for_its_message_alone(tsa):
    stamp = tsa.stamp(MESSAGE, AT, nonce=77)
    assert verify_timestamp(stamp, MESSAGE, trusted(tsa)) == AT
    assert oracle(stamp, tsa.root)
    assert verify_timestamp(stamp, MESSAGE, trusted(tsa), nonce=77) == AT
    with pytest.raises(TimestampError, match="other bytes"):
        verify_timestamp(stamp, b"another head", trusted(tsa))
    with pytest.raises(TimestampError, match="another request"):
        verify_timestamp(stamp, MESSAGE, trusted(tsa), nonce=78)


def test_an_authority_that_nobody_trusts_is_refused_even_with_its_root_inside(tsa):
    stranger = local(tsa.kind)
    own = [c.public_bytes(Encoding.DER) for c in (stranger.certificate, stranger.root)]
    stamp = stranger.stamp(MESSAGE, AT, certificates=own)
    with pytest.raises(TimestampError, match="trusted root"):
        verify_timestamp(stamp, MESSAGE, trusted(tsa))
    assert not oracle(stamp, tsa.root)


def oracle(stamp, root):
    """What the known client library says."""
    verifier = rfc3161_client.VerifierBuilder(roots=[root]).build()
    try:
        return verifier.verify_message(rfc3161_client.decode_timestamp_response(stamp), MESSAGE)
    except rfc3161_client.VerificationError:
        return False


def test_a_stamp_outside_of_its_certificates_time_is_refused(tsa):
    with pytest.raises(TimestampError, match="not valid at the time"):
        verify_timestamp(tsa.stamp(MESSAGE, AT.replace(year=2040)), MESSAGE, trusted(tsa))


@pytest.mark.parametrize(
    "named",
    [
        {"eku": ()},
        {"critical": False},
        {"eku": (ExtendedKeyUsageOID.SERVER_AUTH,)},
        {"eku": (ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING)},
    ],
)
def test_a_certificate_for_something_else_is_refused(named):
    tsa = local("p256", **named)
    with pytest.raises(TimestampError, match="not for time stamps alone"):
        verify_timestamp(tsa.stamp(MESSAGE, AT), MESSAGE, trusted(tsa))


def test_a_certificate_that_is_not_inside_may_lie_beside(tsa):
    stamp = tsa.stamp(MESSAGE, AT, embed=False)
    beside = Authority("tsa", tsa.root_pem, tsa.certificate.public_bytes(Encoding.PEM))
    assert verify_timestamp(stamp, MESSAGE, beside) == AT
    with pytest.raises(TimestampError, match="not there"):
        verify_timestamp(stamp, MESSAGE, trusted(tsa))


@pytest.mark.parametrize(
    "stamp", [b"", b"0", b"0\x80", b"\x30\x03\x02\x01\x02", b"0\x84\xff\xff\xff\xff", b"x" * 300_000]
)
def test_what_is_no_stamp_is_refused(stamp, tsa):
    with pytest.raises(TimestampError):
        verify_timestamp(stamp, MESSAGE, trusted(tsa))


def test_no_changed_byte_changes_the_time(tsa):
    stamp = tsa.stamp(MESSAGE, AT, nonce=5)
    for place in range(0, len(stamp), 1 if tsa.kind == "rsa" else 7):
        changed = stamp[:place] + bytes([stamp[place] ^ 1]) + stamp[place + 1 :]
        try:
            found = verify_timestamp(changed, MESSAGE, trusted(tsa), nonce=5)
        except TimestampError:
            continue
        assert found == AT


def test_requests_are_what_the_library_and_openssl_read(tmp_path):
    request = timestamp_request(MESSAGE, 2**62 + 5)
    from rfc3161_client._rust import parse_timestamp_request

    read = parse_timestamp_request(request)
    assert (read.nonce, read.cert_req, read.version) == (2**62 + 5, True, 1)
    if shutil.which("openssl"):
        (tmp_path / "request").write_bytes(request)
        shown = subprocess.run(
            ["openssl", "ts", "-query", "-in", tmp_path / "request", "-text"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "Certificate required: yes" in shown.stdout
    for nonce in (0, -1, 2**63):
        with pytest.raises(TimestampError):
            timestamp_request(MESSAGE, nonce)


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl here")
def test_openssl_agrees(tsa, tmp_path):
    for name, content in (("m", MESSAGE), ("s", tsa.stamp(MESSAGE, AT)), ("r", tsa.root_pem)):
        (tmp_path / name).write_bytes(content)
    command = ["openssl", "ts", "-verify", "-data", "m", "-in", "s", "-CAfile", "r"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def pems(path):
    data = path.read_bytes()
    found = [x509.load_der_x509_certificate(data)] if data[:1] == b"0" else x509.load_pem_x509_certificates(data)
    return [c.public_bytes(Encoding.PEM) for c in found]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("folder", "stamp", "message", "good"),
    [
        ("sigstage", "response-sha256.tsr", b"hello", True),
        ("sigstage", "response-sha384.tsr", b"hello", True),
        ("sigstage", "response-sha512.tsr", b"hello", True),
        ("sigstage", "response-no-embedded-cert.tsr", b"hello", True),
        ("sigstage", "response-invalid-signature.tsr", b"hello", False),
        ("test_tsa", "response.tsr", b"hello", True),
        ("test_tsa", "other_response.tsr", b"hello", False),
        ("test_tsa", "response-injected-certs.tsr", b"hello", True),
        ("identrust", "issue-104.tsr", b"hello", True),
        ("sigstore.mock", "response-expired.tsr", None, True),
    ],
)
def test_the_shared_stamps_are_judged_as_they_must_be(vectors, folder, stamp, message, good):
    root = vectors / "rfc3161" / folder
    *chain, last = pems(root / "ts_chain.pem")
    message = (root / "payload").read_bytes() if message is None else message
    authority = Authority("shared", last, b"".join(chain))
    content = (root / stamp).read_bytes()
    if good:
        assert verify_timestamp(content, message, authority).tzinfo is not None
    else:
        with pytest.raises(TimestampError):
            verify_timestamp(content, message, authority)
