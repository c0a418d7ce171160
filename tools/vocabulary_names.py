"""Names of malware families and actors: clusters of the MISP galaxy that mean the same become one."""

# ruff: noqa: INP001, SIM905 - scripts beside each other; word lists read better as text than as 500 quoted strings

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from wordfreq import zipf_frequency

CLUSTERS = {
    "actor": ("threat-actor", "microsoft-activity-group", "mitre-intrusion-set"),
    "malware": (
        "malpedia", "ransomware", "botnet", "stealer", "banker", "rat", "tool", "backdoor", "cryptominers",
        "exploit-kit", "tds", "android", "mitre-malware", "mitre-tool",
    ),
}  # fmt: skip
"""In order of trust: the first cluster that has a name says how it is written."""

UNLINKED = frozenset(
    "qbot snake hydra kraken thanos tycoon nitro oldbait anubis predator medusa phoenix loki rex nova".split()
)
"""Names that several unrelated families bear: no reason to take them for one."""

OWNERS = {"qbot": "QakBot", "lazarus": "Lazarus Group"}

WIDELY_USED = frozenset(
    """cobalt strike|cobaltstrike|mimikatz|metasploit|meterpreter|empire|powershell empire|empire downloader|psexec|
    bloodhound|sharphound|impacket|anydesk|teamviewer|sliver|brute ratel|brute ratel c4|ngrok|rclone|lazagne|adfind|
    powersploit|xmrig|chisel|plink|netcat|ncat|certutil|bitsadmin|wevtutil|procdump|winrar|7zip|putty|nmap|masscan|
    sqlmap|nbtscan|advanced ip scanner|advanced port scanner|process hacker|pchunter|gmer|megasync|filezilla|winscp|
    atera|splashtop|screenconnect|connectwise|netsupport manager|netsupportmanager rat|netsupport rat|remote utilities|
    ultravnc|tightvnc|vnc|ammyy admin|koadic|covenant|mythic|havoc|merlin|poshc2|pupy|silenttrinity|nishang|rubeus|
    kerbrute|crackmapexec|responder|invoke mimikatz|pwdump|gsecdump|windows credential editor|fscan|frp|tor|quasar rat|
    mimipenguin|htran|netcat|china chopper|net|cmd|at|schtasks|reg|ipconfig|arp|route|netstat|systeminfo|tasklist|
    nltest|dsquery|ping|ftp|netsh|attrib|sdelete|rawdisk|powershell|wmi|wmic|mshta|rundll32|regsvr32|curl|wget|tcpdump|
    wireshark|burp suite|hydra thc|john the ripper|hashcat|cain abel|seatbelt|winpeas|linpeas|sharpview|powerview|
    exiftool|dnscat2|iodine|proxychains|nps|ligolo|donut|eternalblue|gost|
    donut injector|veil|shellter|unicorn|upx|vmprotect|themida"""
    .replace("\n", " ").split("|")
)  # fmt: skip
WIDELY_USED = frozenset(" ".join(name.split()) for name in WIDELY_USED)

GENERIC = frozenset(
    """malware ransomware trojan backdoor loader rat stealer bot miner exploit unknown dropper downloader keylogger
    rootkit bootkit spyware adware wiper worm virus shell webshell web shell agent generic ransom locker cryptor
    crypter injector banker infostealer botnet kit c2 cnc proxy scanner clipper implant payload stager beacon client
    server installer updater android windows linux macos chrome firefox office excel word outlook python java golang
    rust delphi microsoft google apple telegram discord whatsapp signal facebook twitter github dropbox iran china
    russia north korea israel ukraine india pakistan vietnam anonymous apt actor actors group groups hacker hackers
    team gang syndicate carding phishing spam spammer skimmer magecart tool tools test demo sample project operation
    campaign security defender lockers autorun http https api dll exe powershell script macro document docs pdf info
    photo video music game games bank banking mobile sms call flash adobe reader player update updates service system
    net cmd at reg route arp ping ftp tor ransom32 fake fake av fakeav scareware rogue cryptominer coinminer coin miner
    hidden cobra ok unnamed n a none null tbd apt groups ransomware as a service raas maas toolkit driver browser
    extension email mail admin administrator root user cloud data database file files http bot irc bot ircbot p2p vnc
    dns mining crypto bitcoin monero ethereum wallet encoder encryptor decryptor unlocker screenlocker screen locker
    lock screen ceo crypt32 zimbra systemd windows10 windows11 windows7 mcafee cylance keybase qwerty crypt
    crypton ifconfig
    nbtstat xserver extractor matrix mailto symantec kaspersky avast sophos mysql apache nginx wordpress joomla
    autoit windowsupdate svchost explorer lsass kernel rundll32 cmstp openssl libcurl stop fonts""".split()
) | {"web shell", "north korea", "coin miner", "http bot", "irc bot", "fake av", "screen locker", "lock screen"}

