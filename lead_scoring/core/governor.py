"""What a verdict leads to: the governor keeps drift from training too often, or for nothing.

Every instant is one that runs compute for; the clock plays no part.
"""

from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from typing import Final

from lead_scoring.config.drift import GovernorConfig
from lead_scoring.core.drift_records import Action
from lead_scoring.core.drift_records import Override
from lead_scoring.core.drift_records import OverrideKind
from lead_scoring.core.drift_records import Verdict

_TRAINABLE: Final = {
    Verdict.NO_CHAMPION: "there is no champion yet",
    Verdict.HARMFUL_DRIFT: "the champion got worse, and nothing speaks against a training",
}
_JUDGED: Final = frozenset({Verdict.STABLE, Verdict.VIRTUAL_DRIFT, Verdict.HARMFUL_DRIFT})
_NOTHING_TO_DO: Final = {
    Verdict.STABLE: "the champion stays: nothing changed that matters",
    Verdict.VIRTUAL_DRIFT: "the champion stays: the change does not make it worse",
    Verdict.NOT_ENOUGH_DATA: "the champion stays: too little is known to say that it got worse",
}
_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class PastCheck:
    """An earlier check of the same use case.

    Attributes:
        model_version: The champion that was checked; ``None`` where there was none.
    """

    as_of: datetime
    model_version: int | None
    verdict: Verdict
    action: Action


@dataclass(frozen=True, slots=True)
class PastTraining:
    """An earlier training, by hand or because of drift.

    Attributes:
        as_of: Instant it was made for.
        won: Whether its model was promoted.
        made: Whether it made a model; one that is still running or found too few rows did not.
    """

    as_of: datetime
    won: bool
    made: bool = True


@dataclass(frozen=True, slots=True)
class History:
    """What happened in a use case before the instant of a check.

    Attributes:
        checks: Checks of earlier instants, newest first.
        trainings: Trainings of earlier instants that made a model, newest first.
        newer_check: Instant of the newest check, if that is later than this one.
    """

    checks: tuple[PastCheck, ...] = ()
    trainings: tuple[PastTraining, ...] = ()
    newer_check: datetime | None = None


def govern(
    verdict: Verdict,
    as_of: datetime,
    history: History,
    limits: GovernorConfig,
    *,
    model_version: int | None = None,
    override: Override | None = None,
) -> tuple[Action, str]:
    """Say what a verdict leads to, and why.

    Without a champion a training is held back only by trainings that made a model: one that found
    too few rows costs little, and may succeed with the next load.

    Args:
        verdict: The verdict of this check.
        as_of: Instant of this check.
        history: What happened before it.
        limits: How often drift may ask for a training.
        model_version: The champion that was checked; ``None`` where there is none.
        override: A person's word against the verdict. It never trains on a data fault.

    Returns:
        The action, and the reason in a sentence.

    >>> govern(Verdict.NO_CHAMPION, datetime(2022, 2, 1), History(), GovernorConfig())
    (<Action.TRAIN: 'train'>, 'there is no champion yet')
    """
    if verdict is Verdict.DATA_FAULT:
        return Action.STOP, _stopped(override)
    if override is not None and override.kind is not OverrideKind.ACCEPT:
        return _overruled(override)
    why = _TRAINABLE.get(verdict) or _renewal(as_of, history, limits)
    if not why:
        return Action.NONE, _NOTHING_TO_DO[verdict]
    against = _against(verdict, as_of, history, limits, model_version)
    return next(against, (Action.TRAIN, why))


def _renewal(as_of: datetime, history: History, limits: GovernorConfig) -> str:
    """Return why a training is due although the champion does well; empty if none is."""
    trainings = trainings_before(history)
    if limits.max_age is None or not trainings or as_of - trainings[0].as_of < limits.max_age:
        return ""
    return (
        f"the last training was for {_words(trainings[0].as_of)}, and after "
        f"{_length(limits.max_age)} one is due, drift or not"
    )


