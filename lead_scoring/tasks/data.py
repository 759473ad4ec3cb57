"""Tasks of the data pipeline."""

from typing import TYPE_CHECKING

from lead_scoring.errors import ConfigError
from lead_scoring.tasks.instants import parse
from lead_scoring.tasks.instants import parse_optional
from lead_scoring.tasks.wiring import Workspace
from lead_scoring.tasks.wiring import opened

if TYPE_CHECKING:
    from lead_scoring.core.drift_records import Override
    from lead_scoring.pipelines.ports import Progress


def load(
    use_case: str,
    as_of: str,
    *,
    window_from: str | None = None,
    window_to: str | None = None,
    location: str | None = None,
    purpose: str = "train_and_score",
    progress: "Progress | None" = None,
) -> str:
    """Load the source of a use case; return the load's id.

    Args:
        use_case: Name of the use case.
        as_of: Instant the load is made for.
        window_from: Start of the window, included.
        window_to: End of the window, not included.
        location: A file to read instead of the configured source.
        purpose: ``train_and_score``, or ``score_only`` for rows that must never train.
        progress: Who watches.

    Raises:
        SourceError: The source is not what it claims to be. Nothing was kept.
        ContractError: The rows broke the contract beyond its limits. Nothing was kept.
    """
    from lead_scoring.core.records import Purpose
    from lead_scoring.core.records import Window
    from lead_scoring.io.sources import open_source
    from lead_scoring.pipelines.data import load_leads

    window = Window(
        parse_optional(window_from, "window_from"), parse_optional(window_to, "window_to")
    )
    with opened(use_case, progress) as work:
        source = open_source(
            work.use_case,
            work.data,
            window=window,
            batch_rows=work.platform.batch_rows,
            location=location,
            memory=work.platform.engine_memory,
        )
        done = load_leads(
            work.use_case,
            parse(as_of),
            window=window,
            purpose=Purpose(purpose),
            source=source,
            staging=work.staging,
            snapshots=work.snapshot_files,
            loads=work.database,
            progress=work.progress,
        )
    return done.load_id


def save_outcomes(
    use_case: str, load_id: str, as_of: str, progress: "Progress | None" = None
) -> int:
    """Write the outcomes of a load that are known at ``as_of``; return how many."""
    from lead_scoring.pipelines.data import save_outcomes as save

    with opened(use_case, progress) as work:
        return save(
            load_id,
            parse(as_of),
            loads=work.database,
            snapshots=work.snapshots,
            outcomes=work.database,
            progress=work.progress,
            classes=work.use_case.outcome.class_names,
        )


def replay_quarantine(
    use_case: str, load_id: str, as_of: str, progress: "Progress | None" = None
) -> str | None:
    """Hold a load's quarantined rows against the contract as it is now.

    Returns:
        The id of the load that the good rows became; None where no row is good now.

    Raises:
        UnknownIdError: There is no such load of this use case.
    """
    from lead_scoring.pipelines.data import replay

    with opened(use_case, progress) as work:
        replayed = replay(
            load_id,
            parse(as_of),
            use_case=work.use_case,
            staging=work.staging,
            snapshots=work.snapshot_files,
            loads=work.database,
            progress=work.progress,
        )
    return None if replayed is None else replayed.load_id


def check_drift(
    use_case: str,
    load_id: str,
    as_of: str,
    progress: "Progress | None" = None,
    *,
    override: str | None = None,
    reason: str = "",
    by: str = "",
) -> dict[str, str]:
    """Judge whether new rows still look like those the champion was judged on, and what follows.

    Args:
        use_case: Name of the use case.
        load_id: The load that asks.
        as_of: Instant to check for.
        progress: Who watches.
        override: ``train``, ``keep`` or ``accept``: a person's word against the verdict, which is
            written down before anything else.
        reason: Why it is overridden, in a sentence.
        by: Who overrides it.

    Returns:
        ``check_id``, ``verdict``, ``summary`` in words, ``action`` and ``action_reason``.

    Raises:
        UnknownIdError: There is no such load. Nothing was written.
        ConfigError: There is no such override. Nothing was written.
        GateError: An override without name or reason; or a training on a data fault was asked
            for. The fault is kept, and nothing is trained.
    """
    from lead_scoring.pipelines.drift import check_drift as check
    from lead_scoring.pipelines.override import refuse_training_on_fault

    said = _override(override, reason, by)
    with opened(use_case, progress) as work:
        if said is not None:
            _record(work, load_id, as_of, said)
        found = check(
            work.use_case,
            load_id,
            parse(as_of),
            loads=work.database,
            snapshots=work.snapshots,
            registry=work.registry,
            checks=work.database,
            progress=work.progress,
            override=said,
        )
        refuse_training_on_fault(found, said)
    return {
        "check_id": found.check_id,
        "verdict": found.verdict.value,
        "summary": found.summary,
        "action": found.action.value,
        "action_reason": found.action_reason,
    }


def _record(work: Workspace, load_id: str, as_of: str, override: "Override") -> None:
    from lead_scoring.pipelines.override import record_override

    record_override(
        work.use_case,
        load_id,
        parse(as_of),
        override,
        loads=work.database,
        registry=work.registry,
        checks=work.database,
        decisions=work.database,
    )


def _override(kind: str | None, reason: str, by: str) -> "Override | None":
    from lead_scoring.core.drift_records import Override
    from lead_scoring.core.drift_records import OverrideKind

    if not kind:
        return None
    known = [str(one) for one in OverrideKind]
    if kind not in known:
        msg = f"override {kind!r} is not known; it is one of {', '.join(known)}"
        raise ConfigError(msg)
    return Override(OverrideKind(kind), by, reason)
