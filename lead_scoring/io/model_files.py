"""A model's files: written, checked and read without ever unpickling anything.

===================== ==========================================================
``preparation.skops`` fitted scikit-learn pipeline of our own transformers
``encoder.skops``     fitted encoder of the estimator
``linear.skops``      logistic or ridge regression, or
``forest.skops``      random forest, or
``histogram.skops``   histogram gradient boosting, or
``booster.txt``       LightGBM's own text
``calibration.json``  what turns margins into scores
``profile.json``      what the training rows looked like
``reference.json``    the rows it was judged on, in counts; earlier versions had none
``loss_…``            folders: models of losses that scores do not promise themselves
``model.json``        family, model digest, source columns, how scores and grades are made
===================== ==========================================================

MLflow opens the same files through `_load_pyfunc`.
"""

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from typing import Final
from zipfile import BadZipFile

import lightgbm as lgb
import pandas as pd
from sklearn.pipeline import Pipeline

from lead_scoring.config.scoring import ScoringRules
from lead_scoring.core.candidates.boosted import BOOSTED
from lead_scoring.core.kinds.kind import kind_by
from lead_scoring.core.model import Estimator
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.model_digest import model_digest
from lead_scoring.core.profile import Profile
from lead_scoring.core.reference import Reference
from lead_scoring.core.schema import MARGIN
from lead_scoring.errors import IntegrityError
from lead_scoring.io.estimator_files import read_estimator
from lead_scoring.io.estimator_files import write_estimator
from lead_scoring.io.skops_files import read_skops
from lead_scoring.io.skops_files import write_skops

PREPARATION: Final = "preparation.skops"
CALIBRATION: Final = "calibration.json"
PROFILE: Final = "profile.json"
REFERENCE: Final = "reference.json"
MODEL: Final = "model.json"
LOSS: Final = "loss_"
_UNREADABLE: Final = (
    OSError,
    AttributeError,
    KeyError,
    ValueError,
    TypeError,
    BadZipFile,
    zlib.error,
    lgb.basic.LightGBMError,
)
"""What opening a broken file raises; `AttributeError` is that of a model that was never fitted."""


def write_model(model: ScoringModel, rules: ScoringRules, folder: Path) -> None:
    """Write a model's files into a folder, which is made.

    Args:
        model: A fitted model.
        rules: How MLflow's own loader makes scores and grades.
        folder: Must not hold a model yet.
    """
    folder.mkdir(parents=True)
    write_skops(model.preparation, folder / PREPARATION)
    write_estimator(model.estimator, folder)
    for name, estimator in model.losses.items():
        (folder / f"{LOSS}{name}").mkdir()
        write_estimator(estimator, folder / f"{LOSS}{name}")
    _write_json(folder / CALIBRATION, model.calibration.to_dict())
    _write_json(folder / PROFILE, model.profile.to_dict())
    if model.reference is not None:
        _write_json(folder / REFERENCE, model.reference.to_dict())
    _write_json(
        folder / MODEL,
        {
            "family": model.estimator.family,
            "model_digest": model_digest(model),
            "source_columns": list(model.source_columns),
            "scoring": rules.model_dump(),
        },
    )


def read_model(folder: Path) -> ScoringModel:
    """Open a model's files; check them with `verify` first.

    Raises:
        IntegrityError: A file is missing or cannot be read, holds a foreign type, or the content
            is not what ``model.json`` says.
    """
    try:
        about = _read_json(folder / MODEL)
        rules = _rules(about)
        model = ScoringModel(
            preparation=read_skops(folder / PREPARATION, Pipeline),
            estimator=read_estimator(str(about["family"]), folder, rules.task),
            calibration=kind_by(rules).read_calibration(_read_json(folder / CALIBRATION)),
            profile=Profile.from_dict(_read_json(folder / PROFILE)),
            reference=_read_reference(folder / REFERENCE),
            losses=_read_losses(folder),
        )
        expected = about["model_digest"]
    except _UNREADABLE as error:
        msg = f"{folder}: the model's files cannot be read: {error}; nothing was loaded"
        raise IntegrityError(msg) from error
    found = model_digest(model)
    if found != expected:
        msg = f"{folder}: the files hold model {found[:16]}, not {str(expected)[:16]} as they say"
        raise IntegrityError(msg)
    return model


def file_digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder, by its path with ``/``, sorted."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): _sha256(path) for path in files}


def verify(folder: Path, expected: Mapping[str, str]) -> None:
    """Compare a folder's files with recorded digests, without opening any.

    Raises:
        IntegrityError: A file is missing, changed or not recorded, or nothing was recorded.
    """
    found = file_digests(folder)
    wrong = sorted(
        path for path in expected.keys() | found.keys() if expected.get(path) != found.get(path)
    )
    if wrong or not expected:
        named = ", ".join(wrong[:5]) or "no digest was recorded"
        msg = (
            f"{folder}: stored files are not the ones that were recorded: {named};"
            " nothing was opened. Train again or roll back"
        )
        raise IntegrityError(msg)


@dataclass(frozen=True, slots=True)
class PyfuncModel:
    """What MLflow's own loader gives: the scores of each row, but for the margin."""

    model: ScoringModel
    rules: ScoringRules

    def predict(
        self, model_input: pd.DataFrame, params: Mapping[str, Any] | None = None
    ) -> pd.DataFrame:
        """Score rows that have the model's source columns; ``params`` are ignored."""
        del params
        margins = self.model.margins(model_input)
        scores = kind_by(self.rules).scores(self.model.calibration, margins)
        return scores.drop(columns=MARGIN).set_axis(model_input.index)


def _load_pyfunc(data_path: str) -> PyfuncModel:
    """Open a model for MLflow; called by name from its ``loader_module``."""
    folder = Path(data_path)
    return PyfuncModel(read_model(folder), _rules(_read_json(folder / MODEL)))


def _rules(about: Mapping[str, Any]) -> ScoringRules:
    """Return how scores are made; a model of an earlier version kept cut-offs alone."""
    return ScoringRules.model_validate(about.get("scoring") or {"grades": about["grades"]})


def _read_losses(folder: Path) -> dict[str, Estimator]:
    found = sorted(folder.glob(f"{LOSS}*"))
    return {one.name.removeprefix(LOSS): read_estimator(BOOSTED, one) for one in found}


def _read_reference(file: Path) -> Reference | None:
    return Reference.from_dict(_read_json(file)) if file.exists() else None


def _write_json(file: Path, content: object) -> None:
    text = json.dumps(content, indent=1, sort_keys=True, allow_nan=False)
    file.write_text(text + "\n", encoding="utf-8")


def _read_json(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
