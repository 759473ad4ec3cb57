"""Clients that post the same leads again and again, over connections that stay open."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import numpy as np


@dataclass(frozen=True, slots=True)
class Timed:
    """How long the answers of one run took.

    Attributes:
        seconds: Time of each answer, ascending, s.
        elapsed: Time of the run, s.
        failed: Answers that were no scores.
    """

    seconds: tuple[float, ...]
    elapsed: float
    failed: int

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return len(self.seconds) / self.elapsed

    def quantile(self, share: float) -> float:
        """Return the time within which a share of the answers came, ms."""
        return float(np.quantile(self.seconds, share)) * 1_000


def post(
    url: str, bodies: Sequence[bytes], clients: int, requests: int, headers: dict[str, str]
) -> Timed:
    """Post bodies by turns until so many were answered, by so many clients at a time."""
    return asyncio.run(_post(url, bodies, clients, requests, headers))


async def _post(
    url: str, bodies: Sequence[bytes], clients: int, requests: int, headers: dict[str, str]
) -> Timed:
    parts = urlsplit(url)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: keep-alive\r\n"
    asked = [
        f"{head}{lines}Content-Type: application/json\r\n".encode()
        + b"Content-Length: %d\r\n\r\n" % len(body)
        + body
        for body in bodies
    ]
    turns = iter(range(requests))
    seconds: list[float] = []
    failed = 0

    async def client() -> None:
        nonlocal failed
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        for turn in turns:
            started = time.perf_counter()
            writer.write(asked[turn % len(asked)])
            status = await _answer(reader)
            seconds.append(time.perf_counter() - started)
            failed += status != b"200"
        writer.close()
        await writer.wait_closed()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return Timed(tuple(sorted(seconds)), time.perf_counter() - began, failed)


async def _answer(reader: asyncio.StreamReader) -> bytes:
    """Read an answer to its end and return its status."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next(line for line in lines if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.partition(b":")[2]))
    return lines[0].split(b" ")[1]
