"""``lead-scoring keys``: who may use the services."""

from datetime import datetime
from typing import TYPE_CHECKING
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from lead_scoring.cli.options import AsJson
from lead_scoring.cli.options import instant_option
from lead_scoring.cli.options import known_use_case
from lead_scoring.cli.output import facts
from lead_scoring.cli.output import grid
from lead_scoring.cli.output import show

if TYPE_CHECKING:
    from lead_scoring.core.api_keys import ApiKey

app = typer.Typer(
    name="keys",
    no_args_is_help=True,
    help="Make, list and revoke the keys that the services ask for.",
)


def _known(name: str | None) -> str | None:
    return None if name is None else known_use_case(name)


@app.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose it is, such as crm.")],
    *,
    scope: Annotated[
        list[str],
        typer.Option(help="What it opens: read, score or admin; give it again for more."),
    ],
    use_case: Annotated[
        str | None,
        typer.Option(help="The only use case it is for. Default: all.", callback=_known),
    ] = None,
    expires: Annotated[
        datetime | None, instant_option("From when on it opens nothing. Default: never.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and show it; this is the only time anybody can see it."""
    from lead_scoring.tasks.keys import add_key

    key, secret = add_key(name, scope, use_case, expires)

    def render(console: Console) -> None:
        console.print(facts([*_facts(key), ("key", secret)]))
        console.print(Text("Keep it now: it is not kept here and cannot be shown again."))

    show(_plain(key) | {"key": secret}, as_json=as_json, render=render)


@app.command(name="list")
def list_keys(*, as_json: AsJson = False) -> None:
    """List all keys, oldest first, without their secrets."""
    from lead_scoring.tasks.keys import list_keys as listed

    keys = listed()

    def render(console: Console) -> None:
        if not keys:
            console.print("There is no key; `lead-scoring keys add NAME --scope score` makes one.")
            return
        headers = ("key id", "name", "scopes", "use case", "expires", "revoked")
        rows = [
            (
                one.key_id,
                one.name,
                ", ".join(sorted(one.scopes)),
                one.use_case or "all",
                one.expires_at or "never",
                one.revoked_at or "no",
            )
            for one in keys
        ]
        console.print(grid(headers, rows))

    show({"keys": [_plain(one) for one in keys]}, as_json=as_json, render=render)


@app.command()
def revoke(
    key_id: Annotated[
        str, typer.Argument(metavar="KEY_ID", help="As `lead-scoring keys list` shows it.")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Revoke a key for good; services take it for two seconds more, at most."""
    from lead_scoring.tasks.keys import revoke_key

    revoke_key(key_id)
    rows = [("revoked", key_id)]
    show({"revoked": key_id}, as_json=as_json, render=lambda console: console.print(facts(rows)))


def _facts(key: "ApiKey") -> list[tuple[str, object]]:
    return [
        ("key id", key.key_id),
        ("name", key.name),
        ("scopes", ", ".join(sorted(key.scopes))),
        ("use case", key.use_case or "all"),
        ("expires", key.expires_at or "never"),
    ]


def _plain(key: "ApiKey") -> dict[str, object]:
    """Return what may be printed of a key."""
    return {
        "key_id": key.key_id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "use_case": key.use_case,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
    }
