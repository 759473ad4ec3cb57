"""Commands in which a person decides about data: ``check``, ``release`` and so on."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated

import typer

from lead_scoring.cli.options import AsJson
from lead_scoring.cli.options import AsOf
from lead_scoring.cli.options import By
from lead_scoring.cli.options import Reason
from lead_scoring.cli.options import UseCaseName
from lead_scoring.cli.options import person
from lead_scoring.cli.options import said_reason
from lead_scoring.cli.output import facts
from lead_scoring.cli.output import show
from lead_scoring.cli.pipelines import moment
from lead_scoring.cli.progress import progress
from lead_scoring.cli.rendering import render_check
from lead_scoring.cli.rendering import render_load
from lead_scoring.errors import UnknownIdError


class Overriding(StrEnum):
    """What a person may say against a verdict."""

    TRAIN = "train"
    KEEP = "keep"
    ACCEPT = "accept"


def check(
    use_case: UseCaseName,
    *,
    load: Annotated[
        str | None,
        typer.Option(metavar="LOAD", help="Id of the load to check; the newest if not given."),
    ] = None,
    override: Annotated[
        Overriding | None,
        typer.Option(
            help="Outweigh the verdict: train or keep the champion whatever it is, or accept a "
            "load that looks broken and is right."
        ),
    ] = None,
    reason: Annotated[
        str, typer.Option(help="Why it is overridden, in a sentence; it is kept.")
    ] = "",
    by: By = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Judge whether new leads still look like those the champion was judged on.

    Says the verdict, what it leads to and why; nothing is trained or scored. A check that was
    made before is shown as it was. An override is kept with who said so and why.
    """
    from lead_scoring.tasks import data
    from lead_scoring.tasks import inference

    instant = moment(use_case, as_of)
    said = said_reason(reason) if override else ""
    if reason and not override:
        msg = "a reason is for an override; say which with --override"
        raise typer.BadParameter(msg, param_hint="--reason")
    who = person(by)
    chosen = load or inference.newest_load(use_case, instant, faulty=True)
    with _known("--load"), progress() as shown:
        found = data.check_drift(
            use_case,
            chosen,
            instant,
            shown,
            override=override.value if override else None,
            reason=said,
            by=who,
        )
    show(found, as_json=as_json, render=lambda console: render_check(console, found))


def release(
    batch: Annotated[
        str, typer.Argument(metavar="BATCH", help="Id of a held batch; `status` lists them.")
    ],
    *,
    reason: Reason,
    by: By = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Publish a held batch. Who released it and why is kept."""
    from lead_scoring.tasks import inference
    from lead_scoring.tasks import reading

    with _known("BATCH"):
        use_case = reading.batch(batch).use_case
    who = person(by)
    inference.release(use_case, batch, who, said_reason(reason), moment(use_case, as_of))
    released = reading.batch(batch)
    rows = [
        ("batch", released.batch_id),
        ("status", released.status),
        ("leads", released.rows_scored),
        ("released by", who),
        ("reason", reason),
    ]
    document = {"batch": released, "by": who, "reason": reason}
    show(document, as_json=as_json, render=lambda console: console.print(facts(rows)))


def replay_quarantine(
    load: Annotated[
        str, typer.Argument(metavar="LOAD", help="Id of a load with quarantined rows.")
    ],
    *,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Check a load's quarantined rows again, by the contract as it is now.

    Rows that pass become a load of their own; the others stay in quarantine.
    """
    from lead_scoring.tasks import data
    from lead_scoring.tasks import reading

    with _known("LOAD"):
        use_case = reading.load(load).use_case
    instant = moment(use_case, as_of)
    with progress() as shown:
        replayed = data.replay_quarantine(use_case, load, instant, progress=shown)
        outcomes = data.save_outcomes(use_case, replayed, instant) if replayed else 0
    found = reading.load(replayed) if replayed else None
    document = {"replayed": load, "load": found, "outcomes": outcomes}
    show(
        document,
        as_json=as_json,
        render=lambda console: (
            render_load(console, document)
            if found
            else console.print(f"Nothing to replay: no row of {load} is accepted now.")
        ),
    )


@contextmanager
def _known(argument: str) -> Iterator[None]:
    """Make an id that was typed wrong a usage error."""
    try:
        yield
    except UnknownIdError as error:
        raise typer.BadParameter(str(error), param_hint=argument) from error
