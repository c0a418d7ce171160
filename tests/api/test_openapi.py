"""The OpenAPI document is true: every address is in it, and what it does not say does not come."""

from __future__ import annotations

import json
import re
import zlib

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from litestar.routes import HTTPRoute
from schemathesis import checks as known
from schemathesis.specs.openapi import checks

from accord.web.api.openapi import document_of
from accord.web.api.router import HANDLERS

DOCUMENT = json.loads(document_of(HANDLERS))
CHECKS = (
    known.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
)
CALM = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much]


def test_the_document_is_open_to_everybody_and_says_3_1(call):
    answer = call("").get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1.")
    assert answer.json() == DOCUMENT


def test_every_address_of_the_api_is_described(app):
    there = {
        (re.sub(r":\w+}", "}", route.path), method)
        for route in app.routes
        if isinstance(route, HTTPRoute) and route.path.startswith("/api/v1")
        for method in route.methods
        if method not in ("HEAD", "OPTIONS")
    }
    told = {(path, method.upper()) for path, item in DOCUMENT["paths"].items() for method in item}
    assert there - {("/api/v1/openapi.json", "GET")} == told


def test_every_operation_has_a_summary_and_names_every_refusal():
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            assert operation.get("summary"), path
            assert {"400", "401", "403", "404", "422", "503"} <= operation["responses"].keys(), (path, method)


def hooks(made):
    """Ids that are there, so that more than the refusals is asked for."""
    numbers = {"contribution_id": made.contributions, "lead_id": made.leads}

    def known_ids(parameters):
        return {
            name: str(numbers[name][zlib.crc32(str(value).encode()) % len(numbers[name])]) if name in numbers else value
            for name, value in parameters.items()
        }

    return known_ids


def ask(app, made, token, examples):
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers={"Authorization": token})
    known_ids = hooks(made)
    asked = 0
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(max_examples=examples, deadline=None, suppress_health_check=CALM, database=None, derandomize=True)
        @given(case=operation.as_strategy())
        def one(case):
            nonlocal asked
            if case.path_parameters:
                case.path_parameters = known_ids(dict(case.path_parameters))
            case.call_and_validate(headers={"Authorization": token}, checks=CHECKS)
            asked += 1

        one()
    return asked


@pytest.mark.parametrize("examples", [6, pytest.param(150, marks=pytest.mark.slow)])
def test_no_server_error_and_no_undocumented_answer(app, api, made, examples):
    assert ask(app, made, api.headers["authorization"], examples) >= examples * 5
