"""Verifies what other systems sign, with the standard library alone: RFC 3161 time stamps, and passkeys on P-256.

    python3 verify_signatures.py FILE STAMP ROOTS.pem [CHAIN.pem]      verifies a time stamp over a file

`verify.py` uses it when it lies beside it. ECDSA (SEC 1), RSA (RFC 8017), DER (X.690), certificates (RFC 5280), signed
data (RFC 5652), time stamps (RFC 3161, RFC 5816). Only the authorities handed in as roots are trusted: certificates
within a stamp are links of a chain, never its end.
"""

import base64
import datetime as dt
import hashlib
import re
import sys
from pathlib import Path


class Wrong(Exception):  # noqa: N818 - it is read aloud
    """What was found instead of what must be."""


def need(condition, found):
    if not condition:
        raise Wrong(found)


HASHES = {"2.16.840.1.101.3.4.2.1": "sha256", "2.16.840.1.101.3.4.2.2": "sha384", "2.16.840.1.101.3.4.2.3": "sha512"}
P256 = (  # p, b, order, generator; a = -3
    0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
P384 = (
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF,
    0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
    0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
)


def ec_add(p, a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % p == 0:
        return None
    slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, p) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, p)
    x = (slope * slope - a[0] - b[0]) % p
    return x, (slope * (a[0] - x) - a[1]) % p


def ecdsa_valid(curve, point, digest, signature):
    """`point`: 0x04, x, y. `signature`: DER SEQUENCE of r and s."""
    p, b, order, *base = curve
    size = (p.bit_length() + 7) // 8
    need(len(point) == 2 * size + 1 and point[0] == 4, "an elliptic-curve key is not an uncompressed point")
    key = int.from_bytes(point[1 : size + 1], "big"), int.from_bytes(point[size + 1 :], "big")
    need(max(key) < p and (key[1] ** 2 - key[0] ** 3 + 3 * key[0] - b) % p == 0, "a key is no point of its curve")
    r, s = (der_integer(part) for part in der_children(der_only(signature, 0x30)))
    if not (0 < r < order and 0 < s < order):
        return False
    e = int.from_bytes(digest[:size], "big")
    inverse = pow(s, -1, order)
    first, second = e * inverse % order, r * inverse % order
    table = (None, tuple(base), key, ec_add(p, tuple(base), key))
    found = None
    for bit in range(order.bit_length() - 1, -1, -1):
        found = ec_add(p, found, found)
        found = ec_add(p, found, table[(first >> bit & 1) + 2 * (second >> bit & 1)])
    return found is not None and found[0] % order == r


def p256_valid(public, message, signature):
    return ecdsa_valid(P256, public, hashlib.sha256(message).digest(), signature)


def rsa_valid(modulus, exponent, hash_name, digest, signature):
    size = (modulus.bit_length() + 7) // 8
    oid = {name: oid for oid, name in HASHES.items()}[hash_name]
    last = bytes([0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, int(oid[-1])])
    info = bytes([0x30, 13, 0x06, 9]) + last + bytes([0x05, 0, 0x04, len(digest)]) + digest
    padded = b"\0\1" + b"\xff" * (size - len(info) - 5) + b"\0" + bytes([0x30, len(info)]) + info
    found = pow(int.from_bytes(signature, "big"), exponent, modulus)
    return modulus.bit_length() >= 2048 and len(signature) == size and found == int.from_bytes(padded, "big")


def key_valid(spki, hash_name, digest, signature):
    """Whether a signature over a digest verifies with a SubjectPublicKeyInfo (RFC 5280 section 4.1)."""
    algorithm, bits = der_children(spki)
    kind, *parameters = der_children(algorithm)
    need(bits[0] == 0x03 and bits[1][:1] == b"\0", "a certificate's key is no bit string")
    if der_oid(kind) == "1.2.840.113549.1.1.1":
        modulus, exponent = (der_integer(part) for part in der_children(der_only(bits[1][1:], 0x30)))
        return rsa_valid(modulus, exponent, hash_name, digest, signature)
    need(der_oid(kind) == "1.2.840.10045.2.1", "a key that is neither RSA nor ECDSA: check it with openssl ts -verify")
    curve = {"1.2.840.10045.3.1.7": P256, "1.3.132.0.34": P384}.get(der_oid(parameters[0]))
    need(curve, "a key on a curve not known here: check it with openssl ts -verify")
    return ecdsa_valid(curve, bits[1][1:], digest, signature)