def trainings_before(history: History, *, made: bool = False) -> tuple[PastTraining, ...]:
    """Return all trainings, newest first, those included that were asked for and made no model.

    Args:
        history: What happened so far.
        made: Only those that made a model.
    """
    if made:
        return history.trainings
    known = {training.as_of for training in history.trainings}
    asked = {check.as_of for check in history.checks if check.action is Action.TRAIN} - known
    unmade = tuple(PastTraining(moment, won=False, made=False) for moment in asked)
    every = (*history.trainings, *unmade)
    return tuple(sorted(every, key=lambda training: training.as_of, reverse=True))


def _against(
    verdict: Verdict,
    as_of: datetime,
    history: History,
    limits: GovernorConfig,
    model_version: int | None,
) -> Iterator[tuple[Action, str]]:
    """Yield what speaks against a training; what weighs most comes first."""
    if history.newer_check is not None:
        newer = _words(history.newer_check)
        reason = f"a later instant was checked, {newer}: a load of the past never trains"
        yield Action.NONE, reason
    if verdict is Verdict.HARMFUL_DRIFT:
        yield from _unconfirmed(model_version, history.checks, limits)
    trainings = trainings_before(history, made=verdict is Verdict.NO_CHAMPION)
    last = trainings[: limits.breaker]
    if len(last) == limits.breaker and not any(training.won for training in last):
        yield Action.ASK, _ask(last)
    if trainings and as_of - trainings[0].as_of < limits.cooldown:
        due = trainings[0].as_of + limits.cooldown
        reason = (
            f"the last training was for {_words(trainings[0].as_of)}; the next may come "
            f"{_length(limits.cooldown)} later, from {_words(due)}"
        )
        yield Action.WAIT, reason
    within = [one.as_of for one in trainings if as_of - one.as_of < limits.period]
    if len(within) >= limits.max_trainings:
        due = within[limits.max_trainings - 1] + limits.period
        reason = (
            f"{len(within)} trainings within {_length(limits.period)}, at most "
            f"{limits.max_trainings} are allowed; the next may come from {_words(due)}"
        )
        yield Action.WAIT, reason


def _unconfirmed(
    model_version: int | None, checks: Sequence[PastCheck], limits: GovernorConfig
) -> Iterator[tuple[Action, str]]:
    """Look at this and the newest checks of the same champion that judged it, one per instant."""
    judged: dict[datetime, Verdict] = {}
    for check in checks:
        if check.model_version == model_version and check.verdict in _JUDGED:
            judged.setdefault(check.as_of, check.verdict)
    earlier = list(judged.values())[: limits.of_last - 1]
    harmful = 1 + earlier.count(Verdict.HARMFUL_DRIFT)
    if harmful < limits.confirm:
        reason = (
            f"{harmful} of the last {1 + len(earlier)} checks of this champion found harmful "
            f"drift, {limits.confirm} of {limits.of_last} are needed"
        )
        yield Action.WAIT, reason


def _overruled(override: Override) -> tuple[Action, str]:
    if override.kind is OverrideKind.TRAIN:
        return Action.TRAIN, f"{override.by} overrides the verdict: {override.reason}"
    return Action.NONE, f"{override.by} keeps the champion: {override.reason}"


def _ask(last: Sequence[PastTraining]) -> str:
    when = ", ".join(_words(training.as_of) for training in last)
    count = f"the last {len(last)} trainings" if len(last) > 1 else "the last training"
    return (
        f"{count} won nothing ({when}), so another one needs a person: find out why, then trigger "
        "the training DAG with a reason, or run `lead-scoring train … --reason …`, or override "
        "this check with `train`"
    )


def _stopped(override: Override | None) -> str:
    if override is not None and override.kind is OverrideKind.TRAIN:
        return "a data fault never trains, whoever asks; accept the load first"
    return (
        "the load is kept apart; load a mended source, or, if it is right as it is, override this "
        "check with `accept`"
    )


def _words(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _length(span: timedelta) -> str:
    for unit, name in ((_DAY, "day"), (_HOUR, "hour")):
        if span >= unit and not span % unit:
            count = span // unit
            return f"{count} {name}{'s' if count > 1 else ''}"
    return f"{span // _MINUTE} minutes"
