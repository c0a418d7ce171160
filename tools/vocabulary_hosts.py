"""Values that prove nothing when two members share them: which lists say so, and in which words."""

# ruff: noqa: INP001, SIM905 - scripts beside each other; word lists read better as text than as 500 quoted strings

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

Lists = Callable[[str], list[str]]

NETWORKS = {
    "sinkhole": ("sinkholes",),
    "block page": ("umbrella-blockpage-v4", "umbrella-blockpage-v6"),
    "parking": ("parking-domain",),
    "public resolver": ("public-dns-v6",),
    "cloud front": ("cloudflare", "fastly", "akamai", "stackpath"),
    "mail service": ("google-gmail-sending-ips", "smtp-receiving-ips"),
    "vendor service": ("apple", "microsoft-office365-ip", "wikimedia", "googlebot", "openai-gptbot"),
    "security vendor": ("zscaler",),
    "research scanner": (
        "alphastrike-scanning", "alphastrike-research-nt-scanning", "bufferover-nt-scanning", "censys-scanning",
        "coalition-signals-intelligence-nt-scanning", "cybergreen-nt-scanning", "cyberresilience-nt-scanning",
        "cypex-nt-scanning", "internet-census-nt-scanning", "intrinsec-nt-scanning", "ipinfo-nt-scanning",
        "ipip-nt-scanning", "modat-scanner", "netsecscan-scanning", "onyphe-scanner", "probethenet-nt-scanning",
        "rapid7-nt-scanning", "shadowforce-scanning", "shadowserver", "shadowserver-nt-scanning", "shodan-scanning",
        "shodan-nt-scanning", "tenable-cloud-ipv4", "tenable-cloud-ipv6", "check-host-net",
    ),
}  # fmt: skip
"""Clouds that rent machines (AWS, Azure, Google) are not here: a server there is as telling as any other."""

RESOLVERS = """1.1.1.1 1.0.0.1 1.1.1.2 1.0.0.2 1.1.1.3 1.0.0.3 8.8.8.8 8.8.4.4 9.9.9.9 9.9.9.10 9.9.9.11 149.112.112.112
149.112.112.10 149.112.112.11 208.67.222.222 208.67.220.220 208.67.222.123 208.67.220.123 4.2.2.1 4.2.2.2 4.2.2.3
4.2.2.4 4.2.2.5 4.2.2.6 64.6.64.6 64.6.65.6 77.88.8.8 77.88.8.1 77.88.8.7 77.88.8.88 94.140.14.14 94.140.15.15
94.140.14.140 94.140.14.141 114.114.114.114 114.114.115.115 114.114.114.119 223.5.5.5 223.6.6.6 119.29.29.29
182.254.116.116 180.76.76.76 185.228.168.9 185.228.169.9 185.228.168.168 76.76.2.0 76.76.10.0 76.76.19.19
76.223.122.150 195.46.39.39 195.46.39.40 84.200.69.80 84.200.70.40 8.26.56.26 8.20.247.20 80.80.80.80 80.80.81.81
101.101.101.101 101.102.103.104 168.95.1.1 168.95.192.1 168.126.63.1 168.126.63.2 156.154.70.1 156.154.71.1
156.154.70.5 156.154.71.5 199.85.126.10 199.85.127.10 74.82.42.42 216.146.35.35 216.146.36.36 91.239.100.100
89.233.43.71 193.110.81.0 185.253.5.0 193.58.251.251 45.90.28.0 45.90.30.0 1.2.4.8 210.2.4.8 117.50.10.10
101.226.4.6 218.30.118.6 123.125.81.6""".split()
"""Famous ones only: the list `public-dns-v4` (62,745) is mostly open resolvers at homes, where bots live too."""

EXACT_HOSTS = {
    "public resolver": ("public-dns-hostname:named",),
    "URL shortener": ("url-shortener",),
    "link page": ("link-in-bio",),
    "address check": ("whats-my-ip", "findip-host"),
    "shared host": ("lots-project", "digitalside"),
    "file host": ("public-ipfs-gateways",),
    "block page": ("umbrella-blockpage-hostname",),
    "parking": ("parking-domain-ns",),
    "vendor service": ("microsoft-office365",),
    "security vendor": ("security-provider-blogpost", "automated-malware-analysis"),
    "top site": ("moz-top500", "alexa", "cisco_top5k", "tranco10k"),
    "connectivity check": ("captive-portals",),
}
UNDER_HOSTS = {
    "vendor service": ("google", "microsoft", "microsoft-win10-connection-endpoints"),
    "bank": ("bank-website", "dax30"),
}
"""Lists that mean a name and all below it. User content is taken out again: `USER_CONTENT`."""

