"""Rule 5: open vocabularies are suggestions. Closed enumerations are in the schemas, which check them hard."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from accord.stix import schemas

_MOTIVES = {
    "primary_motivation": "attack-motivation-ov",
    "secondary_motivations": "attack-motivation-ov",
    "resource_level": "attack-resource-level-ov",
}
USES: Mapping[str, Mapping[str, str]] = {
    "grouping": {"context": "grouping-context-ov"},
    "identity": {"identity_class": "identity-class-ov", "sectors": "industry-sector-ov"},
    "indicator": {"indicator_types": "indicator-type-ov", "pattern_type": "pattern-type-ov"},
    "infrastructure": {"infrastructure_types": "infrastructure-type-ov"},
    "intrusion-set": _MOTIVES,
    "location": {"region": "region-ov"},
    "malware": {
        "malware_types": "malware-type-ov",
        "implementation_languages": "implementation-language-ov",
        "capabilities": "malware-capabilities-ov",
        "architecture_execution_envs": "processor-architecture-ov",
    },
    "malware-analysis": {"result": "malware-av-result-ov"},
    "report": {"report_types": "report-type-ov"},
    "threat-actor": {
        **_MOTIVES,
        "personal_motivations": "attack-motivation-ov",
        "threat_actor_types": "threat-actor-type-ov",
        "roles": "threat-actor-role-ov",
        "sophistication": "threat-actor-sophistication-ov",
    },
    "tool": {"tool_types": "tool-type-ov"},
    "user-account": {"account_type": "account-type-ov"},
}


_NONE: Mapping[str, str] = {}


def suggestions(obj: Mapping[str, Any]) -> list[str]:
    """Sentences on values outside an open vocabulary, with the nearest suggested one. Never a reason to refuse."""
    found: list[str] = []
    for name, vocabulary in USES.get(obj["type"], _NONE).items():
        if name not in obj:
            continue
        known = schemas.vocabulary("2.1", obj["type"], vocabulary)
        values = obj[name] if isinstance(obj[name], list) else [obj[name]]
        for value in values:
            if known and isinstance(value, str) and value not in known:
                near = get_close_matches(value[:80].lower(), sorted(known), 1)
                hint = f"; did they mean {near[0]}?" if near else ""
                found.append(f"{name}: {value[:40]} is not in {vocabulary}{hint}")
    return found
