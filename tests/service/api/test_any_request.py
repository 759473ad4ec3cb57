"""Whatever is sent, the service answers in words and never fails."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
import schemathesis
from homes_served import Served
from homes_served import serving
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from proofs import examples
from schemathesis import GenerationMode

pytestmark = pytest.mark.slow

USUAL, MANY = 25, 1_250
"""Requests of each kind to each route, in `make test` and in `make proof`: 10,000 in all there."""
ROUTES = [
    pytest.param("/v1/{use_case}/score", "POST", id="score"),
    pytest.param("/v1/{use_case}/invocations", "POST", id="invocations"),
    pytest.param("/v1/{use_case}/leads", "GET", id="leads"),
    pytest.param("/v1/{use_case}/leads/{lead_id}", "GET", id="lead"),
]
OTHERS = ["/v1/{use_case}/models", "/v1/use_cases", "/ready", "/metrics", "/health"]
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
HEALTH = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


@pytest.fixture(scope="module")
def described(served: Served, tmp_path_factory) -> Iterator[Any]:
    """Give the routes of a service of its own process, as it describes them itself."""
    log = tmp_path_factory.mktemp("any") / "log.txt"
    with serving(served, log) as client:
        answer = client.get("/openapi.json", headers=served.headers("admin"))
        schema = schemathesis.openapi.from_dict(answer.json())
        schema.config.update(base_url=str(client.base_url))
        yield schema
    assert "Traceback" not in log.read_text()
    assert "lsk_" not in log.read_text()


def requests() -> int:
    """Return how many requests of a kind are sent to a route."""
    return USUAL if examples(USUAL) == USUAL else MANY


def check(case: Any, headers: dict[str, str]) -> None:
    """Send a request; the answer is no failure, and says in words what is wrong with it."""
    answer = case.call(headers=headers)

    assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, answer.text
    if answer.status_code >= HTTPStatus.BAD_REQUEST:
        assert answer.headers["content-type"] == ["application/problem+json"]
        assert answer.json()["detail"]


@pytest.mark.parametrize("mode", MODES, ids=["as described", "not as described"])
@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_no_request_makes_a_route_fail(described, served, path, method, mode):
    """Requests made of the description, and of what it does not allow."""

    @settings(max_examples=requests(), suppress_health_check=HEALTH)
    @given(case=described[path][method].as_strategy(mode))
    def send(case):
        check(case, served.headers("admin"))

    send()


def test_no_request_makes_any_other_route_fail(described, served):
    """Those that take little; with a key and without."""

    @settings(max_examples=requests(), suppress_health_check=HEALTH)
    @given(
        case=st.sampled_from(OTHERS).flatmap(
            lambda path: described[path]["GET"].as_strategy(GenerationMode.POSITIVE)
        ),
        known=st.booleans(),
    )
    def send(case, known):
        check(case, served.headers("admin") if known else {})

    send()
