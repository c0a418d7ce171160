"""STIX patterns and observables, MISP events, JSON, YAML, OpenIOC."""

import json

import pytest

from accord.formats import read
from accord.formats.hints import Role
from accord.formats.patterns import asked
from accord.model.selectors import SelectorKind

MD5, SHA1, SHA256 = "a" * 31 + "1", "b" * 39 + "2", "c" * 63 + "3"


def _read(name, document):
    data = document if isinstance(document, bytes) else json.dumps(document, indent=1).encode()
    (reading,) = read(name, data)
    return [(str(mention.kind), mention.value) for mention in reading.mentions], reading


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("[domain-name:value = 'a.example']", [(SelectorKind.DOMAIN, "a.example", "")]),
        (
            "[file:hashes.'SHA-256' = 'x' OR file:hashes.MD5 = 'y'] AND [url:value='http://a.example/\\'q\\'']",
            [
                (SelectorKind.SHA256, "x", ""),
                (SelectorKind.MD5, "y", ""),
                (SelectorKind.URL, "http://a.example/'q'", ""),
            ],
        ),
        (
            "[ipv4-addr:value IN ('198.51.100.1', '198.51.100.2')]",
            [(SelectorKind.IPV4, f"198.51.100.{n}", "") for n in (1, 2)],
        ),
        ("[file:name = 'domain-name:value = \\'b.example\\'']", [(Role.SKIP, "domain-name:value = 'b.example'", "")]),
        ("[network-traffic:dst_ref.value = '198.51.100.1']", [(None, "198.51.100.1", "")]),
        ("[domain-name:resolves_to_refs[*].value = '198.51.100.1']", [(None, "198.51.100.1", "")]),
    ],
)
def test_patterns_give_the_values_they_ask_for(pattern, expected):
    assert [tuple(one) for one in asked(pattern)] == expected


@pytest.mark.parametrize(
    "comparison", ["!= 'a.example'", "NOT = 'a.example'", "MATCHES '.*'", "LIKE '%.example'", "> 'a'"]
)
def test_patterns_that_ask_for_no_one_value_say_so(comparison):
    (one,) = asked(f"[domain-name:value {comparison}]")
    assert one.refused


def _sdo(type_, number, **more):
    stamp = "2024-05-01T12:00:00.000Z"
    id_ = f"{type_}--{number:08x}-1111-4111-8111-111111111111"
    return {"type": type_, "spec_version": "2.1", "id": id_, "created": stamp, "modified": stamp, **more}


def test_stix_objects_of_all_kinds_are_mined_and_given_a_title():
    sco = "--11111111-1111-4111-8111-111111111111"
    objects = [
        _sdo("malware", 1, is_family=True, name="Madeupbot", aliases=["Madeupbot Two"]),
        _sdo("vulnerability", 2, name="CVE-2024-0001"),
        _sdo("report", 3, name="Spring", published="2024-05-01T00:00:00Z", object_refs=["malware" + sco]),
        {"type": "domain-name", "spec_version": "2.1", "id": "domain-name" + sco, "value": "evil.example"},
        {"type": "url", "spec_version": "2.1", "id": "url" + sco, "value": "https://worse.example/a"},
        {"type": "file", "spec_version": "2.1", "id": "file" + sco, "hashes": {"SHA-256": SHA256, "MD5": MD5}},
        {"type": "ipv4-addr", "spec_version": "2.1", "id": "ipv4-addr" + sco, "value": "192.168.0.1"},
        {"type": "x509-certificate", "spec_version": "2.1", "id": "x509-certificate" + sco, "hashes": {"SHA-1": SHA1}},
        {"type": "autonomous-system", "spec_version": "2.1", "id": "autonomous-system" + sco, "number": 64496},
    ]
    found, reading = _read("a.json", {"type": "bundle", "id": "bundle" + sco, "objects": objects})
    assert found == [
        ("malware", "madeupbot"), ("malware", "madeupbot two"), ("cve", "CVE-2024-0001"), ("domain", "evil.example"),
        ("url", "https://worse.example/a"), ("domain", "worse.example"), ("sha256", SHA256), ("md5", MD5),
        ("certificate", SHA1), ("asn", "AS64496"),
    ]  # fmt: skip
    assert (reading.format, reading.title, len(reading.claims)) == ("stix-2.1", "Spring", 9)
    assert [drop.excerpt for drop in reading.drops] == ["192.168.0.1"]


@pytest.mark.parametrize("wrap", [lambda o: [o], lambda o: o, lambda o: {"objects": [o]}])
def test_stix_without_a_bundle_is_stix(wrap):
    found, reading = _read("a.json", wrap(_sdo("threat-actor", 1, name="Madeup Crew")))
    assert (found, reading.format) == ([("actor", "madeup crew")], "stix-2.1")


def test_stix_2_0_bundle_is_kept_apart_and_its_observed_data_read():
    observed = {
        "type": "observed-data", "id": "observed-data--00000001-1111-4111-8111-111111111111",
        "created": "2024-05-01T12:00:00.000Z", "modified": "2024-05-01T12:00:00.000Z", "number_observed": 1,
        "first_observed": "2023-01-01T00:00:00Z", "last_observed": "2023-02-01T00:00:00Z",
        "objects": {"0": {"type": "domain-name", "value": "evil.example"}},
    }  # fmt: skip
    bundle = {"type": "bundle", "id": "bundle--00000001-1111-4111-8111-111111111111", "spec_version": "2.0"}
    found, reading = _read("a.json", {**bundle, "objects": [observed]})
    assert (found, reading.format) == ([("domain", "evil.example")], "stix-2.0")
    assert (reading.seen_from.year, reading.seen_from.month, reading.seen_to.month) == (2023, 1, 2)