NUMBERED_SERIES = frozenset(["apt", "ta", "fin", "unc", "atk", "dev", "tag", "uac", "uat"])
"""Those who number actors: `APT 28`, `ta-505`."""

_WORD = re.compile(r"[^\W_]+")
_GLUE = re.compile(r"[\s\-_‐‑‒–—−]+")
_MITRE = re.compile(r" - [SG]\d{4}$")
_PLATFORM = re.compile(
    r"\s*\((?:ELF|Windows|Android|OS X|Linux|Java|JavaScript|PowerShell|VBS|Python|iOS|ESXi|PHP|ASP|Golang|Perl|"
    r"SunOS|AIX|Symbian|FreeBSD|\.NET|malware|ransomware)\)$",
    re.IGNORECASE,
)
_DISTINCTIVE = re.compile(r"[A-Z]{2,}[-\s]?\d+|[A-Z]+\d[A-Z\d]*")
_NUMBERED = re.compile(r"([a-z]{2,}) ?(\d+)")
_BRANDS = frozenset({"nitro", "enigma", "pubg"})  # of subscriptions, tokens and games: seen as labels of wallets
_EVERYDAY = 3.3  # Zipf scale, one in 500,000 words: such a name needs a word beside it that says what it is
_KNOWN = 2.3  # one in five million: such a name needs its capital


def key_of(name: str) -> str:
    """A name as it is compared: its words, casefolded, one blank between them."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(_WORD.findall(folded))


@dataclass(slots=True)
class Family:
    """One cluster's entry; `names` by key as written."""

    display: str
    rank: int
    names: dict[str, str] = field(default_factory=dict)


def families(kind: str, cluster: Callable[[str], list[dict[str, object]]]) -> list[Family]:
    found = []
    for rank, source in enumerate(CLUSTERS[kind]):
        for value in cluster(source):
            display = _PLATFORM.sub("", _MITRE.sub("", str(value["value"]).strip()))
            if kind == "malware" and display.lower().endswith(" ransomware"):
                display = display[: -len(" ransomware")]
            meta = value.get("meta")
            synonyms = meta.get("synonyms", []) if isinstance(meta, dict) else []
            family = Family(display, rank)
            for name in [display, *(_PLATFORM.sub("", str(s)) for s in synonyms)]:
                if (key := key_of(name)) and len(key) <= 60:
                    family.names.setdefault(key, _GLUE.sub(" ", name.strip()))
            if key_of(display) in family.names:
                found.append(family)
    return found


