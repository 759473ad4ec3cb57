"""Resolves, once per run, what nothing later asks again: the instant and the window."""

from datetime import datetime

from lead_scoring.config.loading import load_platform
from lead_scoring.config.loading import load_use_case
from lead_scoring.config.use_case import UseCase
from lead_scoring.errors import ConfigError
from lead_scoring.tasks.instants import as_text
from lead_scoring.tasks.instants import parse_optional

Ends = tuple[str | None, str | None]
"""Start and end as text; ``None`` where open."""


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
        ``as_of``: given, else the platform's, else the use case's, else the interval's end, else
            ``run_after``.
        ``window_from`` and ``window_to``: given, else the interval of a source that is read by
        interval; ``None`` where the window is open. An interval of no width says nothing, so
        everything up to ``as_of`` is read then.

    Raises:
        ConfigError: An instant cannot be read or none is there; a window was given for a source
            that is read whole, or ends before it begins.
    """
    config = load_use_case(use_case)
    moment = (
        parse_optional(as_of, "as_of")
        or load_platform().as_of
        or config.as_of
        or parse_optional(interval_end, "interval_end")
        or parse_optional(run_after, "run_after")
    )
    if moment is None:
        msg = f"{use_case}: no instant to compute for; give as_of"
        raise ConfigError(msg)
    start, end = _window(config, (window_from, window_to), (interval_start, interval_end), moment)
    return {"as_of": as_text(moment), "window_from": as_text(start), "window_to": as_text(end)}


def _window(
    config: UseCase, given: Ends, interval: Ends, as_of: datetime
) -> tuple[datetime | None, datetime | None]:
    """Return the window by hand, else the interval where the source is read by it."""
    start = parse_optional(given[0], "window_from")
    end = parse_optional(given[1], "window_to")
    by_hand = start is not None or end is not None
    if by_hand and config.source.window == "whole":
        msg = (
            f"{config.use_case}: its source is read whole, a window would do nothing; leave it"
            " out, or set source.window to interval in the config"
        )
        raise ConfigError(msg)
    if not by_hand and config.source.window == "interval":
        start, end = _interval(*interval, as_of)
    if start is not None and end is not None and start >= end:
        msg = (
            f"{config.use_case}: the window from {as_text(start)} to {as_text(end)} is empty; "
            "nothing was read"
        )
        raise ConfigError(msg)
    return start, end


def _interval(
    start: str | None, end: str | None, as_of: datetime
) -> tuple[datetime | None, datetime]:
    first = parse_optional(start, "interval_start")
    last = parse_optional(end, "interval_end")
    if first is None or last is None or first >= last:
        return None, as_of
    return first, last