def test_json_lines_of_stix_are_stix():
    rows = [json.dumps(_sdo("threat-actor", n, name=f"Crew {n}")) for n in range(3)]
    found, reading = _read("a.jsonl", "\n".join([*rows, '{"bro']).encode())
    assert len(found) == 3
    assert (reading.format, [drop.line for drop in reading.drops]) == ("stix-2.1", [4])


EVENT = {
    "info": "Spring campaign",
    "date": "2024-05-01",
    "Tag": [{"name": "tlp:green"}],
    "Attribute": [
        {"type": "domain|ip", "value": "evil.example|198.51.100.7"},
        {"type": "filename|sha1", "value": f"a.exe|{SHA1}"},
        {"type": "ip-dst|port", "value": "198.51.100.8|443"},
        {"type": "link", "value": "https://vendor.example/blog"},
        {"type": "comment", "value": "see vendor.example"},
        {"type": "filename", "value": "invoice.zip"},
        {"type": "regkey|value", "value": "HKCU\\a|evil2.example"},
        {"type": "domain", "value": "gone.example", "deleted": True},
        {"type": "ip-src", "value": "10.0.0.1"},
    ],
    "Object": [{"name": "file", "Attribute": [{"type": "md5", "value": MD5.upper()}]}],
    "Galaxy": [{"type": "threat-actor", "GalaxyCluster": [{"value": "Madeup Crew"}]}],
}


@pytest.mark.parametrize(
    "wrap", [lambda e: {"Event": e}, lambda e: {"response": [{"Event": e}]}, lambda e: [{"Event": e}]]
)
def test_misp_event_in_every_wrapping(wrap):
    found, reading = _read("a.json", wrap(EVENT))
    assert found == [
        ("domain", "evil.example"), ("ipv4", "198.51.100.7"), ("sha1", SHA1), ("ipv4", "198.51.100.8"), ("md5", MD5),
        ("actor", "madeup crew"),
    ]  # fmt: skip
    assert (reading.format, reading.title, reading.tlp) == ("misp", "Spring campaign", "TLP:GREEN")
    assert {drop.excerpt for drop in reading.drops} == {"gone.example", "10.0.0.1"}
    assert reading.mentions[0].line > 10


def test_array_of_events_is_one_reading():
    other = {"info": "Autumn", "Attribute": [{"type": "domain", "value": "autumn.example"}]}
    found, reading = _read("a.json", [{"Event": EVENT}, {"Event": other}])
    assert ("domain", "autumn.example") in found
    assert "2 events in one file" in reading.notes


def test_json_of_no_standard_is_walked_with_its_keys():
    document = {
        "title": "Feed", "generated_by": "made with a tool of ours, see vendor.example", "source": "https://vendor.example/",
        "domains": ["evil.example", "worse[.]example"], "config": {"server": "198.51.100.7,/ptj", "imphash": MD5},
        "iocs": [{"type": "sha256", "value": SHA256}, {"ioc_type": "filename", "value": "a.zip"}],
    }  # fmt: skip
    found, reading = _read("a.json", document)
    assert found == [
        ("domain", "evil.example"), ("domain", "worse.example"), ("ipv4", "198.51.100.7"), ("sha256", SHA256),
    ]  # fmt: skip
    assert (reading.format, reading.title, reading.mentions[0].line) == ("json", "Feed", 6)


def test_yaml_tag_pack_takes_its_currency_from_above_and_knows_its_lines():
    text = (
        b"title: A pack\ncurrency: ETH\nlastmod: 2022-10-17\nsource: https://vendor.example/a\ntags:\n"
        b"- address: '0x" + SHA1.encode() + b"'\n  label: evil.example\n"
        b"- address: 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2\n  currency: BTC\n"
    )
    found, reading = _read("pack.yaml", text)
    assert found == [
        ("eth", "0x" + SHA1), ("domain", "evil.example"), ("btc", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"),
    ]  # fmt: skip
    assert [mention.line for mention in reading.mentions] == [6, 7, 8]
    assert (reading.format, reading.title) == ("yaml", "A pack")


def test_openioc_takes_terms_by_their_search_path():
    item = '<IndicatorItem><Context search="{}"/><Content type="string">{}</Content></IndicatorItem>\n'
    data = (
        '<?xml version="1.0"?>\n<ioc xmlns="http://schemas.mandiant.com/2010/ioc">\n'
        "<short_description>Spring</short_description>\n<definition>"
        + item.format("FileItem/Md5sum", MD5)
        + item.format("Network/DNS", "evil.example")
        + item.format("FileItem/FileName", "a.zip")
        + "</definition></ioc>"
    )
    found, reading = _read("a.ioc", data.encode())
    assert found == [("md5", MD5), ("domain", "evil.example")]
    assert (reading.format, reading.title, reading.mentions[1].line) == ("openioc", "Spring", 5)
