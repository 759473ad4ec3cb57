"""Reads ``configs/``: the platform's settings and one file per use case."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from typing import Final
from typing import TypeVar

import yaml
from pydantic import ValidationError

from lead_scoring.config.platform import Platform
from lead_scoring.config.use_case import UseCase
from lead_scoring.errors import ConfigError

PLATFORM_FILE: Final = "platform.yaml"
PREFIX: Final = "LEAD_SCORING_"
MAX_FAULTS: Final = 10
M = TypeVar("M", UseCase, Platform)


@dataclass(frozen=True, slots=True)
class BrokenUseCase:
    """A file that is not a use case, and why; its DAGs show the reason."""

    use_case: str
    reason: str


def home() -> Path:
    """Return the project's folder: ``LEAD_SCORING_HOME``, else the folder this package lies in."""
    given = os.environ.get(f"{PREFIX}HOME")
    return Path(given) if given else Path(__file__).resolve().parents[2]


def configs_folder() -> Path:
    """Return the folder of the configs: ``LEAD_SCORING_CONFIGS``, else ``configs`` at home."""
    given = os.environ.get(f"{PREFIX}CONFIGS")
    return Path(given) if given else home() / "configs"


def use_case_names(folder: Path | None = None) -> tuple[str, ...]:
    """Return the names of all use cases, sorted; files need not be valid."""
    files = (folder or configs_folder()).glob("*.yaml")
    return tuple(sorted(file.stem for file in files if file.name != PLATFORM_FILE))


def load_use_case(use_case: str, folder: Path | None = None) -> UseCase:
    """Read one use case.

    Raises:
        ConfigError: There is no such file, or it is wrong; all faults are named by file and key.
    """
    names = use_case_names(folder)
    if use_case not in names:
        known = ", ".join(names) or "none"
        msg = f"no use case {use_case!r} in {folder or configs_folder()}; there are: {known}"
        raise ConfigError(msg)
    file = (folder or configs_folder()) / f"{use_case}.yaml"
    loaded = _validated(UseCase, _read_yaml(file), file)
    if loaded.use_case != use_case:
        msg = f"{file}: use_case is {loaded.use_case!r}, but the file is named {use_case!r}"
        raise ConfigError(msg)
    return loaded


def load_use_cases(folder: Path | None = None) -> tuple[UseCase | BrokenUseCase, ...]:
    """Read all use cases; a wrong file becomes a `BrokenUseCase` and spoils no other."""

    def load(name: str) -> UseCase | BrokenUseCase:
        try:
            return load_use_case(name, folder)
        except ConfigError as error:
            return BrokenUseCase(name, str(error))

    return tuple(load(name) for name in use_case_names(folder))


def with_budget(use_case: UseCase, trials: int | None, minutes: float | None) -> UseCase:
    """Return a use case that tunes within another budget; a part that is None stays as it is.

    Raises:
        ConfigError: There can be no such budget.
    """
    given = {"trials": trials, "minutes": minutes}
    budget = {name: value for name, value in given.items() if value is not None}
    if not budget:
        return use_case
    content = use_case.model_dump(by_alias=True, exclude_unset=True)
    training = content.get("training", {})
    tuning = (training.get("tuning") or {}) | budget
    changed = content | {"training": training | {"tuning": tuning}}
    return _validated(UseCase, changed, Path(f"{use_case.use_case}.yaml with another budget"))


def load_platform(
    folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> Platform:
    """Read the platform's settings; the environment wins over the file.

    Args:
        folder: Folder of the configs.
        environment: Variables to read instead of the process's own.

    Raises:
        ConfigError: A setting is wrong, named by file or variable.
    """
    variables = os.environ if environment is None else environment
    file = (folder or configs_folder()) / PLATFORM_FILE
    settings = _read_yaml(file) if file.exists() else {}
    for field in Platform.model_fields:
        given = variables.get(PREFIX + field.upper())
        if given:
            settings[field] = given
    return _validated(Platform, settings, file)


def _read_yaml(file: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        msg = f"{file}: cannot be read as YAML: {error}"
        raise ConfigError(msg) from error
    if not isinstance(content, dict):
        msg = f"{file}: must hold keys and values at the top, not {type(content).__name__}"
        raise ConfigError(msg)
    return content


def _validated(model: type[M], content: dict[str, Any], file: Path) -> M:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
        lines = [_describe(fault) for fault in faults[:MAX_FAULTS]]
        if len(faults) > MAX_FAULTS:
            lines.append(f"and {len(faults) - MAX_FAULTS} more")
        msg = f"{file}: not valid:\n" + "\n".join(f"  {line}" for line in lines)
        raise ConfigError(msg) from error


def _describe(fault: Any) -> str:
    key = ".".join(str(part) for part in fault["loc"]) or "(top)"
    value = fault["input"]
    shown = "" if isinstance(value, dict | list) else f" (got {value!r:.80})"
    return f"{key}: {fault['msg']}{shown}"
