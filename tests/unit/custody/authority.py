"""A local RFC 3161 authority: its own root, its stamping certificate, and stamps in DER."""

from __future__ import annotations

import datetime as dt
import hashlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SHA256 = "2.16.840.1.101.3.4.2.1"
BEGIN, END = dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2036, 1, 1, tzinfo=dt.UTC)


def der(tag, *parts):
    content = b"".join(parts)
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x80 | (n := (size.bit_length() + 7) // 8)]) + size.to_bytes(n)
    return bytes([tag]) + length + content


def oid(text):
    first, second, *rest = (int(part) for part in text.split("."))
    found = bytes([40 * first + second])
    for number in rest:
        digits = [number & 0x7F]
        while number := number >> 7:
            digits.append(number & 0x7F | 0x80)
        found += bytes(reversed(digits))
    return der(0x06, found)


def integer(value):
    return der(0x02, value.to_bytes(value.bit_length() // 8 + 1))


class LocalAuthority:
    """`kind`: "p256", "p384" or "rsa". `eku`: what the stamping certificate is for."""

    def __init__(self, kind="p256", *, name="Test Authority", eku=(ExtendedKeyUsageOID.TIME_STAMPING,), critical=True):
        self.kind, self.name = kind, name
        self.root_key, self.key = self._key(), self._key()
        self.root = self._certificate(f"{name} Root", self.root_key, f"{name} Root", self.root_key, ca=True)
        self.certificate = self._certificate(name, self.key, f"{name} Root", self.root_key, eku=eku, critical=critical)
        self.root_pem = self.root.public_bytes(serialization.Encoding.PEM)

    def stamp(self, message, at, *, nonce=None, embed=True, certificates=None):
        """A TimeStampResp over SHA-256 of the message."""
        imprint = der(0x30, der(0x30, oid(SHA256), b"\x05\x00"), der(0x04, hashlib.sha256(message).digest()))
        info = der(
            0x30,
            integer(1),
            oid("1.3.6.1.4.1.32473.1"),  # RFC 5612: an enterprise number for examples
            imprint,
            integer(7),
            der(0x18, at.strftime("%Y%m%d%H%M%SZ").encode()),
            *([integer(nonce)] if nonce is not None else []),
        )
        own = self.certificate.public_bytes(serialization.Encoding.DER)
        attributes = b"".join(
            sorted(
                [
                    der(0x30, oid("1.2.840.113549.1.9.3"), der(0x31, oid("1.2.840.113549.1.9.16.1.4"))),
                    der(0x30, oid("1.2.840.113549.1.9.4"), der(0x31, der(0x04, hashlib.sha256(info).digest()))),
                    der(
                        0x30,
                        oid("1.2.840.113549.1.9.16.2.47"),
                        der(0x31, der(0x30, der(0x30, der(0x30, der(0x04, hashlib.sha256(own).digest()))))),
                    ),
                ]
            )
        )
        rsa_kind = self.kind == "rsa"
        signer = der(
            0x30,
            integer(1),
            der(0x30, self.certificate.issuer.public_bytes(), integer(self.certificate.serial_number)),
            der(0x30, oid(SHA256), b"\x05\x00"),
            der(0xA0, attributes),
            der(0x30, oid("1.2.840.113549.1.1.1" if rsa_kind else "1.2.840.10045.4.3.2"), b"\x05\x00" * rsa_kind),
            der(0x04, self._sign(der(0x31, attributes))),
        )
        if certificates is None:
            certificates = [own] if embed else []
        signed = der(
            0x30,
            integer(3),
            der(0x31, der(0x30, oid(SHA256), b"\x05\x00")),
            der(0x30, oid("1.2.840.113549.1.9.16.1.4"), der(0xA0, der(0x04, info))),
            *([der(0xA0, *sorted(certificates))] if certificates else []),
            der(0x31, signer),
        )
        return der(0x30, der(0x30, integer(0)), der(0x30, oid("1.2.840.113549.1.7.2"), der(0xA0, signed)))

    def _key(self):
        if self.kind == "rsa":
            return rsa.generate_private_key(65537, 2048)
        return ec.generate_private_key({"p256": ec.SECP256R1(), "p384": ec.SECP384R1()}[self.kind])

    def _sign(self, message):
        if self.kind == "rsa":
            return self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(message, ec.ECDSA(hashes.SHA256()))

    def _certificate(self, subject, key, issuer, issuer_key, *, ca=False, eku=(), critical=True):
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(BEGIN)
            .not_valid_after(END)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if eku:
            builder = builder.add_extension(x509.ExtendedKeyUsage(eku), critical=critical)
        return builder.sign(issuer_key, hashes.SHA256())
