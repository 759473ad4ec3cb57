"""Reads ``configs/``: the platform's settings and one file per use case."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from pathlib import Path
from typing import Final
from typing import TypeVar

from pydantic import ValidationError

from lead_scoring.config.platform import Platform
from lead_scoring.config.spelling import did_you_mean
from lead_scoring.config.use_case import UseCase
from lead_scoring.config.yaml_file import YamlFile
from lead_scoring.config.yaml_file import read_yaml
from lead_scoring.errors import ConfigError

PLATFORM_FILE: Final = "platform.yaml"
PREFIX: Final = "LEAD_SCORING_"
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
        meant = did_you_mean(use_case, names)
        msg = (
            f"no use case {use_case!r} in {folder or configs_folder()}; there are: {known}{meant}"
        )
        raise ConfigError(msg)
    file = (folder or configs_folder()) / f"{use_case}.yaml"
    content = read_yaml(file)
    loaded = _validated(UseCase, content, file)
    if loaded.use_case != use_case:
        msg = (
            f"{file}: line {content.line(('use_case',))}, use_case: is {loaded.use_case!r}, but"
            f" the file is named {use_case!r}; give both one name"
        )
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
    changed = YamlFile(content | {"training": training | {"tuning": tuning}})
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
    found = read_yaml(file) if file.exists() else YamlFile({})
    given = {field: variables.get(PREFIX + field.upper()) for field in Platform.model_fields}
    set_there = {field: value for field, value in given.items() if value}
    elsewhere = {field: f"{PREFIX}{field.upper()} in the environment" for field in set_there}
    settings = replace(found, content=found.content | set_there)
    return _validated(Platform, settings, file, elsewhere)


def _validated(
    model: type[M], file: YamlFile, path: Path, elsewhere: Mapping[str, str] | None = None
) -> M:
    try:
        return model.model_validate(file.content)
    except ValidationError as error:
        from lead_scoring.config.faults import describe  # noqa: PLC0415 only a wrong file needs it

        lines = describe(error, model, file, elsewhere or {})
        msg = f"{path}: not valid:\n" + "\n".join(f"  {line}" for line in lines)
        raise ConfigError(msg) from error