def der_read(data, at=0):
    """(tag, content, whole) of the value at an offset, and where it ends."""
    tag, length, start = data[at], data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        need(0 < count <= 4, "a length that DER does not allow")
        length, start = int.from_bytes(data[start : start + count], "big"), start + count
    end = start + length
    need(end <= len(data), "a structure is cut off")
    return (tag, data[start:end], data[at:end]), end


def der_children(value):
    found, at = [], 0
    while at < len(value[1]):
        child, at = der_read(value[1], at)
        found.append(child)
    return found


def der_only(data, tag):
    value, end = der_read(data)
    need(value[0] == tag and end == len(data), "a structure of another kind, or with something behind it")
    return value


def der_integer(value):
    need(value[0] == 0x02 and value[1], "no integer")
    return int.from_bytes(value[1], "big", signed=True)


def der_oid(value):
    need(value[0] == 0x06 and value[1], "no object identifier")
    numbers, number = [], 0
    for byte in value[1]:
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(number)
            number = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))


def der_time(value):
    text = value[1].decode("ascii")
    if value[0] == 0x17:  # UTCTime, RFC 5280 section 4.1.2.5.1
        text = ("19" if text[:2] >= "50" else "20") + text
    need(re.fullmatch(r"\d{14}(\.\d+)?Z", text), "a time that is not in UTC")
    return dt.datetime.strptime(text[:14] + "+0000", "%Y%m%d%H%M%S%z")


SIGNATURES = {f"1.2.840.113549.1.1.1{n}": h for n, h in ((1, "sha256"), (2, "sha384"), (3, "sha512"))}
SIGNATURES.update({f"1.2.840.10045.4.3.{n}": h for n, h in ((2, "sha256"), (3, "sha384"), (4, "sha512"))})


class Certificate:
    def __init__(self, der):
        self.der = der
        self.body, self.algorithm, self.signature = der_children(der_only(der, 0x30))
        fields = der_children(self.body)
        fields = fields[1:] if fields[0][0] == 0xA0 else fields
        self.serial, self.issuer, self.subject, self.key = fields[0][1], fields[2][2], fields[4][2], fields[5]
        self.begin, self.end = map(der_time, der_children(fields[3]))
        self.extensions = {}
        for extension in (e for f in fields[6:] if f[0] == 0xA3 for e in der_children(der_children(f)[0])):
            name, *rest = der_children(extension)
            self.extensions[der_oid(name)] = (len(rest) == 2 and rest[0][1] == b"\xff", rest[-1][1])

    def may_issue(self):  # basicConstraints
        found = self.extensions.get("2.5.29.19")
        flags = der_children(der_only(found[1], 0x30)) if found else []
        return bool(flags) and flags[0][:2] == (0x01, b"\xff")

    def may_stamp(self):  # extendedKeyUsage, critical and nothing else: RFC 3161 section 2.3
        critical, value = self.extensions.get("2.5.29.37", (False, b"\x30\x00"))
        return critical and [der_oid(use) for use in der_children(der_only(value, 0x30))] == ["1.3.6.1.5.5.7.3.8"]

    def signed(self, other):
        name = SIGNATURES.get(der_oid(der_children(other.algorithm)[0]))
        need(name, "a certificate is signed with an algorithm not known here: check it with openssl ts -verify")
        digest = hashlib.new(name, other.body[2]).digest()
        return self.subject == other.issuer and key_valid(self.key, name, digest, other.signature[1][1:])


def certificates(pem):
    found = re.findall(rb"-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----", pem)
    return [Certificate(base64.b64decode(b"".join(text.split()))) for text in found]


