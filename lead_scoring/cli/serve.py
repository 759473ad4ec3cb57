"""``lead-scoring serve``: the REST service and the console."""

import ipaddress
import secrets
from typing import Annotated

import typer

from lead_scoring.errors import ConfigError
from lead_scoring.service.settings import MOST_BYTES
from lead_scoring.service.settings import MOST_ROWS
from lead_scoring.service.settings import RATE

LOOPBACK = "127.0.0.1"
PORT = 8090


def serve(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = LOOPBACK,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 for any free one.")] = PORT,
    rate: Annotated[
        str, typer.Option(help="Requests of one key, such as 200/second or 6000/minute.")
    ] = RATE,
    max_leads: Annotated[int, typer.Option(min=1, help="Leads of one request.")] = MOST_ROWS,
    max_bytes: Annotated[int, typer.Option(min=1, help="Bytes of a body.")] = MOST_BYTES,
    interval: Annotated[
        float, typer.Option(min=0.1, help="Seconds between two looks at who is champion.")
    ] = 2.0,
) -> None:
    """Serve scores over HTTP, and the console; every route but /health asks for a key.

    It listens on this machine alone. To open it to others, put a proxy with TLS before it; a
    `--host` beyond this machine is taken only where at least one key exists.
    """
    import uvicorn

    from lead_scoring.service.app import service_app
    from lead_scoring.service.settings import ServiceLimits
    from lead_scoring.service.settings import Settings
    from lead_scoring.tasks.keys import list_keys

    keys = [key for key in list_keys() if key.revoked_at is None]
    if not keys and not _is_loopback(host):
        msg = (
            f"--host {host} opens the service to others, and there is no key: make one with"
            " `lead-scoring keys add NAME --scope score`; nothing was started"
        )
        raise ConfigError(msg)
    if not keys:
        typer.echo("There is no key yet: lead-scoring keys add NAME --scope read --scope score")
    limits = ServiceLimits(rate, max_leads, max_bytes)
    app = service_app(Settings(limits, interval), secrets.token_urlsafe(32))
    typer.echo(f"REST http://{host}:{port}/v1, console http://{host}:{port}/console")
    uvicorn.run(app, host=host, port=port, access_log=False, server_header=False)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
