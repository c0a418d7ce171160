from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from uuid import UUID

import pytest
from tests.unit.formats import schemas
from tests.unit.report import sample

from accord.formats.xarf import Contact, abuse_reports

MADE = datetime(2026, 11, 24, 14, 5, tzinfo=UTC)
CONTACT = Contact("Alliance", "desk@alliance.example", "alliance.example")


def made(**more) -> dict:
    return abuse_reports(sample.plan(), reporter=CONTACT, made_at=MADE, **more)


@pytest.mark.shared
def test_every_report_is_valid_by_the_schemas() -> None:
    for reports in made().values():
        for report in reports:
            assert schemas.errors(schemas.xarf(), report) == []


@pytest.mark.shared
@pytest.mark.parametrize(
    "change",
    [
        {"category": "weather"},
        {"type": "phishing"},
        {"report_id": "7"},
        {"tags": ["no namespace"]},
        {"reporter": {"org": "A"}},
        {"threat_type": None},
    ],
)
def test_schemas_refuse_a_spoiled_report(change) -> None:
    report = {**made()["upland-hosting"][0], **change}
    assert schemas.errors(schemas.xarf(), report)


def test_only_acts_of_providers_are_reported_one_report_a_target() -> None:
    assert {slug: len(reports) for slug, reports in made().items()} == {"northern-registry": 84, "upland-hosting": 12}


def test_the_host_of_a_web_address_is_the_source() -> None:
    pages = [report for report in made()["upland-hosting"] if "url" in report]
    assert (pages[0]["source_identifier"], pages[0]["url"]) == ("fee-0.example", "http://fee-0.example/pay")


def test_a_broken_web_address_is_its_own_source() -> None:
    plan = sample.plan()
    plan["steps"][4]["targets"] = [["url", "http://[fee/"]]
    reports = abuse_reports(plan, reporter=CONTACT, made_at=MADE)
    assert reports["upland-hosting"][-1]["source_identifier"] == "http://[fee/"


def test_the_time_is_when_the_target_was_seen_if_that_is_known() -> None:
    seen = {("domain", "fee-0.example"): datetime(2026, 11, 2, 6, 0, tzinfo=UTC)}
    first, second = made(seen=seen)["northern-registry"][:2]
    assert first["timestamp"] == "2026-11-02T06:00:00Z"
    assert second["timestamp"] == "2026-11-24T14:05:00Z"


def test_ids_differ_by_target_follow_from_content_and_are_of_version_four() -> None:
    ids = [report["report_id"] for reports in made().values() for report in reports]
    assert len(set(ids)) == len(ids)
    assert ids == [report["report_id"] for reports in made().values() for report in reports]
    assert {UUID(each).version for each in ids} == {4}


def test_evidence_carries_its_own_digest() -> None:
    (item,) = made()["upland-hosting"][0]["evidence"]
    raw = base64.b64decode(item["payload"])
    assert item["hash"] == f"sha256:{hashlib.sha256(raw).hexdigest()}"
    assert item["size"] == len(raw)
