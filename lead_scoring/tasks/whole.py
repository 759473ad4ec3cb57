"""All three pipelines one after another in this process, as the scheduler runs them."""

from typing import TYPE_CHECKING
from typing import Any
from typing import Final

from lead_scoring.config.loading import load_use_case
from lead_scoring.errors import NoChampionError
from lead_scoring.errors import NothingOpenError
from lead_scoring.tasks import data
from lead_scoring.tasks import inference
from lead_scoring.tasks import reading
from lead_scoring.tasks import training
from lead_scoring.tasks.instants import parse
from lead_scoring.tasks.wiring import opened

if TYPE_CHECKING:
    from lead_scoring.pipelines.ports import Progress

BEST: Final = 10


def run(use_case: str, as_of: str, progress: "Progress | None" = None) -> dict[str, Any]:
    """Load, check drift, write outcomes, train if the governor says so, score and publish.

    Nothing of a load that is a data fault is believed: its outcomes are not written either.
    Where every model so far was refused there is no champion, and nothing is scored: that is an
    answer and no error, as it is where a training by hand is refused.

    Args:
        use_case: Name of the use case.
        as_of: Instant to compute for.
        progress: Who watches.

    Returns:
        ``load``, ``outcomes`` written, ``drift`` check, ``training`` (None if there was none),
        ``champion`` and ``batch`` (None if the load is faulty, or if there is no champion, and
        therefore not scored), ``unscored`` (why there is no champion, or that no lead is open
        where none has an event time; else None) and the ten best ``leads``.

    Raises:
        EmptyBatchError: There is a champion, leads have event times and none is open. All but
            the scoring is done.
    """
    load_id = data.load(use_case, as_of, progress=progress)
    check = data.check_drift(use_case, load_id, as_of, progress=progress)
    outcomes, trained = 0, None
    if check["action"] != "stop":
        outcomes = data.save_outcomes(use_case, load_id, as_of, progress=progress)
    if check["action"] == "train":
        reason = f"{check['verdict']}: {check['summary']}"
        trained = train(use_case, as_of, reason, progress=progress)
    scored: dict[str, Any] = {"batch": None, "champion": None}
    unscored = None
    if check["action"] != "stop" or load_use_case(use_case).drift.faults.score_anyway:
        try:
            scored = _score(use_case, load_id, as_of, progress)
        except NoChampionError:
            unscored = _why_no_champion(use_case)
        except NothingOpenError as error:
            unscored = str(error)
    return {
        "use_case": use_case,
        "as_of": parse(as_of),
        "load": reading.load(load_id),
        "outcomes": outcomes,
        "drift": check,
        "training": trained,
        **scored,
        "unscored": unscored,
        "leads": reading.best_leads(use_case, BEST),
    }


def train(
    use_case: str,
    as_of: str,
    reason: str,
    progress: "Progress | None" = None,
    *,
    trials: int | None = None,
    minutes: float | None = None,
) -> dict[str, Any]:
    """Train a challenger, decide on it and apply the decision.

    Args:
        use_case: Name of the use case.
        as_of: Instant to compute for.
        reason: Why, in words.
        progress: Who watches.
        trials: As of `lead_scoring.tasks.training.train`.
        minutes: As of `lead_scoring.tasks.training.train`.

    Returns:
        ``model``, ``decision`` and ``promoted``, the version that is champion now or None.
    """
    version = training.train(
        use_case, as_of, reason, progress=progress, trials=trials, minutes=minutes
    )
    decision_id = training.decide(use_case, version, as_of, progress)
    promoted = training.promote(use_case, decision_id)
    with opened(use_case) as work:
        model = work.registry.version(use_case, version)
        decisions = {item.decision_id: item for item in work.database.decisions(use_case)}
    return {"model": model, "decision": decisions[decision_id], "promoted": promoted}


def score(
    use_case: str, as_of: str, location: str | None = None, progress: "Progress | None" = None
) -> dict[str, Any]:
    """Score the newest load, or a file of its own that is never trained on, and publish.

    Args:
        use_case: Name of the use case.
        as_of: Instant to compute for.
        location: File to score instead of the newest load.
        progress: Who watches.

    Returns:
        ``load``, ``batch``, the ``champion`` that scored, the ten best ``leads`` of the batch,
        and how many of the batch's leads are ``listed`` as open.
    """
    if location is None:
        load_id = inference.newest_load(use_case, as_of)
    else:
        load_id = data.load(
            use_case, as_of, location=location, purpose="score_only", progress=progress
        )
    scored = _score(use_case, load_id, as_of, progress)
    listed, leads = reading.batch_leads(use_case, scored["batch"].batch_id, BEST)
    return {"load": reading.load(load_id), **scored, "listed": listed, "leads": leads}


def _score(use_case: str, load_id: str, as_of: str, progress: "Progress | None") -> dict[str, Any]:
    batch_id = inference.score(use_case, load_id, as_of, progress=progress)
    inference.publish(use_case, batch_id, progress=progress)
    batch = reading.batch(batch_id)
    with opened(use_case) as work:
        champion = work.registry.version(use_case, batch.model_version)
    return {"batch": batch, "champion": champion}


def _why_no_champion(use_case: str) -> str:
    """Return why nothing can be scored: what the newest decision on a model had against it."""
    with opened(use_case) as work:
        decisions = work.database.decisions(use_case)
    own = [one for one in decisions if one.kind in {"refusal", "hold"}]
    if not own:
        return f"there is no champion yet; to make one, run `lead-scoring train {use_case}`"
    last = own[-1]
    what = "waits for approval" if last.kind == "hold" else "was refused"
    return (
        f"there is no champion: the newest model, version {last.subject}, {what} "
        f"as of {last.as_of:%Y-%m-%d %H:%M} UTC: {'; '.join(last.reasons)}"
    )