OWN_EXACT = {
    "shared host": """t.me telegra.ph telegram.me telegram.org api.telegram.org discord.com discord.gg discordapp.com
        cdn.discordapp.com media.discordapp.net steamcommunity.com pastebin.com paste.ee ghostbin.com rentry.co
        hastebin.com
        gist.github.com gist.githubusercontent.com raw.githubusercontent.com github.com gitlab.com bitbucket.org
        githubusercontent.com objects.githubusercontent.com codeload.github.com sourceforge.net sites.google.com
        docs.google.com drive.google.com storage.cloud.google.com colab.research.google.com
        drive.usercontent.google.com play.google.com chromewebstore.google.com forms.gle script.google.com
        storage.googleapis.com
        firebasestorage.googleapis.com
        translate.google.com googleusercontent.com groups.google.com feedproxy.google.com blogspot.com wordpress.com
        tumblr.com medium.com weebly.com wixsite.com notion.so notion.site canva.com pinterest.com reddit.com
        vk.com ok.ru
        twitter.com x.com facebook.com m.facebook.com instagram.com youtube.com youtu.be tiktok.com
        linkedin.com whatsapp.com
        wa.me chat.whatsapp.com s3.amazonaws.com amazonaws.com cloudfront.net azurewebsites.net blob.core.windows.net
        azureedge.net trafficmanager.net sharepoint.com onmicrosoft.com 1drv.ms onedrive.live.com myshopify.com ngrok.io
        ngrok-free.app ngrok.app trycloudflare.com workers.dev pages.dev r2.dev vercel.app netlify.app
        herokuapp.com web.app
        firebaseapp.com appspot.com run.app github.io gitlab.io glitch.me replit.app repl.co surge.sh
        render.com onrender.com
        000webhostapp.com infinityfreeapp.com duckdns.org no-ip.com ddns.net hopto.org zapto.org sytes.net dyndns.org
        portmap.io serveo.net localhost.run""",
    "file host": """transfer.sh file.io anonfiles.com mediafire.com mega.nz mega.co.nz dropbox.com
        dl.dropboxusercontent.com
        dropboxusercontent.com wetransfer.com we.tl sendspace.com zippyshare.com 4shared.com gofile.io catbox.moe
        files.catbox.moe litterbox.catbox.moe temp.sh bashupload.com oshi.at ufile.io filebin.net pixeldrain.com
        uploadhaven.com krakenfiles.com send.cm workupload.com ipfs.io cloudflare-ipfs.com dweb.link
        gateway.pinata.cloud
        nftstorage.link w3s.link archive.org web.archive.org imgur.com i.imgur.com postimg.cc i.ibb.co ibb.co
        box.com""",
    "mail service": """gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com
        aol.com gmx.de
        gmx.net gmx.com web.de mail.ru bk.ru inbox.ru list.ru yandex.ru yandex.com rambler.ru protonmail.com proton.me
        pm.me tutanota.com tutanota.de tuta.io icloud.com me.com mail.com zoho.com qq.com 163.com 126.com sina.com
        foxmail.com naver.com daum.net hanmail.net cock.li airmail.cc onionmail.org mailfence.com startmail.com
        smtp.gmail.com smtp-mail.outlook.com smtp.office365.com smtp.yandex.ru smtp.mail.ru mail.privateemail.com
        smtp.privateemail.com""",
    "time service": "pool.ntp.org time.windows.com time.nist.gov time.google.com time.apple.com ntp.org",
    "reference": "www.w3.org w3.org schemas.microsoft.com schemas.xmlsoap.org schemas.openxmlformats.org xmlns.com",
    "mining pool": """pool.minexmr.com minexmr.com pool.supportxmr.com supportxmr.com xmr.pool.minergate.com
        pool.hashvault.pro xmr.nanopool.org gulf.moneroocean.stream xmrpool.eu xmr-eu1.nanopool.org monerohash.com""",
}
OWN_UNDER = {
    "security vendor": """virustotal.com malpedia.caad.fkie.fraunhofer.de welivesecurity.com eset.com kaspersky.com
        securelist.com mandiant.com fireeye.com crowdstrike.com unit42.paloaltonetworks.com paloaltonetworks.com
        researchcenter.paloaltonetworks.com proofpoint.com talosintelligence.com trendmicro.com symantec.com sophos.com
        malwarebytes.com checkpoint.com fortinet.com fortiguard.com bitdefender.com recordedfuture.com volexity.com
        zscaler.com withsecure.com f-secure.com rapid7.com sentinelone.com carbonblack.com vmware.com blackberry.com
        cylance.com prodaft.com secureworks.com dragos.com huntress.com esentire.com redcanary.com thedfirreport.com
        bleepingcomputer.com krebsonsecurity.com abuse.ch any.run hybrid-analysis.com joesandbox.com urlscan.io tria.ge
        shodan.io censys.io alienvault.com misp-project.org mitre.org cisa.gov us-cert.gov cert.pl group-ib.com
        clearskysec.com cybereason.com intezer.com morphisec.com lookout.com netskope.com akamai.com avast.io
        decoded.avast.io avast.com avg.com mcafee.com trellix.com forta.org certik.com chainalysis.com elliptic.co
        slowmist.com peckshield.com bitcoinabuse.com chainabuse.com phishtank.com openphish.com""",
    "vendor service": """windowsupdate.com windows.com apple.com icloud-content.com mozilla.org mozilla.net digicert.com
        verisign.com globalsign.com letsencrypt.org lencr.org sectigo.com usertrust.com comodoca.com ocsp.godaddy.com
        gvt1.com gvt2.com gstatic.com google-analytics.com googletagmanager.com doubleclick.net adobe.com oracle.com
        java.com python.org nodejs.org ubuntu.com debian.org wikipedia.org wikimedia.org etherscan.io bscscan.com
        blockchain.info blockchain.com blockchair.com walletexplorer.com""",
}  # fmt: skip
USER_CONTENT = frozenset(
    """azurewebsites.net cloudapp.net cloudapp.azure.com blob.core.windows.net web.core.windows.net windows.net
    azureedge.net azurefd.net trafficmanager.net sharepoint.com onmicrosoft.com azure-api.net azurestaticapps.net
    core.windows.net akadns.net akamai.net akamaiedge.net akamaihd.net edgekey.net edgesuite.net vo.llnwi.net
        appspot.com
    blogspot.com googleusercontent.com googleapis.com firebaseapp.com web.app withgoogle.com a-msedge.net
    googledrive.com gmail.com googlemail.com outlook.com hotmail.com live.com onedrive.com office.com msn.com
        microsoftonline.com""".split()
)
"""Below these anybody may have a name: the name itself is common, those below it are not."""

