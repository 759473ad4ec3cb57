"""Who is measured: other ways to make a model of the same features and rows, and ours."""

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING
from typing import Final

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.model_selection import train_test_split

from lead_scoring.config.loading import with_budget
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.class_shares import spell_shares
from lead_scoring.core.metrics.tables import gate_metric
from lead_scoring.core.preparation.building import build_preparation
from lead_scoring.core.preparation.building import source_columns
from lead_scoring.core.schema import CLASS_PROBABILITIES
from lead_scoring.core.schema import INTERVAL_HIGH
from lead_scoring.core.schema import INTERVAL_LOW
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import MARGIN
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import PREDICTION
from lead_scoring.core.schema import PROBABILITY
from lead_scoring.core.split import Split
from lead_scoring.core.training import BASELINE
from lead_scoring.core.training import train_model

if TYPE_CHECKING:
    from lead_scoring.tasks.wiring import Workspace

FloatArray = npt.NDArray[np.float64]

TRIVIAL: Final = "trivial baseline"
DEFAULT: Final = "LightGBM, library defaults"
NOTEBOOK: Final = "as in the notebook: hard labels"
AUTOML: Final = "FLAML"
OURS: Final = "ours, as configured"
TUNED: Final = "ours, tuned"
MOST_TRIALS: Final = 1_000
RANDOM_SHARE: Final = 0.20
"""Share of all rows that a notebook puts aside at random."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One model on the test rows.

    Attributes:
        name: Who made it.
        scores: What the metrics of the use case's kind need, a row per test row.
        seconds: Time to make it, preparation left out for all but ours.
        detail: The family that was picked; empty where there is no choice.
    """

    name: str
    scores: pd.DataFrame
    seconds: float = 0.0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Features:
    """Prepared features: numbers as float64, levels as pandas categories; and outcomes."""

    fit: pd.DataFrame
    outcomes: FloatArray
    test: pd.DataFrame

    @classmethod
    def of(cls, use_case: UseCase, fit: pd.DataFrame, test: pd.DataFrame) -> "Features":
        """Prepare rows as the use case says; levels not in the rows to fit on are missing."""
        columns, preparation = list(source_columns(use_case)), build_preparation(use_case)
        known = preparation.fit_transform(fit[columns])
        new = preparation.transform(test[columns])
        for name in use_case.features.levels:
            levels = pd.Index(sorted(known[name].dropna().astype(object).unique()))
            known[name] = pd.Categorical(known[name].astype(object), categories=levels)
            new[name] = pd.Categorical(
                new[name].astype(object).where(new[name].isin(levels)), categories=levels
            )
        return cls(known, fit[OUTCOME].to_numpy(dtype=np.float64), new)


def library_defaults(use_case: UseCase, features: Features) -> FloatArray:
    """Fit LightGBM with nothing set but the seed and one thread; return what it predicts."""
    seed = use_case.training.seed
    kind = lgb.LGBMRegressor if use_case.task == "regression" else lgb.LGBMClassifier
    model = kind(random_state=seed, n_jobs=1, verbosity=-1)
    return _predicted(model.fit(features.fit, features.outcomes), use_case, features.test)


