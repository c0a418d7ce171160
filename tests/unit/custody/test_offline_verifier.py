"""The verifier on a bare Python, and its textbook cryptography against published vectors and the library."""

import hashlib
import json
import shutil
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cyclopts import App

from accord.cli.verify import verify
from accord.custody import offline_signatures as others
from accord.custody import offline_verifier as v
from accord.model.errors import AccordError

# RFC 8032, section 7.1: public key, message, signature.
RFC8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            "d25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
            "387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
            "4a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        (
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
            "454d4423643ce80e2a9ac94fa54ca49f"
        ),
        (
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
            "3dca179c138ac17ad9bef1177331a704"
        ),
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), RFC8032)
def test_the_vectors_of_rfc_8032(public, message, signature):
    key, text, raw = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert v.ed25519_valid(key, text, raw)
    assert not v.ed25519_valid(key, text + b"x", raw)
    for place in range(64):
        assert not v.ed25519_valid(key, text, raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])


def test_a_signature_has_one_form():
    key, text, raw = (bytes.fromhex(part) for part in RFC8032[1])
    twin = raw[:32] + (int.from_bytes(raw[32:], "little") + v.Q).to_bytes(32, "little")
    assert not v.ed25519_valid(key, text, twin)  # S + L, RFC 8032 section 8.4
    assert not v.ed25519_valid(key, text, raw + b"\0")
    with pytest.raises(v.Wrong):
        v.ed25519_valid(b"\xff" * 32, text, raw)
    with pytest.raises(v.Wrong):
        v.ed25519_valid((2).to_bytes(32, "little"), text, raw)  # not on the curve


@pytest.mark.parametrize(("curve", "own"), [(ec.SECP256R1(), others.P256), (ec.SECP384R1(), others.P384)])
def test_ecdsa_agrees_with_the_library(curve, own):
    for number in range(1, 9):
        private = ec.derive_private_key(number * 7**20, curve)
        point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        digest = hashlib.sha256(b"%d" % number).digest()
        raw = private.sign(b"%d" % number, ec.ECDSA(hashes.SHA256()))
        assert others.ecdsa_valid(own, point, digest, raw)
        assert not others.ecdsa_valid(own, point, digest[::-1], raw)
    r0 = bytes.fromhex("3006020100020100")
    assert not others.ecdsa_valid(own, point, digest, r0)
    with pytest.raises(others.Wrong):
        others.ecdsa_valid(own, point[:-1] + bytes([point[-1] ^ 1]), digest, raw)


@pytest.fixture
def folder(exported, tmp_path):
    world, files = exported
    for name, content in files.items():
        path = tmp_path / "bundle" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "policy").write_bytes(world.policy())
    return tmp_path / "bundle"


def bare(*arguments, cwd):
    """A Python without this project: no site packages, no environment."""
    command = [sys.executable, "-S", "-E", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=120)


def test_a_stranger_verifies_it_without_accord_and_leaves_no_trace(folder):
    before = sorted(folder.rglob("*"))
    done = bare("verify.py", cwd=folder)
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout.endswith("Proved, with the doubts named.\n")
    again = bare("verify.py", "--policy", folder.parent / "policy", cwd=folder)
    assert (again.returncode, again.stdout.splitlines()[-1]) == (0, "Everything is proved.")
    assert sorted(folder.rglob("*")) == before


def test_the_one_file_alone_names_what_it_cannot_check(folder):
    alone = folder.parent / "alone.py"
    alone.write_bytes((folder / "verify.py").read_bytes())
    done = bare(alone, "--policy", folder.parent / "policy", folder, cwd=folder.parent)
    doubts = [line for line in done.stdout.splitlines() if line.startswith("doubt")]
    assert done.returncode == 3
    assert [line.split(":")[0].split()[-1] for line in doubts] == [
        "log-1/heads/9/tsa.tsr",
        "log-1/entries/2",
        "log-1/entries/6",
    ]  # the stamp, and the two consents on P-256


def test_a_link_in_a_bundle_is_not_followed(folder):
    (folder / "items/1").unlink()
    (folder / "items/1").symlink_to("/etc/hostname")
    done = bare("verify.py", cwd=folder)
    assert done.returncode == 1
    assert "items/1" in done.stdout


def test_the_verifier_is_short_and_needs_the_standard_library_alone():
    for module, most in ((v, 500), (others, 300)):
        source = Path(module.__file__).read_text()
        assert len(source.splitlines()) < most
        imported = {
            line.split()[1].split(".")[0] for line in source.splitlines() if line.startswith(("import ", "from "))
        }
        assert imported <= set(sys.stdlib_module_names)


def run(*arguments):
    app = App()
    app.command(verify)
    try:
        return app([str(argument) for argument in arguments], exit_on_error=False, result_action="return_value")
    except AccordError as error:
        return error.exit_code


def test_accord_verify_says_the_same_from_a_folder_and_a_zip(folder, tmp_path, capsys):
    policy = folder.parent / "policy"
    archive = Path(shutil.make_archive(str(tmp_path / "zipped"), "zip", folder))
    for bundle in (folder, archive):
        page = tmp_path / "report.html"
        assert run("verify", bundle, "--policy", policy, "--out", page) == 0
        assert "proved items/1: its SHA-256 is that of log-1/entries/5" in capsys.readouterr().out
        assert "Everything that is shown is proved." in page.read_text()
        assert run("verify", bundle) == 8  # the bundle's own policy: a doubt
        capsys.readouterr()


def test_accord_verify_names_what_is_wrong_and_escapes_what_it_shows(folder, tmp_path, capsys):
    (folder / "items/1").write_bytes(b"planted")
    (folder / "items/<script>alert(1)").write_bytes(b"\x1b[2J")
    page = tmp_path / "report.html"
    assert run("verify", folder, "--json", "--out", page) == 3
    found = json.loads(capsys.readouterr().out)
    wrong = {(f["about"], f["text"]) for f in found["findings"] if f["status"] == "wrong"}
    assert ("items/1", "changed after the export") in wrong
    assert "<script>alert" not in page.read_text()


@pytest.mark.parametrize("name", ["nothing-here", "no-zip", "double.zip"])
def test_accord_verify_refuses_what_is_no_bundle(tmp_path, name):
    (tmp_path / "no-zip").write_bytes(b"PK")
    with zipfile.ZipFile(tmp_path / "double.zip", "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("manifest.txt", "a")
        archive.writestr("manifest.txt", "b")
    assert run("verify", tmp_path / name) == 2
