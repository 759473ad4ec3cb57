"""Measures the REST service beside MLflow's own server, on the same model in the same run.

``python -m benchmarks.serving``; ``--dry`` prints the section and leaves the document as it is.
"""

import argparse
import csv
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from typing import Final

from benchmarks.clients import Timed
from benchmarks.clients import post
from benchmarks.report import machine
from benchmarks.report import write
from lead_scoring.config.loading import home

USE_CASE: Final = "codepro_leads"
AS_OF: Final = "2022-02-01"
ROWS: Final = 8_000
LEADS: Final = 60
CLIENTS: Final = 50
WARM: Final = 50
ONE_BY_ONE: Final = 60
TOGETHER: Final = 1_500
ROUNDS: Final = 3
GOAL: Final = 5.0
BIN: Final = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Server:
    """A server that scores, and how it is asked.

    Attributes:
        name: For the table.
        url: Where leads are posted.
        headers: Headers of each request.
        alone: Requests of one client in a round.
        requests: Requests of fifty clients in a round; a slow server is sent fewer.
    """

    name: str
    url: str
    headers: dict[str, str]
    alone: int
    requests: int


def measure(folder: Path) -> str:
    """Train one model, serve it by both, measure in turns; return the section."""
    environment = os.environ | {
        "LEAD_SCORING_DATABASE_URL": f"sqlite:///{folder}/lead_scoring.db",
        "LEAD_SCORING_TRACKING_URI": f"sqlite:///{folder}/mlflow.db",
        "LEAD_SCORING_TUNING_URL": f"sqlite:///{folder}/tuning.db",
        "LEAD_SCORING_ARTIFACTS": str(folder / "artifacts"),
        "LEAD_SCORING_STORAGE": str(folder / "storage"),
        "LEAD_SCORING_DATA": str(folder / "data"),
        "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    }
    _command(environment, "migrate")
    _command(environment, "sample", USE_CASE, "--rows", str(ROWS))
    champion = _command(environment, "run", USE_CASE, "--as-of", AS_OF)["champion"]
    made = _command(environment, "keys", "add", "bench", "--scope", "score", "--scope", "read")
    headers = {"Authorization": f"Bearer {made['key']}"}
    with (
        _ours(environment, headers) as ours,
        _mlflow(environment, champion["uri"]) as theirs,
    ):
        fields = _fields(ours.url, headers)
        bodies = _bodies(folder / "data" / "codepro" / "leadscoring.csv", fields)
        both = [one for one in bodies if _is_scored(ours, one) and _is_scored(theirs, one)]
        timed = _in_turns((ours, theirs), both)
    return render(timed, champion["family"])


def _is_scored(server: Server, body: bytes) -> bool:
    """Return whether a server scores a lead: MLflow's refuses one whose town is missing."""
    return post(server.url, [body], 1, 1, server.headers).failed == 0


def _in_turns(
    servers: Sequence[Server], bodies: Sequence[bytes]
) -> dict[str, tuple[Timed, Timed]]:
    """Return the answers to one client and to fifty, of each server's median round."""
    alone: dict[str, list[Timed]] = {server.name: [] for server in servers}
    together: dict[str, list[Timed]] = {server.name: [] for server in servers}
    for server in servers:
        post(server.url, bodies, CLIENTS, WARM, server.headers)
    for _ in range(ROUNDS):
        for server in servers:
            print(f"  {server.name}", file=sys.stderr)
            one = post(server.url, bodies, 1, server.alone, server.headers)
            alone[server.name].append(one)
            fifty = post(server.url, bodies, CLIENTS, server.requests, server.headers)
            together[server.name].append(fifty)
    middle = ROUNDS // 2
    return {
        server.name: (
            sorted(alone[server.name], key=lambda one: one.quantile(0.5))[middle],
            sorted(together[server.name], key=lambda one: one.per_second)[middle],
        )
        for server in servers
    }


@contextmanager
def _ours(environment: dict[str, str], headers: dict[str, str]) -> Iterator[Server]:
    port = _free_port()
    base = f"http://127.0.0.1:{port}"
    command = [str(BIN / "lead-scoring"), "serve", "--port", str(port), "--rate", "1000000/second"]
    with _running(command, environment, f"{base}/health"):
        url = f"{base}/v1/{USE_CASE}/invocations"
        yield Server("lead-scoring serve", url, headers, ONE_BY_ONE, TOGETHER)


@contextmanager
def _mlflow(environment: dict[str, str], uri: str) -> Iterator[Server]:
    port = _free_port()
    base = f"http://127.0.0.1:{port}"
    command = [str(BIN / "mlflow"), "models", "serve", "--model-uri", uri, "--port", str(port)]
    with _running([*command, "--env-manager", "local"], environment, f"{base}/ping"):
        yield Server("mlflow models serve", f"{base}/invocations", {}, ONE_BY_ONE, TOGETHER // 5)


@contextmanager
def _running(command: list[str], environment: dict[str, str], health: str) -> Iterator[None]:
    """Run a server in a group of its own until it answers, and stop all of it afterwards."""
    with subprocess.Popen(
        command,
        env=environment,
        cwd=home(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            _wait_for(health, process)
            yield
        finally:
            os.killpg(process.pid, 15)
            process.wait(timeout=30)


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    limit = time.monotonic() + 180
    while time.monotonic() < limit and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 an address of our own
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    msg = f"nothing answers at {url}"
    raise RuntimeError(msg)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _fields(url: str, headers: dict[str, str]) -> list[str]:
    """Return the fields the model reads, which is what MLflow's server asks for."""
    address = url.replace("/invocations", "/models")
    with urllib.request.urlopen(  # noqa: S310 an address of our own
        urllib.request.Request(address, headers=headers)  # noqa: S310 likewise
    ) as answer:
        fields: list[str] = json.load(answer)["fields"]
    return fields


def _bodies(file: Path, fields: list[str]) -> list[bytes]:
    """Return leads of the sample, one to a body, in the layout both servers know."""
    with file.open(encoding="utf-8", newline="") as stream:
        rows = [row for _, row in zip(range(LEADS), csv.DictReader(stream), strict=False)]
    return [
        json.dumps(
            {"dataframe_split": {"columns": fields, "data": [[_value(row[f]) for f in fields]]}}
        ).encode()
        for row in rows
    ]


def _value(text: str) -> object:
    try:
        return float(text) if text else None
    except ValueError:
        return text


def _command(environment: dict[str, str], *arguments: str) -> Any:
    print(f"  {arguments[0]}", file=sys.stderr)
    done = subprocess.run(
        [str(BIN / "lead-scoring"), *arguments, "--json"],
        env=environment,
        cwd=home(),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def render(timed: dict[str, tuple[Timed, Timed]], family: str) -> str:
    """Return the section of the document."""
    command = "python -m benchmarks.serving"
    lines = [
        f"Measured by `{command}` on {machine()}; figures are of the median of {ROUNDS} rounds.",
        "",
        "| server | one client p50 (ms) | p99 (ms) | 50 clients: leads/s | p50 (ms) | p99 (ms) |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, (alone, together) in timed.items():
        lines.append(
            f"| `{name}` | {alone.quantile(0.5):.1f} | {alone.quantile(0.99):.1f} "
            f"| {together.per_second:,.0f} | {together.quantile(0.5):,.0f} "
            f"| {together.quantile(0.99):,.0f} |"
        )
    (_, ours), (_, theirs) = timed.values()
    ratio = ours.per_second / theirs.per_second
    tail = theirs.quantile(0.99) / ours.quantile(0.99)
    met = "met" if ratio >= GOAL and tail > 1 else "missed"
    failed = ours.failed + theirs.failed
    but = f" but {failed}" if failed else ""
    lines += [
        "",
        f"The model is the same `{family}`; every answer of both{but} was a score.",
        (
            f"With 50 clients the service answers {ratio:.1f} times as many leads a second, and"
            f" its p99 is {tail:.1f} times lower: the goal of {GOAL:.0f} times and a lower p99 is"
            f" {met}."
        ),
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, print the section and write it into the document."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving", description=__doc__)
    parser.add_argument("--dry", action="store_true", help="leave the document as it is")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lead_scoring_serving_") as folder:
        section = measure(Path(folder))
    print(section)
    if not options.dry:
        write(section, home() / "docs" / "BENCHMARKS.md", "serving")


if __name__ == "__main__":
    main()
