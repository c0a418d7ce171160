"""What a column header, a key or a type word says about the values beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

from accord.model.selectors import SelectorKind

_MAX_WORD_CHARS = 48  # a longer "header" is prose


class Role(StrEnum):
    """What a cell is, when it is not of one kind of selector."""

    VALUE = "value"  # a selector of any kind, or of the kind that the type cell says
    TYPE = "type"
    NOTE = "note"  # prose: hosts count only when defanged; names are looked for
    LINK = "link"  # where it was published: no selectors
    DATE = "date"
    SKIP = "skip"  # by its nature no selector: file names, mutexes, fuzzy hashes
    CURRENCY = "currency"
    TRANSACTION = "transaction"


Hint = SelectorKind | Role

_WORDS: Mapping[Hint, str] = {
    SelectorKind.DOMAIN: "domain domains domainname domainnames hostname hostnames host hosts fqdn fqdns hostheader "
    "registereddomains registereddomain c2domain c2domains c2host subdomain subdomains",
    SelectorKind.IPV4: "ip ips ipv4 ipaddress ipaddresses ipaddr ipv4address ipv4addr ipdst ipsrc c2ip c2ips srcip "
    "dstip sourceip destinationip ipport",
    SelectorKind.IPV6: "ipv6 ipv6address ipv6addr",
    SelectorKind.URL: "url urls uri c2url downloadurl",
    SelectorKind.EMAIL: "email emails emailaddress emailaddresses emailwhois emailsrc emaildst emailaddr mail sender "
    "primaryemail secondaryemail emailsender",
    SelectorKind.MD5: "md5 md5hash hashmd5 filehashmd5",
    SelectorKind.SHA1: "sha1 sha1hash hashsha1 filehashsha1 sha1sum",
    SelectorKind.SHA256: "sha256 sha256hash hashsha256 filehashsha256 sha2 sha256sum",
    SelectorKind.SHA512: "sha512 sha512hash hashsha512 filehashsha512",
    SelectorKind.CERTIFICATE: "thumbprint thumbprints certthumbprint certificatethumbprint fingerprint certfingerprint "
    "pubkeymd5 pubkeysha256 x509fingerprintsha1 x509fingerprintmd5 x509fingerprintsha256 sslfingerprint certsha1 "
    "certsha256",
    SelectorKind.PHONE: "phone phonenumber telephone msisdn",
    SelectorKind.IBAN: "iban",
    SelectorKind.BTC: "btc bitcoin xbt bitcoinaddress btcaddress btcwallet bitcoinwallet",
    SelectorKind.ETH: "eth ethereum erc20 contractaddress contractcreator ethaddress bannedaddress deployer bsc bnb "
    "polygon matic arbitrum optimism avax usdteth",
    SelectorKind.TRX: "trx tron",
    SelectorKind.XMR: "xmr monero",
    SelectorKind.LTC: "ltc litecoin",
    SelectorKind.BCH: "bch bitcoincash",
    SelectorKind.DOGE: "doge dogecoin",
    SelectorKind.DASH: "dash",
    SelectorKind.ZEC: "zec zcash",
    SelectorKind.CVE: "cve cves vulnerability cveid",
    SelectorKind.ASN: "asn asns asnumber",
    SelectorKind.MAC: "mac macaddress",
    Role.VALUE: "value values indicator indicators ioc iocs data observable observables indicatorvalue iocvalue hash "
    "hashes filehash file sample samples address addresses wallet walletaddress walletaddresses c2 c2s c2server cnc "
    "server servers cncserver candc endpoint network ipdomain account accounts infrastructure anchors",
    Role.TYPE: "type types indicatortype ioctype entitytype kind attribute attributetype datatype observabletype "
    "iocategory indicatortypes subtype algorithm algo hashtype hashalgorithm",
    Role.NOTE: "description descriptions note notes comment comments context details othercontext tag tags label "
    "labels wallettag contracttag contractcreatortag etherscantag etherscanlabels contractcreatoretherscanlabel "
    "threat malware family malwarefamily actor threatactor campaign title name summary "
    "category info detection detectionname esetdetectionname component remarks group attribution aliases alias "
    "abuse signature threatname domainuse use usage role purpose registrant reason status",
    Role.LINK: "link links reference references source sources post permalink datasource externalanalysis virustotal "
    "report reporturl referenceurl tweet rawurl license author creator githuburl",
    Role.DATE: "date dates time timestamp firstseen lastseen firstobserved lastobserved created modified published "
    "lastmod seenon dateadded datefound compiled compiletime lastupdated day received submitted reported added opened "
    "firstsubmission lastsubmission",
    Role.SKIP: "filename filenames filepath path paths size filesize port ports protocol version pdb pdbpath mutex "
    "mutexes registry registrykey regkey commandline useragent serial serialnumber cn filetype imphash authentihash "
    "ssdeep vhash tlsh watermark watermarkhash releasenoteshash teamserverimagehash drivername richpeheader telfhash "
    "jarm ja3 ja3s ja3hash impfuzzy sdhash directory folder servicename windowsservicename scheduledtask yara sigma "
    "os architecture mimetype uuid id reporter publickey modulus",
    Role.CURRENCY: "currency coin chain blockchain cryptocurrency",
    Role.TRANSACTION: "transaction transactions tx txhash txid txhashes transactionhash contractcreationtx "
    "transactionid creationtx",
}
_EXACT: Mapping[str, Hint] = {word: hint for hint, words in _WORDS.items() for word in words.split()}
_STRONG: Mapping[str, Hint] = {
    word: hint
    for hint in (
        SelectorKind.SHA256, SelectorKind.SHA1, SelectorKind.MD5, SelectorKind.SHA512, SelectorKind.DOMAIN,
        SelectorKind.URL, SelectorKind.IPV4, SelectorKind.IPV6, SelectorKind.EMAIL, SelectorKind.CVE,
        SelectorKind.CERTIFICATE, SelectorKind.BTC, Role.VALUE,
    )
    for word in _WORDS[hint].split()
    if word not in {"data", "value", "values", "file", "hash", "host", "hosts", "mail", "server", "network", "account"}
}  # fmt: skip
_HASHES = frozenset({SelectorKind.MD5, SelectorKind.SHA1, SelectorKind.SHA256, SelectorKind.SHA512})
_KEY_WORDS = frozenset(
    {"cert", "certificate", "pubkey", "key", "signer", "x509", "ssl", "tls", "thumbprint", "thumbprints"}
)
_FUZZY = frozenset({"imphash", "authentihash", "ssdeep", "tlsh", "vhash", "jarm", "ja3", "rich"})
_DATED = re.compile(r"(seen|date|time)$")
_TOKENS = re.compile(r"[a-z0-9]+")


@lru_cache(maxsize=20_000)
def hint_of(word: str) -> Hint | None:
    """What a header, key or type word says, in whatever case and spacing; None when it says nothing known."""
    if len(word) > _MAX_WORD_CHARS:
        return None
    tokens = _TOKENS.findall(word.lower().replace("sha-", "sha").replace("ip v", "ipv"))
    exact = _EXACT.get("".join(tokens))
    if exact is not None or not tokens:
        return exact
    if _FUZZY & set(tokens):
        return Role.SKIP
    strong = [_STRONG[token] for token in tokens if token in _STRONG]
    hint = next((hint for hint in strong if isinstance(hint, SelectorKind)), strong[0] if strong else None)
    if hint in _HASHES and _KEY_WORDS & set(tokens):
        return SelectorKind.CERTIFICATE
    if hint is None and _DATED.search(tokens[-1]):
        return Role.DATE
    return hint


def is_kind(hint: Hint | None) -> bool:
    """Whether a word names a kind of value: a selector's, or one that is none (file name, mutex)."""
    return isinstance(hint, SelectorKind) or hint in {Role.SKIP, Role.TRANSACTION}
