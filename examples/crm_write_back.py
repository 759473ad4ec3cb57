"""Writes new scores back into a CRM: a webhook with signed, retried, idempotent deliveries.

    export LEAD_SCORING_URL=http://127.0.0.1:8090 LEAD_SCORING_KEY=lsk_…  CRM_SECRET=…
    python examples/crm_write_back.py codepro_leads https://crm.example.com/hooks/scores

It reads the current scores over REST and posts those that are new since the last run, in pieces.
What was taken is kept in a SQLite file, so a run that has nothing new posts nothing, and one that
was killed goes on. A piece that was taken but not noted is posted again under the same
``webhook-id``: the receiver keeps the ids it has seen and answers 200. Headers and signature are
those of Standard Webhooks, https://www.standardwebhooks.com, for which there are libraries.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
from tenacity import Retrying
from tenacity import retry_if_exception_type
from tenacity import stop_after_attempt
from tenacity import wait_exponential_jitter

PIECE = 200
ATTEMPTS = 6
PATIENCE = 30.0
Lead = dict[str, Any]


class RefusedError(Exception):
    """The CRM does not want a delivery; sending it again would not help."""


class BusyError(Exception):
    """The CRM cannot take a delivery now."""


@dataclass(frozen=True)
class Hook:
    """Where scores go.

    Attributes:
        url: Address of the CRM's webhook.
        secret: What both sides know; signs every delivery.
        wait: Seconds before the first retry; each further wait is twice as long.
    """

    url: str
    secret: str
    wait: float = 1.0


class Taken:
    """What the CRM has taken, in a SQLite file: of each lead the batch of its score."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file)
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS taken (use_case TEXT, lead_id TEXT, batch_id TEXT,"
            " PRIMARY KEY (use_case, lead_id))"
        )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def has(self, use_case: str, lead: Lead) -> bool:
        """Return whether the CRM has this score of a lead."""
        query = "SELECT 1 FROM taken WHERE use_case = ? AND lead_id = ? AND batch_id = ?"
        key = (use_case, lead["lead_id"], lead["batch_id"])
        return self._connection.execute(query, key).fetchone() is not None

    def note(self, use_case: str, leads: list[Lead]) -> None:
        """Note that the CRM has these scores; all of them or none."""
        rows = [(use_case, lead["lead_id"], lead["batch_id"]) for lead in leads]
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO taken VALUES (?, ?, ?)", rows)


def write_back(service: httpx.Client, use_case: str, hook: Hook, taken: Taken) -> int:
    """Post every score that is new; return how many.

    Raises:
        RefusedError: The CRM does not want a delivery. Those before it are done.
        BusyError: The CRM could not take one, however often it was tried; likewise.
    """
    new = (lead for lead in current(service, use_case) if not taken.has(use_case, lead))
    posted = 0
    with httpx.Client(timeout=PATIENCE) as crm:
        while piece := list(islice(new, PIECE)):
            deliver(crm, hook, use_case, piece)
            taken.note(use_case, piece)
            posted += len(piece)
    return posted


def current(service: httpx.Client, use_case: str) -> Iterator[Lead]:
    """Yield the current scores of a use case, best first, page by page."""
    after: str | None = ""
    while after is not None:
        answer = service.get(f"/v1/{use_case}/leads", params={"limit": 1_000, "after": after})
        answer.raise_for_status()
        page = answer.json()
        yield from page["leads"]
        after = page["next"]


def deliver(crm: httpx.Client, hook: Hook, use_case: str, leads: list[Lead]) -> None:
    """Post one piece until it is taken; the same piece has the same id, however often posted."""
    body = json.dumps({"use_case": use_case, "leads": leads}, sort_keys=True).encode()
    delivery = f"msg_{hashlib.sha256(body).hexdigest()[:32]}"
    patient = Retrying(
        retry=retry_if_exception_type((BusyError, httpx.TransportError)),
        wait=wait_exponential_jitter(multiplier=hook.wait, max=60 * hook.wait, jitter=hook.wait),
        stop=stop_after_attempt(ATTEMPTS),
        reraise=True,
    )
    for attempt in patient:
        with attempt:
            _post(crm, hook, delivery, body)


def _post(crm: httpx.Client, hook: Hook, delivery: str, body: bytes) -> None:
    sent = str(int(datetime.now(UTC).timestamp()))  # noqa: TID251 the receiver checks its age
    headers = {
        "content-type": "application/json",
        "webhook-id": delivery,
        "webhook-timestamp": sent,
        "webhook-signature": sign(hook.secret, delivery, sent, body),
    }
    answer = crm.post(hook.url, content=body, headers=headers)
    if answer.is_success:
        return
    said = f"{delivery}: the CRM answers {answer.status_code}: {answer.text[:200]}"
    if answer.is_server_error or answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        raise BusyError(said)
    raise RefusedError(said)


def sign(secret: str, delivery: str, sent: str, body: bytes) -> str:
    """Return the signature of a delivery, HMAC-SHA256 of its id, its time and its body."""
    signed = f"{delivery}.{sent}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(secret.encode(), signed, 'sha256')).decode()}"


def main() -> None:
    """Post the new scores of a use case."""
    parser = argparse.ArgumentParser(description="Write new scores back into a CRM.")
    parser.add_argument("use_case")
    parser.add_argument("url", help="address of the CRM's webhook")
    parser.add_argument("--taken", type=Path, default=Path("crm_write_back.db"))
    options = parser.parse_args()
    headers = {"Authorization": f"Bearer {os.environ['LEAD_SCORING_KEY']}"}
    hook = Hook(options.url, os.environ["CRM_SECRET"])
    with (
        httpx.Client(base_url=os.environ["LEAD_SCORING_URL"], headers=headers) as service,
        closing(Taken(options.taken)) as taken,
    ):
        posted = write_back(service, options.use_case, hook, taken)
    print(f"{posted:,} scores of {options.use_case} written back")


if __name__ == "__main__":
    main()
