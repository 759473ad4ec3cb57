"""The example that writes scores back into a CRM, on a receiver that checks what it is sent."""

import hmac
import json
import runpy
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from dataclasses import field
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from homes import PROJECT
from homes_served import USE_CASE

pytestmark = pytest.mark.slow
EXAMPLE = SimpleNamespace(**runpy.run_path(str(PROJECT / "examples" / "crm_write_back.py")))
SECRET = "known to both sides"  # noqa: S105 of no use elsewhere


@dataclass
class Crm:
    """What a CRM took.

    Attributes:
        leads: Leads by id, as they were taken.
        seen: Ids of deliveries, each time one came.
        answers: Statuses to answer with before any delivery is taken.
    """

    url: str = ""
    leads: dict[str, Any] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@pytest.fixture
def crm() -> Iterator[Crm]:
    """Run a receiver that refuses what is not signed."""
    made = Crm()

    class Receiver(BaseHTTPRequestHandler):
        """Takes deliveries once."""

        def do_POST(self) -> None:
            """Check the signature, take what is new, and answer."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            delivery, sent = self.headers["webhook-id"], self.headers["webhook-timestamp"]
            signed = EXAMPLE.sign(SECRET, delivery, sent, body)
            status = 200 if hmac.compare_digest(signed, self.headers["webhook-signature"]) else 401
            status = made.answers.pop(0) if made.answers else status
            made.seen.append(delivery)
            if status == 200:
                made.leads |= {lead["lead_id"]: lead for lead in json.loads(body)["leads"]}
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made.url = f"http://127.0.0.1:{server.server_address[1]}/scores"
        yield made
        server.shutdown()


@pytest.fixture
def write_back(client, served, crm, tmp_path: Path):
    """Give a call that runs the example once, with what it noted before."""

    def run(secret: str = SECRET) -> int:
        client.headers.update(served.headers("read"))
        hook = EXAMPLE.Hook(crm.url, secret, wait=0.001)
        with closing(EXAMPLE.Taken(tmp_path / "taken.db")) as taken:
            return EXAMPLE.write_back(client, USE_CASE, hook, taken)

    yield run
    client.headers.pop("Authorization", None)


def test_every_score_is_delivered_once(crm, write_back, served):
    """A second run has nothing to say."""
    ((expected,),) = served.command.rows("SELECT count(*) FROM current_scores")

    assert write_back() == len(crm.leads) == expected
    assert write_back() == 0
    assert len(crm.seen) == len(set(crm.seen))


def test_a_crm_that_is_busy_is_asked_again_with_the_same_delivery(crm, write_back):
    """Until it takes it; the id stays the same, so that it is taken once."""
    crm.answers = [503, 429]

    assert write_back() == len(crm.leads)
    assert crm.seen[0] == crm.seen[1] == crm.seen[2]


def test_what_was_taken_and_not_noted_comes_again_under_its_id(crm, write_back, tmp_path):
    """As after a kill between the two."""
    write_back()
    first = list(crm.seen)
    (tmp_path / "taken.db").unlink()
    write_back()

    assert crm.seen == [*first, *first]


def test_a_delivery_that_is_signed_wrongly_is_not_sent_again(crm, write_back):
    """It would not help; nothing is noted as taken."""
    with pytest.raises(EXAMPLE.RefusedError, match="401"):
        write_back("another secret")

    assert len(crm.seen) == 1
    assert crm.leads == {}
    assert write_back() > 0
