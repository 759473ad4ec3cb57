"""Commands that run pipelines: ``run``, ``load``, ``train``, ``score``."""

from datetime import datetime
from typing import Annotated

import typer

from lead_scoring.cli.options import AsJson
from lead_scoring.cli.options import AsOf
from lead_scoring.cli.options import UseCaseName
from lead_scoring.cli.options import instant_option
from lead_scoring.cli.options import readable_place
from lead_scoring.cli.output import show
from lead_scoring.cli.progress import progress
from lead_scoring.cli.rendering import render_load
from lead_scoring.cli.rendering import render_run
from lead_scoring.cli.rendering import render_scored
from lead_scoring.cli.rendering import render_training
from lead_scoring.tasks.instants import as_text


def run(use_case: UseCaseName, *, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Load, check, train if needed, score and publish: all three pipelines, without Airflow.

    Trains when there is no champion yet or when drift is harmful. Ends with a summary and the
    ten best leads. Running it again for the same instant changes nothing.

    Where every model was refused there is no champion, and nothing is scored: that is an answer,
    not a failure, so the exit code is 0 and the reasons are shown. So it is where leads have no
    event times and all of them have their outcome. Else a champion without a single open lead to
    score is a failure.
    """
    from lead_scoring.tasks import whole

    with progress() as shown:
        summary = whole.run(use_case, moment(use_case, as_of), progress=shown)
    show(summary, as_json=as_json, render=lambda console: render_run(console, summary))


def load(
    use_case: UseCaseName,
    *,
    as_of: AsOf = None,
    window_from: Annotated[
        datetime | None, instant_option("Load only leads created at or after this instant.")
    ] = None,
    window_to: Annotated[
        datetime | None, instant_option("Load only leads created before this instant.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read the source, set bad rows apart, keep a snapshot, and write down known outcomes."""
    from lead_scoring.tasks import data
    from lead_scoring.tasks import reading
    from lead_scoring.tasks.resolving import resolve_run

    chosen = resolve_run(
        use_case,
        as_of=moment(use_case, as_of),
        window_from=as_text(window_from),
        window_to=as_text(window_to),
    )
    with progress() as shown:
        load_id = data.load(
            use_case,
            str(chosen["as_of"]),
            window_from=chosen["window_from"],
            window_to=chosen["window_to"],
            progress=shown,
        )
        outcomes = data.save_outcomes(use_case, load_id, str(chosen["as_of"]), progress=shown)
    document = {"load": reading.load(load_id), "outcomes": outcomes}
    show(document, as_json=as_json, render=lambda console: render_load(console, document))


def train(
    use_case: UseCaseName,
    *,
    as_of: AsOf = None,
    reason: Annotated[str, typer.Option(help="Why a model is trained.")] = "asked for by hand",
    trials: Annotated[
        int | None,
        typer.Option(
            min=1, help="Try so many sets of hyperparameters first, instead of what is configured."
        ),
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option(help="Try hyperparameters for so many minutes at most."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train a challenger on the loads so far and make it champion if every gate says yes.

    Hyperparameters are searched first if the config or an option says so; a search that was
    killed goes on where it was. A refusal is an answer, not a failure: the exit code is 0 and the
    reasons are shown.
    """
    from lead_scoring.tasks import whole

    with progress() as shown:
        trained = whole.train(
            use_case,
            moment(use_case, as_of),
            reason,
            progress=shown,
            trials=trials,
            minutes=minutes,
        )
    show(trained, as_json=as_json, render=lambda console: render_training(console, trained))


def score(
    use_case: UseCaseName,
    *,
    location: Annotated[
        str | None,
        typer.Option(
            "--input",
            metavar="FILE_OR_URL",
            callback=readable_place,
            help=(
                "Score this CSV or Parquet file, or one at this address (https://…, s3://…),"
                " instead of the newest load; it never trains."
            ),
        ),
    ] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Score open leads with the champion and publish them.

    A batch unlike what the champion was trained on is held: computed, but not visible until
    someone releases it. The exit code is 0; the reasons and the next step are shown.
    """
    from lead_scoring.tasks import whole

    with progress() as shown:
        scored = whole.score(use_case, moment(use_case, as_of), location, progress=shown)
    show(scored, as_json=as_json, render=lambda console: render_scored(console, scored))


def moment(use_case: str, as_of: datetime | None) -> str:
    """Return the instant to compute for: given, else the platform's, else now."""
    from lead_scoring.io import clock
    from lead_scoring.tasks.resolving import resolve_run

    chosen = resolve_run(use_case, as_of=as_text(as_of), run_after=clock.now().isoformat())
    return str(chosen["as_of"])
