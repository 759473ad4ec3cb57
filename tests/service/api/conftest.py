"""One home with two versions of a model for all tests of the REST service."""

from collections.abc import Iterator

import pytest
from homes_served import Served
from homes_served import make_served
from starlette.testclient import TestClient

from lead_scoring.service.app import service_app
from lead_scoring.service.settings import ServiceLimits
from lead_scoring.service.settings import Settings

SECRET = "signs nothing that anybody reads"  # noqa: S105 of no use elsewhere
LIMITS = ServiceLimits(rate="1000000/second", most_rows=50, most_bytes=20_000)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    """Give the home; version 1 is champion, and tests that change it put it back."""
    return make_served(tmp_path_factory.mktemp("served") / "home")


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[TestClient]:
    """Give a client of the app, which runs in this process; it sends no key.

    Its settings are gone with the module: other tests have homes of their own.
    """
    with served.command.entered(), TestClient(service_app(Settings(LIMITS), SECRET)) as opened:
        yield opened
