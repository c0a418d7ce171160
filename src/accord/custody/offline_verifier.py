"""Verifies a custody bundle on any computer with Python 3.9 or later, and nothing else: no network, no other software.

    python3 verify.py [--policy FILE] [FOLDER]      FOLDER: an unpacked bundle; this file's own when left out

Get the policy (whose keys count) from elsewhere if you can: whoever made up a whole bundle could have made up its own.
Exit code 0: proved; 1: something is wrong; 3: proved, with doubts. Part 1 is the textbook signature, 2 and 3 read the
files, 4 makes the checks. verify_signatures.py beside it checks time stamps and P-256 passkeys; without it: doubts.
"""

import base64
import datetime as dt
import hashlib
import json
import re
import sys
from pathlib import Path

LIMIT = 64 * 2**20  # bytes of any file but an item
SLACK_S = 600  # clocks of honest people differ by less


class Wrong(Exception):  # noqa: N818 - it is read aloud
    """What was found instead of what must be."""


def need(condition, found):
    if not condition:
        raise Wrong(found)


# --- 1. Ed25519, RFC 8032 sections 5.1 and 6 -------------------------------------------------------------------------

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493  # order of the base point
D = -121665 * pow(121666, P - 2, P) % P
IDENTITY = (0, 1, 1, 0)  # extended coordinates X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z


def ed_add(a, b):
    s, t = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    u, v = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = t - s, v - u, v + u, t + s
    return e * f % P, g * h % P, f * g % P, e * h % P


def ed_decode(raw):
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    need(len(raw) == 32 and y < P, "a public key is no point of the curve")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    need((x * x - square) % P == 0 and (x or not sign), "a public key is no point of the curve")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = ed_decode(bytes([0x58]) + bytes([0x66]) * 31)


def ed25519_valid(public, message, signature):
    """Whether R = [S]B - [k]A, section 5.1.7 (the check without cofactor, the stricter one)."""
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= Q:
        return False
    x, y, _, t = ed_decode(public)
    minus_a = (P - x, y, 1, P - t)
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % Q
    table = (IDENTITY, BASE, minus_a, ed_add(BASE, minus_a))
    point = IDENTITY
    for bit in range(253, -1, -1):
        point = ed_add(ed_add(point, point), table[(s >> bit & 1) + 2 * (k >> bit & 1)])
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# --- 2. The files: bundles, signed notes and heads (C2SP), Merkle proofs (RFC 9162 section 2.1) ----------------------
class Bundle:
    """A folder. `names` are paths with / between the parts."""

    def __init__(self, root):
        self.root = Path(root)
        files = [path for path in self.root.rglob("*") if path.is_symlink() or not path.is_dir()]
        self.names = sorted(path.relative_to(self.root).as_posix() for path in files)

    def open(self, name):
        path = self.root / name
        need(name in self.names and path.is_file() and not path.is_symlink(), f"{name} is missing, or no regular file")
        return path.open("rb")

    def read(self, name):
        with self.open(name) as stream:
            data = stream.read(LIMIT + 1)
        need(len(data) <= LIMIT, f"{name} is larger than {LIMIT} bytes")
        return data

    def digest(self, name):
        hasher = hashlib.sha256()
        with self.open(name) as stream:
            while chunk := stream.read(2**20):
                hasher.update(chunk)
        return hasher.hexdigest()


def sha256(data):
    return hashlib.sha256(data).digest()


def unbase64(text):
    raw = base64.b64decode(text.encode(), validate=True)
    need(base64.b64encode(raw).decode() == text, "base64 that is not in its one canonical form")
    return raw


def unhex(text):
    need(re.fullmatch("[0-9a-f]*", text), "hexadecimal that is not in its one canonical form, lower case")
    return bytes.fromhex(text)


def parse_note(data):
    """The text, and (name, key id, signature) of each line below it."""
    text, _, tail = data.decode().rpartition("\n\n")
    lines = [line.split(" ") for line in tail.split("\n")]
    need(text and lines.pop() == [""] and all(x[0] == "\u2014" and len(x) == 3 for x in lines), "no signed note")
    return text + "\n", [(name, unbase64(raw)[:4], unbase64(raw)[4:]) for _, name, raw in lines]


