"""A mail server and a webhook of this machine, to see what is really sent."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler
from http.server import HTTPServer
from pathlib import Path
from typing import Any


@dataclass
class Received:
    """What came in.

    Attributes:
        mails: Messages, with the addresses they were sent to.
        posts: Bodies of requests, read as JSON.
        refuse: While there is such a file, both answer with errors; they keep what they are sent.
    """

    refuse: Path
    mails: list[tuple[list[str], Message]] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def refusing(self) -> bool:
        """Whether both answer with errors."""
        return self.refuse.exists()


class Mailbox(socketserver.StreamRequestHandler):
    """Speaks as much SMTP as a client needs to hand over a message."""

    received: Received

    def handle(self) -> None:
        """Answer one client until it quits."""
        addresses: list[str] = []
        self.answer("220 here")
        while line := self.rfile.readline().decode().strip():
            command = line[:4].upper()
            if command == "RCPT":
                addresses.append(line.partition("<")[2].partition(">")[0])
            if command == "DATA":
                self.answer("354 go on")
                self.received.mails.append((addresses, self.message()))
                self.answer("554 refused" if self.received.refusing else "250 taken")
            else:
                self.answer("221 bye" if command == "QUIT" else "250 fine")

    def message(self) -> Message:
        """Read a message up to the line with a dot."""
        lines = iter(self.rfile.readline, b".\r\n")
        return message_from_bytes(b"".join(lines))

    def answer(self, text: str) -> None:
        """Write a line."""
        self.wfile.write(f"{text}\r\n".encode())


class Webhook(BaseHTTPRequestHandler):
    """Takes what is posted."""

    received: Received

    def do_POST(self) -> None:
        """Keep the body and answer."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.posts.append(json.loads(body))
        self.send_response(500 if self.received.refusing else 200)
        self.end_headers()
        self.wfile.write(b"refused" if self.received.refusing else b"ok")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def receiving(refuse: Path) -> Iterator[tuple[Received, int, int]]:
    """Run both; give what they receive, the port of the mail server and that of the webhook.

    Args:
        refuse: While there is such a file, both answer with errors.
    """
    received = Received(refuse)
    mailbox = type("ThisMailbox", (Mailbox,), {"received": received})
    webhook = type("ThisWebhook", (Webhook,), {"received": received})
    with (
        socketserver.ThreadingTCPServer(("127.0.0.1", 0), mailbox) as mail,
        HTTPServer(("127.0.0.1", 0), webhook) as hook,
    ):
        for server in (mail, hook):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        yield received, mail.server_address[1], hook.server_address[1]
        for server in (mail, hook):
            server.shutdown()