def check_chain(certificate, others, roots, at, depth=0):
    """Raises Wrong unless a chain of at most five certificates, valid at that time, leads to one of the roots."""
    need(certificate.begin <= at <= certificate.end, "a certificate was not valid at the time of the stamp")
    if any(certificate.der == root.der for root in roots):
        return
    for issuer in (*roots, *others):
        if depth < 5 and issuer.subject == certificate.issuer and issuer.may_issue() and issuer.signed(certificate):
            check_chain(issuer, others, roots, at, depth + 1)
            return
    raise Wrong("the authority's certificate does not lead to a trusted root")


def check_token(response, message, roots, others):
    """The time in a TimeStampResp over a message, and its nonce (None without). Raises Wrong."""
    status, token = der_children(der_only(response, 0x30))
    need(der_integer(der_children(status)[0]) == 0, "the authority did not grant the stamp")
    kind, content = der_children(token)
    need(der_oid(kind) == "1.2.840.113549.1.7.2", "the stamp is no signed data")
    _version, _digests, encapsulated, *rest = der_children(der_children(content)[0])
    kind, wrapped = der_children(encapsulated)
    need(der_oid(kind) == "1.2.840.113549.1.9.16.1.4", "the signed data is no time-stamp info")
    info = der_children(wrapped)[0][1]
    embedded = [Certificate(c[2]) for part in rest if part[0] == 0xA0 for c in der_children(part)]
    signers = der_children(rest[-1])
    need(len(signers) == 1, "a stamp has exactly one signer")
    _version, who, digest_kind, attributes, _kind, signature = der_children(signers[0])[:6]
    issuer, serial = der_children(who)
    found = [c for c in (*embedded, *others) if (c.issuer, c.serial) == (issuer[2], serial[1])]
    need(found, "the authority's certificate is not there")
    signer, hash_name = found[0], HASHES.get(der_oid(der_children(digest_kind)[0]))
    need(hash_name and attributes[0] == 0xA0, "the stamp's hash is not SHA-2, or it has no signed attributes")
    said = {der_oid(a): der_children(v)[0] for a, v in map(der_children, der_children(attributes))}
    need(der_oid(said["1.2.840.113549.1.9.3"]) == der_oid(kind), "the stamp's content type is not the signed one")
    need(said["1.2.840.113549.1.9.4"][1] == hashlib.new(hash_name, info).digest(), "the stamp's content was changed")
    check_named_certificate(said, signer)
    digest = hashlib.new(hash_name, b"\x31" + attributes[2][1:]).digest()
    need(
        key_valid(signer.key, hash_name, digest, signature[1]),
        "the stamp's signature does not verify",
    )
    _version, _policy, imprint, _serial, moment, *more = der_children(der_only(info, 0x30))
    algorithm, hashed = der_children(imprint)
    imprint_hash = HASHES.get(der_oid(der_children(algorithm)[0]))
    need(imprint_hash and hashed[1] == hashlib.new(imprint_hash, message).digest(), "the stamp is over other bytes")
    at = der_time(moment)
    need(signer.may_stamp(), "the signer's certificate is not for time stamps alone")
    check_chain(signer, [*embedded, *others], roots, at)
    return at, next((der_integer(part) for part in more if part[0] == 0x02), None)


def check_named_certificate(said, signer):  # RFC 5816 (v2), RFC 2634 section 5.4 (v1)
    for oid, default in (("1.2.840.113549.1.9.16.2.47", "sha256"), ("1.2.840.113549.1.9.16.2.12", "sha1")):
        if oid in said:
            *algorithm, digest = der_children(der_children(der_children(said[oid])[0])[0])[:2]
            if digest[0] == 0x30:  # an issuer follows the digest
                algorithm, digest = [], algorithm[0]
            name = HASHES[der_oid(der_children(algorithm[0])[0])] if algorithm else default
            need(digest[1] == hashlib.new(name, signer.der).digest(), "the stamp names another certificate")
            return
    raise Wrong("the stamp does not name its certificate")


def main(words):
    content, stamp, roots, *chain = (Path(word).read_bytes() for word in words)
    at, nonce = check_token(stamp, content, certificates(roots), certificates(b"".join(chain)))
    print(f"These bytes existed at {at} (nonce {nonce}).")


if __name__ == "__main__":
    main(sys.argv[1:])
