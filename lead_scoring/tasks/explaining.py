"""What people ask of a past score: whether it can be rebuilt, and why it moved."""

from typing import TYPE_CHECKING
from typing import Any
from typing import Final

from lead_scoring.config.loading import use_case_names
from lead_scoring.errors import GateError
from lead_scoring.errors import UnknownIdError
from lead_scoring.tasks.wiring import opened
from lead_scoring.tasks.wiring import opened_database

if TYPE_CHECKING:
    from lead_scoring.pipelines.ports import Progress

_OF_SCORE: Final = (
    "batch_id", "load_id", "as_of", "model_version", "model_digest", "probability", "prediction",
    "predicted_class", "score", "margin", "grade",
)  # fmt: skip


def replay(
    batch_id: str, lead_id: str | None = None, progress: "Progress | None" = None
) -> dict[str, Any]:
    """Rebuild the scores of a batch from its snapshot and model, and compare them.

    Args:
        batch_id: The batch.
        lead_id: Only this lead.
        progress: Who watches.

    Returns:
        Plain values: ``batch``, ``rows`` that were rebuilt, how many figures are ``differing``,
        the first ``differences`` in words, and the rebuilt score of the one ``lead``.

    Raises:
        UnknownIdError: There is no such batch, or the lead is not in it.
        GateError: No scores of the batch are kept in the database.
        IntegrityError: The snapshot or the model is gone, or is not what was recorded.
    """
    from lead_scoring.pipelines.replay import replay_batch
    from lead_scoring.tasks.reading import batch

    with opened(batch(batch_id).use_case, progress) as work:
        found = replay_batch(
            work.use_case,
            batch_id,
            lead_id,
            loads=work.database,
            snapshots=work.snapshots,
            registry=work.registry,
            scores=work.database,
            progress=work.progress,
        )
    return {
        "batch": found.batch,
        "rows": found.rows,
        "differing": found.differing,
        "differences": [str(one) for one in found.differences],
        "lead": found.lead,
    }


def why(lead_id: str, use_case: str | None = None) -> dict[str, Any]:
    """Split the change of a lead's score since the batch before it: the lead, and the model.

    Args:
        lead_id: The lead.
        use_case: Name of the use case; the one that knows the lead if absent.

    Returns:
        Plain values: ``use_case``, ``lead_id``, the scores ``before`` and ``after``, ``change``
        of the margin, its parts ``lead_changed`` and ``model_changed``, the ``causes`` behind it
        and the source ``columns`` that changed, as text; ``nothing`` where one is empty.

    Raises:
        UnknownIdError: No use case, or more than one, has scored the lead.
        GateError: It was scored once alone.
        IntegrityError: A snapshot or a model is gone, or a score is not what they give.
    """
    from lead_scoring.pipelines.why import why_moved

    name = use_case or _use_case_of(lead_id)
    with opened(name) as work:
        found = why_moved(
            work.use_case,
            lead_id,
            loads=work.database,
            snapshots=work.snapshots,
            registry=work.registry,
            scores=work.database,
        )
    change = found.change
    return {
        "use_case": name,
        "lead_id": lead_id,
        "before": {name: found.before[name] for name in _OF_SCORE},
        "after": {name: found.after[name] for name in _OF_SCORE},
        "change": change.after - change.before,
        "lead_changed": change.lead,
        "model_changed": change.model,
        "causes": [
            {
                "feature": cause.feature,
                "before": cause.before,
                "after": cause.after,
                "lead_changed": cause.lead,
                "model_changed": cause.model,
            }
            for cause in change.causes
        ],
        "columns": {
            column: {"before": _spelt(was), "after": _spelt(now)}
            for column, (was, now) in found.columns.items()
        },
    }


def _spelt(value: Any) -> str:
    import pandas as pd

    return "nothing" if pd.isna(value) else str(value)


def _use_case_of(lead_id: str) -> str:
    with opened_database() as database:
        known = [name for name in use_case_names() if database.lead_history(name, lead_id)]
    if not known:
        msg = f"no use case has a score of lead {lead_id!r}; `lead-scoring leads` lists leads"
        raise UnknownIdError(msg)
    if len(known) > 1:
        msg = f"lead {lead_id!r} is known in {', '.join(known)}: say which with --use-case"
        raise GateError(msg)
    return known[0]