def key_id(name, kind, public):
    return sha256(name.encode() + b"\n" + bytes([kind]) + public)[:4]


def parse_key(text):
    name, written, material = text.split("+", 2)
    kind, public = unbase64(material)[0], unbase64(material)[1:]
    need(written == key_id(name, kind, public).hex(), f"the key id of {name} is not that of its key")
    return name, kind, public


def parse_head(data):
    text, signatures = parse_note(data)
    origin, size, root, *more = text.split("\n")
    need(more == [""] and re.fullmatch("0|[1-9][0-9]*", size) and len(unbase64(root)) == 32, "no head of a log")
    return dict(text=text, signatures=signatures, origin=origin, size=int(size), root=unbase64(root), raw=data)


def climb(position, last, start, hashes, old=None):
    """The root that a proof leads to; with `old`, that of the older tree as well."""
    found = start
    for sibling in hashes:
        need(last > 0 and len(sibling) == 32, "a proof is too long")
        if position & 1 or position == last:
            found, old = sha256(b"\1" + sibling + found), old and sha256(b"\1" + sibling + old)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            found = sha256(b"\1" + found + sibling)
        position, last = position >> 1, last >> 1
    need(last == 0, "a proof is too short")
    return found, old


def check_growth(old, head, hashes):
    """That the log of `head` begins with the log of `old`."""
    size = old["size"]
    if size in (0, head["size"]):
        need(not hashes and (not size or old["root"] == head["root"]), "two different logs of one size")
        return
    path = hashes if size & (size - 1) else [old["root"], *hashes]
    position, last = size - 1, head["size"] - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    found = climb(position, last, path[0], path[1:], path[0]) if path else None
    need(found == (head["root"], old["root"]), "history was changed between two heads")


def parse_policy(data):
    """tlog-policy: logs, witnesses by name, groups in order, the quorum."""
    logs, witnesses, groups, quorum = [], {}, {"none": (0, [])}, []
    for words in (line.split() for line in data.decode("utf-8", "surrogateescape").split("\n")):
        if words[:1] == ["log"]:
            logs.append(parse_key(words[1]))
        elif words[:1] == ["witness"]:
            witnesses[words[1]] = parse_key(words[2])
        elif words[:1] == ["group"]:
            count = {"any": 1, "all": len(words) - 3}.get(words[2])
            groups[words[1]] = (int(words[2]) if count is None else count, words[3:])
        elif words[:1] == ["quorum"]:
            quorum.append(words[1])
        else:
            need(not words or words[0].startswith("#"), f"the policy says {words[:1]}, which is nothing it can say")
    publics = [key[2] for key in (*logs, *witnesses.values())]
    need(len(publics) == len(set(publics)), "the policy gives two names to one key")
    need(all(key[1] != 1 for key in witnesses.values()), "the policy has a witness that cannot cosign")
    need(len(quorum) == 1 and quorum[0] in {*witnesses, *groups}, "the policy's quorum is not clear")
    return logs, witnesses, groups, quorum[0]


# --- 3. Entries: DSSE envelopes over in-toto statements, keys, consent ----------------------------------------------

SELF_WILLED = {"seal", "transfer-offer", "transfer-accept", "approval", "dispose", "widening"}
BEGINNINGS = {"acquire", "receive", "derive"}
ITEM_EVENTS = {*BEGINNINGS, *SELF_WILLED, "access", "check-out", "check-in", "transform", "export", "correct"}
ITEM_EVENTS -= {"approval", "widening"}
PAYLOAD = "application/vnd.in-toto+json"


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def parse_json(data):
    value = json.loads(data)
    need(canonical(value) == data, "JSON that is not in the canonical form of RFC 8785")
    return value


