"""What a backtest is asked for, checked before anything is run."""

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any
from typing import Final

from lead_scoring.config.loading import configs_folder
from lead_scoring.config.loading import home
from lead_scoring.config.loading import load_platform
from lead_scoring.config.loading import load_use_case
from lead_scoring.errors import ConfigError
from lead_scoring.tasks.wiring import located

if TYPE_CHECKING:
    from lead_scoring.config.use_case import UseCase
    from lead_scoring.core.policies import Policy
    from lead_scoring.io.backtest_files import PolicyFolder

DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Ordered:
    """One policy, and where it runs.

    Attributes:
        environment: Settings of its platform; ``None`` takes a setting away.
    """

    policy: "Policy"
    place: "PolicyFolder"
    environment: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Request:
    """A backtest that can be run.

    Attributes:
        moments: Instants, the first one trains the first model.
        whole: Whether the source is read whole, once, or window by window.
        folder: Where everything is kept.
        settings: What decides the result, by name; in digest form where it is long.
    """

    use_case: str
    every: timedelta
    moments: tuple[datetime, ...]
    whole: bool
    seed: int
    folder: Path
    policies: tuple[Ordered, ...]
    settings: Mapping[str, str] = field(default_factory=dict)


def prepare(
    use_case: str,
    start: datetime,
    end: datetime,
    every: str,
    *,
    policies: Sequence[str],
    folder: Path | None = None,
) -> Request:
    """Check what is asked for and lay out its folder.

    Args:
        use_case: Name of the use case.
        start: First instant.
        end: Last instant, at most.
        every: Time between two, such as ``7d``.
        policies: As `lead_scoring.core.policies.parse_policy` reads them.
        folder: Where everything is kept; a folder by its settings if absent.

    Raises:
        ConfigError: Something is wrong with it; nothing was run.
    """
    from lead_scoring.core.backtest import instants
    from lead_scoring.core.policies import parse_period
    from lead_scoring.core.policies import parse_policy
    from lead_scoring.io.backtest_files import claim

    config = load_use_case(use_case)
    _refuse_unfit(config)
    try:
        period = parse_period(every)
        moments = instants(start, end, period)
        parsed = [parse_policy(text) for text in dict.fromkeys(policies)]
    except ValueError as error:
        msg = f"{use_case}: {error}; nothing was run"
        raise ConfigError(msg) from error
    settings = _settings(config, moments, every)
    place = (folder or _default_folder(use_case, settings)).resolve()
    claim(place, settings)
    return Request(
        use_case=use_case,
        every=period,
        moments=moments,
        whole=config.source.window == "whole",
        seed=config.training.seed,
        folder=place,
        policies=tuple(_ordered(policy, place, config) for policy in parsed),
        settings=settings,
    )


def _refuse_unfit(config: "UseCase") -> None:
    if config.task != "binary":
        msg = (
            f"{config.use_case}: a backtest compares policies by the conversions they would have"
            f" found, and its task is {config.task}; only task: binary can be replayed. Nothing"
            " was run"
        )
        raise ConfigError(msg)
    if config.lead.created_column is None:
        msg = (
            f"{config.use_case}: its leads have no event time (lead.created_column), so nobody"
            " knows which of them were there at an instant of the past; it cannot be replayed."
            " Nothing was run"
        )
        raise ConfigError(msg)


def _settings(config: "UseCase", moments: Sequence[datetime], every: str) -> dict[str, str]:
    from lead_scoring.core.identity import digest
    from lead_scoring.core.identity import instant

    content = config.model_dump(mode="json", exclude={"definitions", "title", "description"})
    return {
        "use_case": config.use_case,
        "config": digest(content),
        "data": located(load_platform().data),
        "start": str(instant(moments[0])),
        "end": str(instant(moments[-1])),
        "every": every.strip(),
    }


def _default_folder(use_case: str, settings: Mapping[str, str]) -> Path:
    from lead_scoring.core.identity import digest

    return home() / "database" / "backtests" / use_case / digest(settings)[:DIGITS]


def _ordered(policy: "Policy", folder: Path, config: "UseCase") -> Ordered:
    from lead_scoring.core.identity import digest
    from lead_scoring.io.backtest_files import PolicyFolder
    from lead_scoring.io.backtest_files import read_drift_settings

    always = {"LEAD_SCORING_AS_OF": None, "LEAD_SCORING_DATA": located(load_platform().data)}
    if policy.settings is None:
        place = PolicyFolder(folder / policy.slug)
        return Ordered(policy, place, {**always, **place.environment()})
    drift = read_drift_settings(Path(policy.settings))
    settings = _checked(config, drift, policy.settings)
    place = PolicyFolder(folder / f"{policy.slug}_{digest(settings)[:DIGITS]}")
    configs = place.write_configs(config.use_case, configs_folder(), drift)
    own = {"LEAD_SCORING_CONFIGS": str(configs)}
    return Ordered(policy, place, {**always, **place.environment(), **own})


def _checked(config: "UseCase", drift: Mapping[str, Any], file: str) -> dict[str, Any]:
    """Return settings of a drift check with all defaults."""
    from pydantic import ValidationError

    from lead_scoring.config.drift import DriftConfig
    from lead_scoring.config.faults import describe
    from lead_scoring.config.yaml_file import YamlFile

    try:
        return DriftConfig.model_validate(drift).model_dump(mode="json")
    except ValidationError as error:
        faults = describe(error, DriftConfig, YamlFile(dict(drift)), {})
        msg = f"{config.use_case}: {file}: drift.{'; drift.'.join(faults)}; nothing was run"
        raise ConfigError(msg) from error
