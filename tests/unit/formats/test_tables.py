"""Tables: columns in any order, with and without a header, with whatever stands between the rows."""

import pytest

from accord.formats import read


def _values(text, name="a.csv"):
    (reading,) = read(name, text.encode())
    return [(str(mention.kind), mention.value) for mention in reading.mentions], reading


MD5, SHA1, SHA256 = "a" * 31 + "1", "b" * 39 + "2", "c" * 63 + "3"


@pytest.mark.parametrize(
    "text",
    [
        f"Indicator,Type,Description\nevil.example,Domain,C2\n{SHA256},SHA256,Dropper\n",
        f"Type,Indicator\nDomain,evil.example\nSHA-256,{SHA256}\n",
        f"Indicator, Type, Description\nevil[.]example , domain , x\n{SHA256} , sha256, y\n",
        f"value,entity_type,description\nevil.example,hostname,x\n{SHA256},file,x\n",
        f"Indicator type,Data\ndomain,evil.example\nLOADER_SHA256,{SHA256}\n",
        f"domain;sha256\nevil.example;{SHA256}\n",
        f"SHA256\tC2 domain\n\t\n{SHA256}\t\n\tevil.example\n",
        (
            "2024-01-01 00:00:00,who,domain,evil.example,#tag,https://x.com/who/status/2038060624442441954\n"
            f"2024-01-02 00:00:00,who,sha256,{SHA256},,https://x.com/who/status/2038060624442441955\n"
        ),
        f"# from 2024\nC2 servers,\nevil.example,\nSamples,\n{SHA256},\n",
    ],
)
def test_the_same_two_values_come_out_of_every_shape(text):
    found, _ = _values(text)
    assert sorted(found) == [("domain", "evil.example"), ("sha256", SHA256)]


def test_type_cell_that_is_wrong_does_not_lose_the_value():
    found, reading = _values("type,value\ndomain,198.51.100.7\nip,evil.example\n")
    assert found == [("ipv4", "198.51.100.7"), ("domain", "evil.example")]
    assert reading.drops == []


def test_refused_values_are_dropped_with_line_and_reason():
    found, reading = _values("type,value\nip,192.168.1.4\ndomain,nothing.invalidtld\nmd5,abc\n")
    assert found == []
    assert [drop.line for drop in reading.drops] == [2, 3, 4]
    assert len({drop.reason for drop in reading.drops}) == 3
    assert reading.drops[0].excerpt == "192.168.1.4"


def test_key_fingerprints_are_no_file_hashes():
    found, reading = _values(f"c2_ip\tpubkey_md5\thost\n198.51.100.7\t{MD5}\tevil.example\n")
    assert found == [("ipv4", "198.51.100.7"), ("domain", "evil.example")]
    assert "fingerprint of a key" in reading.drops[0].reason
    found, _ = _values(
        f"Type,Value,Note\nSHA1,{SHA1},Certificate thumbprint - used to sign\nSHA1,{SHA1[::-1]},dropper\n"
    )
    assert found == [("certificate", SHA1), ("sha1", SHA1[::-1])]


def test_file_names_and_fuzzy_hashes_give_nothing_and_are_counted():
    found, reading = _values(f"Type,Value\nFilename,invoice.zip\nimphash,{MD5}\nMutex,evil.example\n")
    assert found == []
    assert reading.notes[-1].startswith("no selectors by their nature: 3 file names, mutexes")


def test_transaction_ids_are_no_hashes():
    found, reading = _values(f"address,creation_tx\n0x{SHA1},0x{SHA256}\n")
    assert found == [("eth", f"0x{SHA1}")]
    assert "transaction id" in reading.drops[0].reason


def test_links_to_where_it_was_published_are_no_selectors():
    found, _ = _values("indicator,reference\nevil.example,https://blog.example/report\n")
    assert found == [("domain", "evil.example")]


def test_dates_give_the_span():
    _, reading = _values(
        "domain,first_seen,last_seen\na.example,2021/03/04,2021/03/09 10:00:00\nb.example,2020-01-02,\n"
    )
    assert (str(reading.seen_from)[:10], str(reading.seen_to)[:19]) == ("2020-01-02", "2021-03-09 10:00:00")


def test_quoted_cells_may_span_lines_and_stray_quotes_do_not_swallow_the_file():
    found, _ = _values('value,note\n"a.example","two\nlines"\nb.example,x\n')
    assert found == [("domain", "a.example"), ("domain", "b.example")]
    text = 'value,note\n"a.example,x\n' + "".join(f"host{n}.example,x\n" for n in range(100))
    found, reading = _values(text)
    assert len(found) == 101
    assert any("never closes" in note for note in reading.notes)


def test_second_header_changes_the_columns():
    found, _ = _values(f"Type,Value\nDomain,evil.example\n\nValue,Type\n{SHA256},SHA256\n")
    assert found == [("domain", "evil.example"), ("sha256", SHA256)]


def test_urls_mention_their_host_once_and_repeats_are_not_repeated():
    found, reading = _values("url\nhttps://evil.example/a\nhttps://evil.example/b\nhttps://evil.example/a\n")
    assert found == [("url", "https://evil.example/a"), ("domain", "evil.example"), ("url", "https://evil.example/b")]
    assert [mention.claim for mention in reading.mentions] == [0, 0, 1]
    assert [claim.type for claim in reading.claims] == ["url", "url"]


def test_tabs_under_the_name_csv_are_seen():
    _, reading = _values("domain\tip\nevil.example\t198.51.100.7\n")
    assert reading.format == "tsv"


def test_header_with_a_total_among_many_titles_is_a_header():
    text = (
        f"SHA256,Compile Time,Version,BTC Price,BTC Wallet,Name,Total,744.43\n{SHA256},1/1/16,8.2.8.8,429.5,N/A,x,,\n"
    )
    found, reading = _values(text)
    assert (found, reading.drops) == ([("sha256", SHA256)], [])