def joined(entries: list[Family]) -> list[list[Family]]:
    """Entries that mean the same: one's main name is among the other's names. Union-find.

    A synonym that two entries share without being either's main name is too weak a tie.
    """
    parent = list(range(len(entries)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    mains: dict[str, int] = {}
    for i, entry in enumerate(entries):
        key = key_of(entry.display)
        parent[root(i)] = root(mains.setdefault(key, i))
    for i, entry in enumerate(entries):
        for key in entry.names:
            if key in mains and key not in UNLINKED and key not in GENERIC:
                parent[root(i)] = root(mains[key])
    groups: dict[int, list[Family]] = defaultdict(list)
    for i, entry in enumerate(entries):
        groups[root(i)].append(entry)
    return list(groups.values())


def tier(key: str, written: str) -> str:
    """How a name must stand in a text: `.` anyhow, `C` with its capitals, `X` beside a telling word, empty: never."""
    words = key.split()
    if key in GENERIC or key.isdigit() or all(len(word) < 2 or word.isdigit() for word in words):
        return ""
    if (match := _NUMBERED.fullmatch(key)) is not None and match[1] in NUMBERED_SERIES:
        return "."
    return _tier_of_word(key, written) if len(words) == 1 else _tier_of_phrase(key, words)


def _tier_of_word(key: str, written: str) -> str:
    digits = any(c.isdigit() for c in key)
    if len(key) < 4:
        return "U" if _DISTINCTIVE.fullmatch(written) and digits else ""
    if digits:
        return "." if len(key) > 4 or _DISTINCTIVE.fullmatch(written) else "C"
    frequency = zipf_frequency(key, "en")
    return "X" if frequency >= _EVERYDAY or key in _BRANDS else "C" if frequency >= _KNOWN else "."


def _tier_of_phrase(key: str, words: list[str]) -> str:
    plain = [word for word in words if zipf_frequency(word, "en") >= _EVERYDAY or word in GENERIC or len(word) < 3]
    if len(plain) < len(words):
        return "." if len(key) > 4 else ""
    return "C" if len(key) > 4 and any(word not in GENERIC for word in words) else ""


def spellings(key: str) -> set[str]:
    """The key and what people make of it: `apt28` and `apt 28`, `agent tesla` and `agenttesla`."""
    made = {key}
    if (match := _NUMBERED.fullmatch(key)) is not None:
        made |= {f"{match[1]} {match[2]}", f"{match[1]}{match[2]}"}
    words = key.split()
    if len(words) == 2 and len(key) > 8 and not words[1].isdigit():
        made.add("".join(words))
    return made


def name_rows(cluster: Callable[[str], list[dict[str, object]]]) -> Iterator[str]:
    """Rows `kind, main name, reason why it is common`, then each key behind its tier.

    `-` stands before a key that in texts means the other kind, or is too plain a word.
    """
    groups = {kind: joined(families(kind, cluster)) for kind in CLUSTERS}
    mains = {kind: {key_of(e.display) for g in groups[kind] for e in g} for kind in CLUSTERS}
    owners = {kind: _owners(groups[kind]) for kind in CLUSTERS}
    for kind, other in (("actor", "malware"), ("malware", "actor")):
        rows = []
        for number, group in enumerate(groups[kind]):
            mine = sorted(key for key, owner in owners[kind].items() if owner == number)
            main = _main(group)
            if not mine or key_of(main) not in mine:
                continue
            reason = "widely used tool" if kind == "malware" and any(key in WIDELY_USED for key in mine) else ""
            cells = []
            written = {key: name for entry in group for key, name in entry.names.items()}
            for key in mine:
                mark = tier(key, written.get(key, key))
                if key in owners[other] and _yields(key, kind, mains):
                    mark = "-"
                cells.append(f"{mark or '-'}{key}")
            rows.append("\t".join((kind, main, reason, *cells)))
        yield from sorted(rows)


def _main(group: list[Family]) -> str:
    return min(group, key=lambda e: (-len(e.names), e.rank, e.display)).display


def _owners(groups: list[list[Family]]) -> dict[str, int]:
    """Each key's one group: that whose main name it is, then that with an entry of the name, then the largest.

    A synonym that several groups share goes to one of them, so that two texts that say the same word say the same.
    """
    claims: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for number, group in enumerate(groups):
        main = key_of(_main(group))
        entries = {key_of(entry.display) for entry in group}
        size = len({key for entry in group for key in entry.names})
        for entry in group:
            for key in entry.names:
                rank = 0 if key == main else 1 if key in entries else 2
                if key in OWNERS:
                    rank = -1 if key_of(OWNERS[key]) in entries else 3
                for spelt in spellings(key):
                    claims[spelt].append((rank if spelt == key else max(rank, 2), -size, number))
    return {key: min(held)[2] for key, held in claims.items()}


def _yields(key: str, kind: str, mains: dict[str, set[str]]) -> bool:
    """True when the name means the other kind in a text: a malware's main name before an actor's, then synonyms."""
    if kind == "malware":
        return key not in mains["malware"] and key in mains["actor"]
    return key in mains["malware"] or key not in mains["actor"]