def automl(use_case: UseCase, features: Features, minutes: float) -> tuple[FloatArray, str]:
    """Let FLAML search as it does by default; return what it predicts and what it picked."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from flaml import AutoML

        model = AutoML()
        model.fit(
            X_train=features.fit,
            y_train=features.outcomes,
            task="regression" if use_case.task == "regression" else "classification",
            metric=gate_metric(use_case).name,
            time_budget=minutes * 60,
            n_jobs=1,
            seed=use_case.training.seed,
            verbose=0,
        )
        return _predicted(model, use_case, features.test), str(model.best_estimator)


def has_automl() -> bool:
    """Whether the optional package is there."""
    return find_spec("flaml") is not None


def hardened(use_case: UseCase, predicted: FloatArray) -> FloatArray:
    """Return labels in place of probabilities; numbers have none and stay as they are."""
    if use_case.task == "regression":
        return predicted
    return np.eye(predicted.shape[1])[predicted.argmax(axis=1)]


def as_scores(use_case: UseCase, predicted: FloatArray, lead_ids: pd.Series) -> pd.DataFrame:
    """Return predictions under the columns that metrics read.

    Args:
        use_case: Says the kind of outcome.
        predicted: Numbers, shape (n_leads,), or probabilities, shape (n_leads, n_classes).
        lead_ids: Of the leads, in the same order.
    """
    if use_case.task == "regression":
        columns: dict[str, object] = {
            PREDICTION: predicted,
            INTERVAL_LOW: np.nan,
            INTERVAL_HIGH: np.nan,
        }
    elif use_case.task == "binary":
        columns = {PROBABILITY: predicted[:, 1], MARGIN: predicted[:, 1]}
    else:
        columns = {CLASS_PROBABILITIES: spell_shares(predicted, use_case.outcome.classes)}
    return pd.DataFrame({LEAD_ID: lead_ids, **columns}, index=lead_ids.index)


def rivals(use_case: UseCase, split: Split, minutes: float) -> list[Entry]:
    """Fit the others on the fit rows and predict the test rows, FLAML only where it is there."""
    features = Features.of(use_case, split.fit, split.test)
    ids = split.test[LEAD_ID]
    begun = time.perf_counter()
    predicted = library_defaults(use_case, features)
    seconds = time.perf_counter() - begun
    entries = [Entry(DEFAULT, as_scores(use_case, predicted, ids), seconds)]
    if use_case.task != "regression":
        labels = as_scores(use_case, hardened(use_case, predicted), ids)
        entries.append(Entry(NOTEBOOK, labels, seconds))
    if has_automl():
        begun = time.perf_counter()
        predicted, detail = automl(use_case, features, minutes)
        seconds = time.perf_counter() - begun
        entries.append(Entry(AUTOML, as_scores(use_case, predicted, ids), seconds, detail))
    return entries


def claimed(use_case: UseCase, split: Split) -> tuple[FloatArray, pd.DataFrame]:
    """Do as a notebook does: split all rows at random, predict labels; return outcomes and both.

    The model is LightGBM with its defaults.
    """
    every = pd.concat([split.fit, split.gap, split.test], ignore_index=True)
    seed = use_case.training.seed
    fit, test = train_test_split(every, test_size=RANDOM_SHARE, random_state=seed)
    predicted = library_defaults(use_case, Features.of(use_case, fit, test))
    labels = as_scores(use_case, hardened(use_case, predicted), test[LEAD_ID])
    return test[OUTCOME].to_numpy(dtype=np.float64), labels


def ours(use_case: UseCase, split: Split) -> list[Entry]:
    """Train as configured; return the trivial baseline and our model."""
    begun = time.perf_counter()
    trained = train_model(use_case, split)
    seconds = time.perf_counter() - begun
    family = trained.model.estimator.family
    return [
        Entry(TRIVIAL, trained.judged[BASELINE]),
        Entry(OURS, trained.judged[family], seconds, family),
    ]


def everyone(
    work: "Workspace", as_of: datetime, split: Split, minutes: float, part: int
) -> list[Entry]:
    """Make every model there is of the fit rows, ours last, and score the test rows.

    Args:
        work: Where a use case is worked on.
        as_of: Instant to compute for.
        split: The rows.
        minutes: Minutes of search, for FLAML and for ours each.
        part: Number of the deal; each has a search of its own.
    """
    trivial, configured = ours(work.use_case, split)
    others = rivals(work.use_case, split, minutes)
    tuned = ours_tuned(work, as_of, split, minutes, part)
    return [trivial, *others, configured, tuned]


def ours_tuned(
    work: "Workspace", as_of: datetime, split: Split, minutes: float, part: int = 0
) -> Entry:
    """Search hyperparameters on the fit rows for some minutes, then train."""
    from lead_scoring.core.kinds.kind import kind_of
    from lead_scoring.core.trials import Search
    from lead_scoring.pipelines.tuning import Tuner
    from lead_scoring.pipelines.tuning import tune

    config = with_budget(work.use_case, MOST_TRIALS, minutes)
    name = f"{config.use_case}_{as_of:%Y%m%d}_{part}"
    search = Search(config.use_case, name, as_of, "measured", kind_of(config).quality_name)
    begun = time.perf_counter()
    tuner = Tuner(work.studies, work.trials)
    tuned = tune(config, split, search, tuner=tuner, progress=work.progress)
    _, entry = ours(tuned.use_case, split)
    return replace(entry, name=TUNED, seconds=time.perf_counter() - begun)


def _predicted(model: object, use_case: UseCase, features: pd.DataFrame) -> FloatArray:
    method = "predict" if use_case.task == "regression" else "predict_proba"
    predict: Callable[[pd.DataFrame], object] = getattr(model, method)
    return np.asarray(predict(features), dtype=np.float64)
