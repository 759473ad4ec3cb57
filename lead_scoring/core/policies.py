"""When a model is trained again: the policies a backtest compares."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from enum import StrEnum
from typing import Final

from pydantic import TypeAdapter
from pydantic import ValidationError

from lead_scoring.config.base import Duration
from lead_scoring.core.drift_records import Action

FORMS: Final = "never, always, every:14d, drift, drift:FILE"
DEFAULT: Final = ("never", "always", "drift")
_SLUG_DIGITS: Final = 8
_SLUG_LETTERS: Final = 40


class PolicyKind(StrEnum):
    """What a policy goes by."""

    NEVER = "never"
    ALWAYS = "always"
    EVERY = "every"
    DRIFT = "drift"


@dataclass(frozen=True, slots=True)
class Policy:
    """When a model is trained again, after the first one.

    Attributes:
        name: As it was given, such as ``every:14d``; shown everywhere.
        kind: What it goes by.
        period: Least time between two trainings; of ``every`` only.
        settings: Path of a file with settings of the drift check; of ``drift`` only, and ``None``
            where the use case's own are meant.
    """

    name: str
    kind: PolicyKind
    period: timedelta | None = None
    settings: str | None = None

    @property
    def slug(self) -> str:
        """Its name as a name of a folder or a metric; different names, different slugs.

        >>> parse_policy("every:14d").slug
        'every_14d'
        """
        plain = re.sub(r"[^A-Za-z0-9]+", "_", self.name).strip("_")
        if self.settings is None:
            return plain
        shown = re.sub(r"_ya?ml$", "", plain)[-_SLUG_LETTERS:].strip("_")
        told_apart = hashlib.sha256(self.name.encode()).hexdigest()[:_SLUG_DIGITS]
        return f"drift_{shown.removeprefix('drift_')}_{told_apart}"


@dataclass(frozen=True, slots=True)
class Situation:
    """What a policy knows when it is asked.

    Attributes:
        as_of: The instant, UTC.
        has_champion: Whether there is a model to score with.
        action: What the drift check of this instant leads to.
        last_training: Instant of the newest training, whether it won or not.
    """

    as_of: datetime
    has_champion: bool
    action: Action
    last_training: datetime | None


def parse_policy(text: str) -> Policy:
    """Read a policy.

    Raises:
        ValueError: It has none of the allowed forms; they are listed.

    >>> parse_policy("every:2w").period
    datetime.timedelta(days=14)
    """
    name = text.strip()
    kind, colon, detail = name.partition(":")
    match kind, bool(colon), detail.strip():
        case (("never" | "always" | "drift"), False, _):
            return Policy(name, PolicyKind(kind))
        case "every", True, detail if detail:
            return Policy(name, PolicyKind.EVERY, period=parse_period(detail))
        case "drift", True, detail if detail:
            return Policy(name, PolicyKind.DRIFT, settings=detail)
        case _:
            msg = f"{text!r} is no policy; there are: {FORMS}"
            raise ValueError(msg)


def parse_period(text: str) -> timedelta:
    """Read a length of time that is more than nothing, such as ``7d``.

    Raises:
        ValueError: It is no length of time, or not more than nothing.
    """
    try:
        period = TypeAdapter(Duration).validate_python(text)
    except ValidationError as error:
        msg = f"{text!r} is no length of time; write a whole number and m, h, d or w, such as 7d"
        raise ValueError(msg) from error
    if period <= timedelta():
        msg = f"{text!r} must be more than nothing, such as 7d"
        raise ValueError(msg)
    return period


def wants_training(policy: Policy, now: Situation) -> bool:
    """Return whether a policy trains.

    Rows with a data fault train nobody. Without a champion everybody trains, but for ``drift``,
    which does what the check leads to and nothing else.
    """
    if now.action is Action.STOP:
        return False
    if policy.kind is PolicyKind.DRIFT or now.has_champion:
        return _wants_another(policy, now)
    return True


def _wants_another(policy: Policy, now: Situation) -> bool:
    match policy.kind:
        case PolicyKind.NEVER:
            return False
        case PolicyKind.ALWAYS:
            return True
        case PolicyKind.EVERY:
            return _is_due(policy.period, now)
        case PolicyKind.DRIFT:
            return now.action is Action.TRAIN


def _is_due(period: timedelta | None, now: Situation) -> bool:
    if period is None or now.last_training is None:
        return True
    return now.as_of - now.last_training >= period
