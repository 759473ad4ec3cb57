"""Serves the console of ``LEAD_SCORING_HOME`` on a free port, and says where."""

import contextlib
import socket
import sys

import uvicorn
from consoles import SECRET
from consoles import People
from fastapi import FastAPI

from lead_scoring.service.console.app import console_app
from lead_scoring.service.console.key_entrance import key_entrance


def main():
    """Serve until the process is ended."""
    console = console_app(key_entrance(People(), SECRET))
    app = FastAPI()
    app.mount("/console", console)
    with contextlib.closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        port = listener.getsockname()[1]
        sys.stdout.write(f"http://127.0.0.1:{port}/console\n")
        sys.stdout.flush()
        config = uvicorn.Config(app, log_level="warning")
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