def parse_entry(raw):
    outer = parse_json(raw)
    payload = unbase64(outer["payload"])
    whole = parse_json(payload)
    need(set(outer) == {"payload", "payloadType", "signatures"} and outer["payloadType"] == PAYLOAD, "no DSSE envelope")
    need(whole["_type"] == "https://in-toto.io/Statement/v1" and len(whole) == 4, "no in-toto statement")
    need(whole["predicateType"] == "https://accord.example/custody-event/v1", "no custody event")
    (subject,) = whole["subject"]
    event = dict(whole["predicate"], subject=subject["name"], leaf=sha256(b"\0" + raw).hex())
    event["commitments"]["digests"] = subject["digest"]["accordCommitment"]
    event["at"] = dt.datetime.strptime(event["claimedTime"][:-1] + "000+0000", "%Y-%m-%dT%H:%M:%S.%f%z")
    event["signed"] = b"DSSEv1 %d %s %d %s" % (len(PAYLOAD), PAYLOAD.encode(), len(payload), payload)
    event["lines"] = [(line["keyid"], unbase64(line["sig"])) for line in outer["signatures"]]
    return event


def own_id(key):
    marker = f"accord-key/v1\0{key['use']}\0{key['algorithm']}\0".encode()
    return hashlib.sha256(marker + unhex(key["public"])).hexdigest()


def signed_by(event, key, others):
    """Whether one of an event's signatures is by a key. Raises Wrong when it claims to be and is not."""
    raw, public = dict(event["lines"]).get(own_id(key)), unhex(key["public"])
    if raw is not None and key["use"] == "signing":
        need(ed25519_valid(public, event["signed"], raw), "a signature does not verify")
    elif raw is not None:  # W3C WebAuthn Level 2, section 7.2
        data, client, signature = (unbase64(part) for part in raw.decode().split("."))
        said, message = json.loads(client), data + sha256(client)
        challenge = base64.urlsafe_b64encode(sha256(event["signed"])).rstrip(b"=").decode()
        need(said["type"] == "webauthn.get" and said["challenge"] == challenge, "a consent is to something else")
        need(said["origin"] == key["origin"] and not said.get("crossOrigin"), "a consent was given elsewhere")
        need(data[:32] == sha256(key["rpId"].encode()) and data[32] & 5 == 5, "a consent without checking the person")
        if key["algorithm"] == "p256" and others is None:
            event["doubt"] = "verify_signatures.py is needed to check the passkey's signature"
            return True
        valid = others.p256_valid if key["algorithm"] == "p256" else ed25519_valid
        need(valid(public, message, signature), "the signature of a consent does not verify")
    return raw is not None


class Keyring:
    """The keys in force. Entry 0 is the registrar's own; each further key is an entry that the registrar signed."""

    def __init__(self, others):
        self.others = others
        self.keys, self.ever, self.registrar, self.last = {}, set(), None, None

    def accept(self, event, position):
        key, first = event.get("key"), event["lines"][0][0]
        need((event["type"] == "key") == (key is not None), "names a key and is no key event, or the other way round")
        need(key is None or event.get("previous") == self.last, "a key event before this one is not shown")
        if self.registrar is None:
            need(position == 0 and key and key["holder"] == event["actor"], "the registrar's key, entry 0, is missing")
            need(own_id(key) == first and key["use"] == "signing", "entry 0 is not signed by the key in it")
            self.registrar, self.keys[first] = key["holder"], key
        signer = self.keys.get(first)
        need(signer and signer["use"] == "signing", "signed by a key that is not enrolled, or was revoked")
        need(signed_by(event, signer, self.others) and signer["holder"] == event["actor"], "not signed by its actor")
        consents = {
            k["holder"] for k in self.keys.values() if k["use"] == "passkey" and signed_by(event, k, self.others)
        }
        need(event["type"] not in SELF_WILLED or event["actor"] in consents, "lacks the consent of its actor's passkey")
        if key and key["revoked"]:
            need(signer["holder"] in (self.registrar, key["holder"]), "revokes somebody else's key")
            need(self.keys.pop(own_id(key), None), "revokes a key that is not in force")
        elif key:
            known = signer["holder"] == self.registrar and signed_by(event, key, self.others)
            need(known, "the new key is not vouched for by the registrar and by itself")
            owner = (key["holder"], key["use"])
            held = [k for k in self.keys.values() if (k["holder"], k["use"]) == owner and k != key]
            vouched = any([signed_by(event, k, self.others) for k in held])
            vouched = vouched or len(consents - {self.registrar, key["holder"]}) > 1
            need(owner not in self.ever or vouched, "replaces a person's key without that key's signature")
            self.ever.add(owner)
            self.keys[own_id(key)] = key
        self.last = event["leaf"] if key else self.last


