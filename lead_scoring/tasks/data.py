"""Tasks of the data pipeline."""

from datetime import datetime
from typing import TYPE_CHECKING

from lead_scoring.config.loading import load_platform
from lead_scoring.config.loading import load_use_case
from lead_scoring.errors import ConfigError
from lead_scoring.tasks.instants import as_text
from lead_scoring.tasks.instants import parse
from lead_scoring.tasks.instants import parse_optional
from lead_scoring.tasks.wiring import opened

if TYPE_CHECKING:
    from lead_scoring.pipelines.ports import Progress


def resolve_run(
    use_case: str,
    as_of: str | None = None,
    *,
    window_from: str | None = None,
    window_to: str | None = None,
    interval_start: str | None = None,
    interval_end: str | None = None,
    run_after: str | None = None,
) -> dict[str, str | None]:
    """Resolve, once per run, the instant it computes for and the window it reads.

    Args:
        use_case: Name of the use case.
        as_of: The instant as given by hand.
        window_from: Start of the window as given by hand, included.
        window_to: End of the window as given by hand, not included.
        interval_start: Start of the scheduler's data interval.
        interval_end: End of the scheduler's data interval.
        run_after: Instant the scheduler set the run for, or the present.

    Returns:
        ``as_of``: given, else the platform's, else the interval's end, else ``run_after``.
        ``window_from`` and ``window_to``: given, else the interval of a source that is read by
        interval; ``None`` where the window is open. An interval of no width says nothing, so
        everything up to ``as_of`` is read then.

    Raises:
        ConfigError: An instant cannot be read, none is there, or the window ends before it begins.
    """
    config = load_use_case(use_case)
    moment = (
        parse_optional(as_of, "as_of")
        or load_platform().as_of
        or parse_optional(interval_end, "interval_end")
        or parse_optional(run_after, "run_after")
    )
    if moment is None:
        msg = f"{use_case}: no instant to compute for; give as_of"
        raise ConfigError(msg)
    start = parse_optional(window_from, "window_from")
    end = parse_optional(window_to, "window_to")
    if config.source.window == "interval" and start is None and end is None:
        start, end = _interval(interval_start, interval_end, moment)
    if start is not None and end is not None and start >= end:
        msg = (
            f"{use_case}: the window from {as_text(start)} to {as_text(end)} is empty; "
            "nothing was read"
        )
        raise ConfigError(msg)
    return {"as_of": as_text(moment), "window_from": as_text(start), "window_to": as_text(end)}


def _interval(
    start: str | None, end: str | None, as_of: datetime
) -> tuple[datetime | None, datetime]:
    first = parse_optional(start, "interval_start")
    last = parse_optional(end, "interval_end")
    if first is None or last is None or first >= last:
        return None, as_of
    return first, last


def check_drift(
    use_case: str, load_id: str, as_of: str, progress: "Progress | None" = None
) -> dict[str, str | None]:
    """Judge whether new rows still look like those the champion was judged on.

    Returns:
        ``check_id``, ``verdict``, ``summary`` in words, and ``report``, the URL of the report for
        people or None where nothing was compared.
    """
    from lead_scoring.io.monitor import EvidentlyMonitor
    from lead_scoring.pipelines.drift import check_drift as check

    with opened(use_case, progress) as work:
        found, report = check(
            work.use_case,
            load_id,
            parse(as_of),
            loads=work.database,
            snapshots=work.snapshots,
            registry=work.registry,
            monitor=EvidentlyMonitor(),
            reports=work.batch_files,
            checks=work.database,
            progress=work.progress,
        )
    return {
        "check_id": found.check_id,
        "verdict": found.verdict.value,
        "summary": found.summary,
        "report": report,
    }
