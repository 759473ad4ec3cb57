"""Commands about past scores: ``why`` and ``replay``."""

from typing import Annotated
from typing import Any

import typer
from rich.console import Console
from rich.text import Text

from lead_scoring.cli.options import AsJson
from lead_scoring.cli.options import known_use_case
from lead_scoring.cli.output import facts
from lead_scoring.cli.output import grid
from lead_scoring.cli.output import show
from lead_scoring.cli.progress import progress
from lead_scoring.core.plain import instant
from lead_scoring.core.said import MINUS

LEAST_PART = 5e-5
"""A smaller part of a change reads as 0 and is left out of the table."""
MOST_CAUSES = 12


def why(
    lead_id: Annotated[str, typer.Argument(metavar="LEAD_ID", help="Id of the lead.")],
    *,
    use_case: Annotated[
        str | None,
        typer.Option(
            metavar="USE_CASE",
            callback=lambda name: name and known_use_case(name),
            help="Where more than one use case knows the lead.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say why a lead's score moved since the batch before: the lead changed, or the model did.

    The change of the margin is split exactly, as the average of both orders. It says what the
    change goes with, not what caused it.
    """
    from lead_scoring.tasks import explaining

    found = explaining.why(lead_id, use_case)
    show(found, as_json=as_json, render=lambda console: _render_why(console, found))


def replay(
    batch_id: Annotated[str, typer.Argument(metavar="BATCH", help="Id of the batch.")],
    *,
    lead: Annotated[str | None, typer.Option(metavar="LEAD_ID", help="Only this lead.")] = None,
    as_json: AsJson = False,
) -> None:
    """Rebuild the scores of a batch from its snapshot and model; nothing is written.

    Exit code 1 if a score is not the one that is kept, to 1e-9.
    """
    from lead_scoring.tasks import explaining

    with progress() as shown:
        found = explaining.replay(batch_id, lead, progress=shown)
    show(found, as_json=as_json, render=lambda console: _render_replay(console, found))
    if found["differing"]:
        raise typer.Exit(1)


def _render_why(console: Console, found: dict[str, Any]) -> None:
    before, after = found["before"], found["after"]
    console.print(
        facts(
            [
                ("lead", f"{found['lead_id']} of {found['use_case']}"),
                ("before", _score(before)),
                ("now", _score(after)),
                ("margin moved by", _signed(found["change"])),
                ("  the lead changed", _signed(found["lead_changed"])),
                ("  the model changed", _signed(found["model_changed"])),
                *(
                    (f"  column {name}", f"{one['before']} → {one['after']}")
                    for name, one in found["columns"].items()
                ),
            ]
        )
    )
    same = before["predicted_class"] == after["predicted_class"]
    behind = [one for one in found["causes"] if _size(one) >= LEAST_PART][:MOST_CAUSES]
    rows = [
        (_moved(one, same_class=same), _signed(one["lead_changed"]), _signed(one["model_changed"]))
        for one in behind
    ]
    if rows:
        console.print(grid(("goes with", "lead", "model"), rows))


def _render_replay(console: Console, found: dict[str, Any]) -> None:
    batch, lead = found["batch"], found["lead"]
    rows = [
        ("batch", batch.batch_id),
        ("load", batch.load_id),
        ("model", f"version {batch.model_version}, digest {batch.model_digest}"),
        ("scores rebuilt", found["rows"]),
        ("figures that differ", found["differing"]),
    ]
    if lead is not None:
        rows += [(f"  {name}", value) for name, value in lead.items()]
    console.print(facts(rows))
    for one in found["differences"]:
        console.print(Text(f"  · {one}"))
    if not found["differing"]:
        console.print(Text("Every figure is the one that is kept, to 1e-9."))


def _score(score: dict[str, Any]) -> str:
    return (
        f"{score['score']:.2f} {score['grade'] or ''} at {instant(score['as_of'])}, margin"
        f" {score['margin']:.4f}, model {score['model_version']}, {score['batch_id']}"
    )


def _moved(cause: dict[str, Any], *, same_class: bool) -> str:
    if not cause["feature"]:
        return "base of the model" if same_class else "other classes are compared"
    if cause["before"] == cause["after"]:
        return str(cause["after"])
    return f"{cause['before'] or 'nothing'} → {cause['after'] or 'nothing'}"


def _size(cause: dict[str, Any]) -> float:
    return abs(float(cause["lead_changed"])) + abs(float(cause["model_changed"]))


def _signed(value: float) -> str:
    return f"{value:+.4f}".replace("-", MINUS)
