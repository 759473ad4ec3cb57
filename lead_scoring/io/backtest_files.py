"""The folder of a backtest: its settings, a part for each policy, and the report."""

import io
import json
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from lead_scoring.core.backtest import Step
from lead_scoring.core.frames import to_frame
from lead_scoring.core.identity import instant
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import MARGIN
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import PROBABILITY
from lead_scoring.errors import ConfigError
from lead_scoring.io.journal import Journal
from lead_scoring.io.storage import Folder

SETTINGS: Final = "settings.json"
STEP: Final = "step"
_LEADS: Final = pa.schema(
    {
        LEAD_ID: pa.string(),
        PROBABILITY: pa.float64(),
        MARGIN: pa.float64(),
        OUTCOME: pa.float64(),
    }
)


class PolicyFolder:
    """What one policy did: its platform, its journal and the leads it scored, window by window.

    Args:
        folder: Where.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._journal = Journal(folder / "steps.jsonl")

    @property
    def lock(self) -> Path:
        """File that the process at work holds."""
        return self.folder / "lock"

    @property
    def log(self) -> Path:
        """File the process at work logs to."""
        return self.folder / "log.txt"

    def environment(self) -> dict[str, str]:
        """Return the settings of a platform that lies in this folder and nowhere else."""
        return {
            "LEAD_SCORING_DATABASE_URL": f"sqlite:///{self.folder}/lead_scoring.db",
            "LEAD_SCORING_TRACKING_URI": f"sqlite:///{self.folder}/mlflow.db",
            "LEAD_SCORING_TUNING_URL": f"sqlite:///{self.folder}/tuning.db",
            "LEAD_SCORING_ARTIFACTS": str(self.folder / "artifacts"),
            "LEAD_SCORING_STORAGE": str(self.folder / "storage"),
        }

    def write_configs(self, use_case: str, configs: Path, drift: Mapping[str, Any]) -> Path:
        """Copy the config of a use case and of the platform, with other settings of the check."""
        own = Folder(str(self.folder / "configs"))
        platform = configs / "platform.yaml"
        if platform.exists():
            own.write_bytes(platform.name, platform.read_bytes())
        content = yaml.safe_load((configs / f"{use_case}.yaml").read_text(encoding="utf-8"))
        replaced = yaml.safe_dump(content | {"drift": dict(drift)}, sort_keys=False)
        own.write_bytes(f"{use_case}.yaml", replaced.encode())
        return self.folder / "configs"

    def answers(self, as_of: datetime) -> dict[str, Any]:
        """Return what the finished tasks of an instant answered, by task."""
        moment = instant(as_of)
        entries = self._journal.entries()
        return {one["task"]: one["answer"] for one in entries if one["as_of"] == moment}

    def save_answer(self, as_of: datetime, task: str, answer: object) -> None:
        """Keep the answer of a finished task."""
        self._journal.append({"as_of": instant(as_of), "task": task, "answer": answer})

    def steps(self) -> tuple[Step, ...]:
        """Return the finished steps, oldest first."""
        found = [one["answer"] for one in self._journal.entries() if one["task"] == STEP]
        return tuple(
            Step(
                **one
                | {
                    "as_of": datetime.fromisoformat(one["as_of"]),
                    "notes": tuple(one["notes"]),
                }
            )
            for one in found
        )

    def save_step(self, step: Step) -> None:
        """Keep a finished step."""
        answer = asdict(step) | {"as_of": instant(step.as_of)}
        self.save_answer(step.as_of, STEP, answer)

    def save_leads(self, as_of: datetime, leads: pd.DataFrame) -> None:
        """Keep the leads of the window that ends at an instant, all or nothing."""
        table = pa.Table.from_pandas(leads[_LEADS.names], _LEADS, preserve_index=False)
        with self._windows.writing(_file(as_of)) as file:
            pq.write_table(table, file)

    def leads(self, as_of: datetime) -> pd.DataFrame:
        """Return the leads of the window that ends at an instant; none where none were scored."""
        if _file(as_of) not in self._windows.names():
            return to_frame(_LEADS.empty_table())
        with self._windows.reading(_file(as_of)) as file:
            return to_frame(pq.read_table(io.BytesIO(file.read())))

    @property
    def _windows(self) -> Folder:
        return Folder(str(self.folder / "windows"))


def claim(folder: Path, settings: Mapping[str, object]) -> None:
    """Note in a folder which backtest it holds.

    Raises:
        ConfigError: It holds a backtest with other settings, or something else. It was left alone.
    """
    place = Folder(str(folder))
    wanted = json.dumps(settings, indent=2, sort_keys=True, ensure_ascii=False)
    if SETTINGS in place.names():
        with place.reading(SETTINGS) as file:
            there: dict[str, object] = json.loads(file.read())
        other = sorted(key for key in {*there, *settings} if there.get(key) != settings.get(key))
        if other:
            msg = (
                f"{folder} holds a backtest with other settings ({', '.join(other)}); "
                "choose another --folder, or remove this one"
            )
            raise ConfigError(msg)
        return
    if folder.exists() and any(file.name != "lock" for file in folder.iterdir()):
        msg = f"{folder} is not empty and holds no backtest; choose another --folder"
        raise ConfigError(msg)
    place.write_bytes(SETTINGS, wanted.encode())


def read_drift_settings(file: Path) -> dict[str, Any]:
    """Read the settings of a drift check from a YAML file.

    Raises:
        ConfigError: It cannot be read, or does not hold keys and values.
    """
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        msg = f"{file}: cannot be read as YAML: {error}"
        raise ConfigError(msg) from error
    if not isinstance(content, dict):
        msg = f"{file}: must hold the keys of the section drift, not {type(content).__name__}"
        raise ConfigError(msg)
    return content


def write_report(folder: Path, files: Sequence[tuple[str, bytes]]) -> tuple[Path, ...]:
    """Write the files of the report, each all or nothing; return where they are."""
    place = Folder(str(folder))
    for name, content in files:
        place.write_bytes(name, content)
    return tuple(folder / name for name, _ in files)


def _file(as_of: datetime) -> str:
    return f"{as_of:%Y%m%dT%H%M%S}.parquet"