# --- 4. The checks ---------------------------------------------------------------------------------------------------
class Report:
    """`lines`: (proved | doubt | wrong, about what, sentence). `events` by log and position, once they are verified."""

    def __init__(self, bundle, others):
        self.bundle, self.others, self.lines, self.events, self.opened = bundle, others, [], {}, []

    def add(self, status, about, sentence):
        self.lines.append((status, about, sentence))

    def run(self, about, check, *arguments):
        """Makes a check; whatever is wrong with the bytes becomes a line of the report, never a crash."""
        try:
            return check(self, *arguments)
        except Exception as error:  # noqa: BLE001 - hostile bytes can raise anything; all of it means: not acceptable
            kind = "" if type(error).__name__ == "Wrong" else f"not in its format, {type(error).__name__}: "
            self.add("wrong", about, (kind + str(error))[:300])
        return None


def verify(bundle, policy=None, others=None):
    """All checks. `policy`: bytes of one from elsewhere, None for the bundle's own; `others`: verify_signatures."""
    report = Report(bundle, others)
    if policy is None:
        report.add("doubt", "policy.txt", "these keys are the bundle's own: compare them with what is published")
    rules = report.run("policy.txt", lambda _: parse_policy(bundle.read("policy.txt") if policy is None else policy))
    text = report.run("manifest.txt", check_files)
    rings = {name.split("/")[0]: Keyring(others) for name in bundle.names if name.startswith("log-")}
    for log, ring in rings.items():
        report.run(log, check_log, log, ring, rules)
    report.run("manifest.txt", check_seal, text, rings)
    report.run("openings.json", check_openings)
    report.run("items", check_items)
    report.run("chains", check_chains)
    statuses = [line[0] for line in report.lines]
    report.code = 1 if "wrong" in statuses else 3 if "doubt" in statuses else 0
    return report


def check_files(report):  # 1. Every file is listed with its hash, and no other is there
    text = parse_note(report.bundle.read("manifest.txt"))[0]
    head, *lines = [line.split(" ") for line in text.split("\n")[:-1]]
    need(head == ["accord.example/custody-bundle@v1"], "the manifest is of another kind")
    need(all(kind == "file" and len(words) == 2 for kind, *words in lines), "the manifest has an odd line")
    listed = {name: digest for _, digest, name in lines}
    need(len(listed) == len(lines), "the manifest lists a file twice")
    for name in sorted({*listed, *report.bundle.names} - {"manifest.txt"}):
        found = report.bundle.digest(name) if name in report.bundle.names else ""
        if found != listed.get(name):
            said = "changed after the export" if found else "missing"
            report.add("wrong", name, said if name in listed else "added after the export")
    return text


def check_log(report, log, ring, rules):  # 2. Heads are signed, cosigned, stamped, and each contains the earlier ones
    names = [name for name in report.bundle.names if name.startswith(log + "/")]
    heads = {name: parse_head(report.bundle.read(name)) for name in names if name.endswith("/head.txt")}
    newest = max(heads.values(), key=lambda head: head["size"])
    seen = []  # (size, time, whether it was the newest head at that time)
    for name, head in heads.items():
        need(head["origin"] == newest["origin"], "heads of different logs")
        seen += check_head(report, name, head, rules)
        growth = report.bundle.read(name.replace("head.txt", "growth.txt")).decode().split("\n")
        need(growth.pop() == "", "a proof of growth does not end with a line")
        check_growth(head, newest, [unbase64(line) for line in growth])
        seen += [(head["size"], at, False) for at in check_stamps(report, name)]
    pattern = re.compile(log + r"/entries/(0|[1-9]\d*)\.json")
    for position in sorted(int(match[1]) for match in map(pattern.fullmatch, names) if match):
        report.run(f"{log}/entries/{position}", check_entry, log, position, newest, ring, seen)


