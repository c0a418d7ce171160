"""The words for vocabulary that readers outside the field meet in a report."""

from __future__ import annotations

from accord.model.members import ActionType, MemberKind
from accord.model.selectors import SelectorKind

K = SelectorKind
_SELECTORS: dict[SelectorKind, tuple[str, str]] = {
    K.DOMAIN: ("domain name", "domain names"),
    K.IPV4: ("network address (IPv4)", "network addresses (IPv4)"),
    K.IPV6: ("network address (IPv6)", "network addresses (IPv6)"),
    K.URL: ("web address", "web addresses"),
    K.EMAIL: ("e-mail address", "e-mail addresses"),
    K.PHONE: ("telephone number", "telephone numbers"),
    K.ACCOUNT: ("account", "accounts"),
    K.IBAN: ("bank account", "bank accounts"),
    K.BTC: ("Bitcoin wallet", "Bitcoin wallets"),
    K.ETH: ("Ethereum wallet", "Ethereum wallets"),
    K.TRX: ("Tron wallet", "Tron wallets"),
    K.XMR: ("Monero wallet", "Monero wallets"),
    K.LTC: ("Litecoin wallet", "Litecoin wallets"),
    K.BCH: ("Bitcoin Cash wallet", "Bitcoin Cash wallets"),
    K.DOGE: ("Dogecoin wallet", "Dogecoin wallets"),
    K.DASH: ("Dash wallet", "Dash wallets"),
    K.ZEC: ("Zcash wallet", "Zcash wallets"),
    K.MD5: ("file fingerprint (MD5)", "file fingerprints (MD5)"),
    K.SHA1: ("file fingerprint (SHA-1)", "file fingerprints (SHA-1)"),
    K.SHA256: ("file fingerprint (SHA-256)", "file fingerprints (SHA-256)"),
    K.SHA512: ("file fingerprint (SHA-512)", "file fingerprints (SHA-512)"),
    K.CERTIFICATE: ("certificate", "certificates"),
    K.CVE: ("known weakness (CVE)", "known weaknesses (CVE)"),
    K.ASN: ("network (AS number)", "networks (AS numbers)"),
    K.MAC: ("device address (MAC)", "device addresses (MAC)"),
    K.MALWARE: ("malware name", "malware names"),
    K.ACTOR: ("group name", "group names"),
}
_MEMBERS: dict[MemberKind, tuple[str, str]] = {
    MemberKind.LAW_ENFORCEMENT: ("law enforcement agency", "law enforcement agencies"),
    MemberKind.INTERNATIONAL: ("international organisation", "international organisations"),
    MemberKind.CERT: ("computer emergency team (CERT)", "computer emergency teams (CERTs)"),
    MemberKind.SECURITY_COMPANY: ("security company", "security companies"),
    MemberKind.PROVIDER: ("provider", "providers"),
    MemberKind.CORPORATION: ("corporation", "corporations"),
    MemberKind.NON_PROFIT: ("non-profit", "non-profits"),
}
_ACTIONS: dict[ActionType, str] = {
    ActionType.SUSPEND_DOMAIN: "suspend domain names",
    ActionType.TAKE_DOWN_HOST: "take hosts offline",
    ActionType.SEIZE_SERVER: "seize servers",
    ActionType.SINKHOLE: "redirect domains to a safe server (sinkhole)",
    ActionType.BLOCK: "block traffic",
    ActionType.FREEZE_WALLET: "freeze wallets",
    ActionType.CLOSE_ACCOUNT: "close accounts",
    ActionType.REMOVE_CONTENT: "remove content",
    ActionType.WARN_VICTIMS: "warn victims",
    ActionType.ARREST: "arrest people",
}


def selector_kind(kind: str, many: bool = False) -> str:
    """`domain name`, `Bitcoin wallets`; a kind that is not in the vocabulary is given back as it is."""
    try:
        return _SELECTORS[SelectorKind(kind)][many]
    except ValueError:
        return kind


def member_kind(kind: MemberKind, many: bool = False) -> str:
    """`provider`, `law enforcement agencies`."""
    return _MEMBERS[kind][many]


def action(kind: str) -> str:
    """`suspend domain names`; a kind that is not in the vocabulary is given back as it is."""
    try:
        return _ACTIONS[ActionType(kind)]
    except ValueError:
        return kind


def strength(score: float) -> str:
    """A score 0..1 in words: none, weak, fair, good, strong. The bounds are the quarters of the scale."""
    if score <= 0:
        return "None"
    return ("Weak", "Fair", "Good", "Strong")[min(3, int(score * 4))]