HASHES = {
    "empty file hash": ("empty-hashes",),
    "test file hash": ("eicar.com",),
    "harmless file": ("common-ioc-false-positive", "ti-falsepositives"),
    "public certificate": ("mozilla-CA", "mozilla-IntermediateCA"),
}

_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)+")
_HEX = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128}")
_NETWORK = re.compile(r"[0-9a-f.:]+(?:/\d{1,3})?")


def common_rows(lists: Lists) -> Iterator[str]:
    """Rows `how, value, reason`; the first reason found for a value holds.

    `host` is exact, `under` with all below, `net` an address or network, `hash` its first 16 hex digits.
    """
    seen: set[tuple[str, str]] = set()
    for how, value, reason in _all(lists):
        if (how, value) not in seen:
            seen.add((how, value))
            yield f"{how}\t{value}\t{reason}"


def _all(lists: Lists) -> Iterator[tuple[str, str, str]]:
    for reason, text in OWN_UNDER.items():
        yield from (("under", host, reason) for host in text.split())
    for reason, text in OWN_EXACT.items():
        yield from (("host", host, reason) for host in text.split())
    yield from (("host", host, "shared host") for host in sorted(USER_CONTENT))
    yield from (("net", address, "public resolver") for address in RESOLVERS)
    for reason, names in UNDER_HOSTS.items():
        yield from (("under", host, reason) for host in _hosts(lists, names) if host not in USER_CONTENT)
    for reason, names in EXACT_HOSTS.items():
        yield from (("host", host, reason) for host in _hosts(lists, names))
    for reason, names in NETWORKS.items():
        for name in names:
            values = sorted(value.lower() for value in lists(name))
            yield from (("net", value, reason) for value in values if _NETWORK.fullmatch(value))
    for reason, names in HASHES.items():
        for name in names:
            values = sorted(value.lower() for value in lists(name))
            yield from (("hash", value[:16], reason) for value in values if _HEX.fullmatch(value))


def _hosts(lists: Lists, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        bare, _, only_named = name.partition(":")
        for value in sorted(lists(bare)):
            host = value.strip().strip(".").lower().removeprefix("www.")
            if not _HOST.fullmatch(host) or host in ("example.com", "example.org", "example.net"):
                continue
            if only_named and not re.search(r"(?:^|\.)(?:dns|resolver)[a-z]*\d?\.|one\.one|quad9|opendns", host):
                continue
            yield host