def check_head(report, name, head, rules):
    logs, witnesses, groups, quorum = rules
    signed = [check_line(head, key) for key in logs if key[0] == head["origin"]]
    need(any(signed), "a head is not signed by its log, or the policy has no such log")
    times = {witness: check_line(head, key) for witness, key in witnesses.items()}
    held = {witness for witness, at in times.items() if at}
    by = ", ".join(sorted(held)) or "nobody"
    for group, (count, members) in groups.items():
        held |= {group} if len(held & set(members)) >= count else set()
    status, said = ("proved", "the quorum") if quorum in held - {"none"} else ("doubt", "no quorum is shown")
    report.add(status, name, f"{head['size']} entries, cosigned by {by}: {said}")
    return [(head["size"], at, True) for at in times.values() if at]


def check_line(head, key):
    """The time of a cosignature (True for a log's own signature) if the key has signed the head, else None."""
    name, kind, public = key
    for *signer, raw in head["signatures"]:
        if signer == [name, key_id(*key)] and kind in {1, 4}:
            at = int.from_bytes(raw[:8], "big")
            message = head["text"] if kind == 1 else f"cosignature/v1\ntime {at}\n{head['text']}"  # tlog-cosignature
            good = ed25519_valid(public, message.encode(), raw if kind == 1 else raw[8:])
            need(good, f"the signature of {name} does not verify")
            return kind == 1 or dt.datetime.fromtimestamp(at, dt.timezone.utc)
    return None


def check_stamps(report, name):
    for stamp in (n for n in report.bundle.names if n.startswith(name[: -len("head.txt")]) and n.endswith(".tsr")):
        authority = "authorities/" + stamp.rpartition("/")[2][: -len(".tsr")]
        if report.others is None:
            report.add("doubt", stamp, f"openssl ts -verify -data {name} -in {stamp} -CAfile {authority}.root.pem")
            continue
        pem = [report.others.certificates(report.bundle.read(authority + end)) for end in (".root.pem", ".chain.pem")]
        at, _ = report.others.check_token(report.bundle.read(stamp), report.bundle.read(name), *pem)
        report.add("proved", stamp, f"the head existed at {at}, says the authority of {authority}.root.pem")
        yield at


def check_entry(report, log, position, head, ring, seen):  # 3. Entries are in the log, signed, and not back-dated
    raw = report.bundle.read(f"{log}/entries/{position}.json")
    proof, _, given = report.bundle.read(f"{log}/entries/{position}.tlog-proof").partition(b"\n\n")
    first, second, *hashes = proof.decode("ascii").split("\n")
    need(first == "c2sp.org/tlog-proof@v1" and second == f"index {position}", "the proof is of another entry")
    need(given == head["raw"] and position < head["size"], "the proof is for another head")
    root, _ = climb(position, head["size"] - 1, sha256(b"\0" + raw), [unbase64(line) for line in hashes])
    need(root == head["root"], "the entry is not in the log")
    event = parse_entry(raw)
    ring.accept(event, position)
    absent = max((at for size, at, newest in seen if newest and size <= position), default=event["at"])
    present = min((at for size, at, _ in seen if size > position), default=None)
    need((absent - event["at"]).total_seconds() <= SLACK_S, f"back-dated: it was not in the log at {absent}")
    late = present and (event["at"] - present).total_seconds() > SLACK_S
    need(not late, f"claims {event['at']}, but was in the log at {present}")
    if "doubt" in event:
        report.add("doubt", f"{log}/entries/{position}", event["doubt"])
    when = f"existed at {present}" if present else "time not proved"
    said = f"{event['type']} of {event['subject']}, claimed for {event['at']}, {when}"
    report.add("proved", f"{log}/entries/{position}", said)
    report.events[log, position] = event


