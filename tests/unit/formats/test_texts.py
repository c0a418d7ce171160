"""Plain text, Markdown, AsciiDoc: what counts where."""

import pytest

from accord.formats import read

SHA256 = "c" * 63 + "3"


def _read(name, text):
    (reading,) = read(name, text.encode())
    return [(str(mention.kind), mention.value) for mention in reading.mentions], reading


def test_lists_take_every_host_and_sentences_only_defanged_ones():
    text = (
        "Indicators of the spring campaign\n\nevil.example\nC2: 198.51.100.7\n"
        "The full report is on our blog at vendor.example and was written by the whole team with love.\n"
        "The operators moved to worse[.]example after the first of the reports was out in the spring.\n"
    )
    found, reading = _read("a.txt", text)
    assert found == [("domain", "evil.example"), ("ipv4", "198.51.100.7"), ("domain", "worse.example")]
    assert reading.title == "Indicators of the spring campaign"


def test_comments_are_prose():
    found, _ = _read("a.txt", "# source: vendor.example\n// see vendor.example\nevil.example\n")
    assert found == [("domain", "evil.example")]


def test_bar_tables_in_text_are_tables():
    text = f"IOCs\n\n| Attribute | Value |\n|---|---|\n| mutex | BLACK.com |\n| sha256 | {SHA256.upper()} |\n"
    assert _read("a.txt", text)[0] == [("sha256", SHA256)]


def test_markdown_takes_fences_code_and_defanged_but_no_links():
    text = (
        "# The Report\n\nRead [more](https://vendor.example/blog) at https://vendor.example.\n"
        "The host `evil.example` and worse[.]example, file `invoice.zip`.\n\n```\nlisted.example\n```\n"
        "plain.example is not taken\n"
    )
    found, reading = _read("a.md", text)
    assert found == [("domain", "evil.example"), ("domain", "worse.example"), ("domain", "listed.example")]
    assert reading.title == "The Report"


def test_asciidoc_tables_and_passthroughs():
    text = (
        ":toc:\n\n= The Report -- Indicators\n\nThe post is at https://vendor.example/a[here].\n\n"
        '[options="header"]\n|===\n|SHA-256 | Filename | Domain\n'
        f"|`{SHA256.upper()}` | `setup.app` | `evil.example`\n|===\n\n"
        "* `+http://worse[.]example/a?++b++c+`\n* `+198.51.100.7+`\n"
    )
    found, reading = _read("README.adoc", text)
    assert ("sha256", SHA256) in found
    assert ("domain", "evil.example") in found
    assert ("ipv4", "198.51.100.7") in found
    assert not any(kind == "phone" or "vendor" in value or "setup" in value for kind, value in found)
    assert reading.title == "The Report -- Indicators"


def test_rows_that_are_spread_over_lines_keep_their_columns():
    text = "= X Y\n\n|===\n|Domain |Filename\n\n|evil.example\n|first.zip\n\n|worse.example\n|second.zip\n|===\n"
    assert _read("a.adoc", text)[0] == [("domain", "evil.example"), ("domain", "worse.example")]


@pytest.mark.parametrize("label", ["TLP:AMBER", "tlp:amber", "TLP: Amber"])
def test_handling_stated_in_the_text_is_taken(label):
    assert _read("a.txt", f"# {label}\nevil.example\n")[1].tlp == "TLP:AMBER"


def test_strictest_handling_wins():
    assert _read("a.txt", "# TLP:WHITE\n# TLP:AMBER+STRICT\nevil.example\n")[1].tlp == "TLP:AMBER+STRICT"


def test_word_lists_give_nothing():
    found, _ = _read("passwords.txt", "123456\nqwerty\npassword1!\nadmin@123\nP@ss.word\n1q2w3e4r\n")
    assert found == []


def test_titles_of_telling_files_come_from_their_name_and_those_of_plain_ones_from_their_folder():
    assert _read("2024/FIN - iocs/iocs.txt", "evil.example\n")[1].title == "FIN - iocs: iocs"
    assert _read("2024/spring.txt", "evil.example\n")[1].title == "spring"


def test_names_are_not_taken_from_the_path():
    found, _ = _read("emotet/emotet.txt", "evil.example\n")
    assert found == [("domain", "evil.example")]


def test_thumbprints_and_serial_numbers_are_no_file_hashes():
    text = (
        f"= X Y\n\n----\nSerial number: {SHA256[:32]}\nThumbprint: {SHA256[:40]}\nSHA1: {SHA256[-40:]}\n----\n"
        f"== Code-signing certificate SHA-1 thumbprints\n----\n{40 * 'd'}\n----\n"
    )
    found, _ = _read("a.adoc", text)
    assert found == [("certificate", SHA256[:40]), ("sha1", SHA256[-40:]), ("certificate", "d" * 40)]