def check_seal(report, text, rings):  # 4. The manifest is signed by a person whose key is in the log
    ((name, identity, raw),) = parse_note(report.bundle.read("manifest.txt"))[1]
    key = rings["log-1"].keys.get(name, {"use": "none"})
    need(key["use"] == "signing", "the manifest is not signed by a key of the log")
    public = unhex(key["public"])
    need(identity == key_id(name, 1, public) and ed25519_valid(public, text.encode(), raw), "the seal does not verify")
    report.add("proved", "manifest.txt", f"{text.count(chr(10)) - 1} files, sealed by the holder of key {name}")


def check_openings(report):  # 5. What is shown is what was committed to
    for o in parse_json(report.bundle.read("openings.json")):
        content = b"accord-commitment/v1\0" + unhex(o["salt"]) + canonical(o["field"]) + b":" + canonical(o["value"])
        event = report.events.get((o["log"], o["position"]), {"commitments": {}})
        good = event["commitments"].get(o["field"]) == sha256(content).hex()
        status = "wrong" if not good else "doubt" if o["field"] == "unconfirmed" else "proved"
        said = f"{o['field']} is " + (canonical(o["value"]).decode()[:200] if good else "not what was logged")
        report.add(status, f"{o['log']}/entries/{o['position']}", said)
        report.opened += [o] if good else []


def check_items(report):  # 6. The items are those whose digests were logged
    digests = {o["value"].get("sha256"): o for o in report.opened if o["field"] == "digests"}
    for name in [name for name in report.bundle.names if name.startswith("items/")]:
        o = digests.get(report.bundle.digest(name))
        said = f"its SHA-256 is that of {o['log']}/entries/{o['position']}" if o else "no entry is about these bytes"
        report.add("proved" if o else "wrong", name, said)


def check_chains(report):  # 7. Each item's events follow one another without a gap
    chains = {}
    for place, event in sorted(report.events.items()):
        chains.setdefault(f"keys of {place[0]}" if "key" in event else event["subject"], []).append((place, event))
    for subject, links in chains.items():
        by_leaf = {event["leaf"]: (place, event) for place, event in links}
        quoted = [event["previous"] for _, event in links if "previous" in event]
        starts = [event["type"] for _, event in links if "previous" not in event]
        if not quoted and not {event["type"] for _, event in links} & ITEM_EVENTS:
            continue  # no item, but something else that was recorded
        wrong = [f"an earlier event ({leaf[:16]}…) is not shown" for leaf in quoted if leaf not in by_leaf]
        if len(starts) != 1 or (starts[0] in ITEM_EVENTS and starts[0] not in BEGINNINGS):
            wrong.append(f"it begins {len(starts)} times, with {starts}")
        wrong += ["two events follow the same one"] if len(quoted) != len(set(quoted)) else []
        for place, event in links:
            before = by_leaf.get(event.get("previous"), (("", 0), event))
            if before[0][0] == place[0] and before[0][1] >= place[1]:
                wrong.append("an event stands before the one that it follows")
            if (before[1]["at"] - event["at"]).total_seconds() > SLACK_S:
                report.add("doubt", subject, "an event is dated before that which it follows: falsely, or by a clock")
        for sentence in wrong or [f"{len(links)} events, none missing between the first and the last shown"]:
            report.add("wrong" if wrong else "proved", subject, sentence)


def main(words):
    sys.dont_write_bytecode = True  # or the bundle would get a file that it did not have
    try:
        import verify_signatures as others  # type: ignore[import-not-found]  # noqa: PLC0415
    except ImportError:
        others = None
    policy = Path(words.pop(words.index("--policy") + 1)).read_bytes() if "--policy" in words else None
    folders = [word for word in words if word != "--policy"] or [Path(__file__).resolve().parent]
    report = verify(Bundle(folders[0]), policy, others)
    for line in report.lines:
        print("".join(c if c.isprintable() else "?" for c in "{:7}{}: {}".format(*line)))
    print({0: "Everything is proved.", 1: "SOMETHING IS WRONG.", 3: "Proved, with the doubts named."}[report.code])
    return report.code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
