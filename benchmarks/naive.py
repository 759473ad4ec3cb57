"""How a notebook does the same: read_csv, mean by level, predict_proba, to_sql, in memory."""

import json
import sqlite3
from pathlib import Path
from typing import Final

import lightgbm as lgb
import pandas as pd

from lead_scoring.config.loading import load_use_case

USE_CASE: Final = "codepro_leads"
OUTCOME: Final = "app_complete_flag"


def train(source: Path, folder: Path) -> None:
    """Fit LightGBM with the config's own hyperparameters and keep it in ``folder``."""
    leads = pd.read_csv(source)
    use_case = load_use_case(USE_CASE)
    rates = {
        column: leads.groupby(column)[OUTCOME].mean().to_dict()
        for column in use_case.features.high_cardinality
    }
    features = _features(leads, rates)
    candidate = use_case.training.candidates.lightgbm
    parameters = candidate.model_dump() if candidate else {}
    model = lgb.LGBMClassifier(verbose=-1, **parameters).fit(features, leads[OUTCOME])
    folder.mkdir(parents=True, exist_ok=True)
    model.booster_.save_model(folder / "booster.txt")
    (folder / "rates.json").write_text(json.dumps(rates))


def score(source: Path, folder: Path) -> int:
    """Score every row of a file and write probabilities to SQLite; return the rows."""
    booster = lgb.Booster(model_file=folder / "booster.txt")
    leads = pd.read_csv(source)
    features = _features(leads, json.loads((folder / "rates.json").read_text()))
    scored = pd.DataFrame(
        {
            "lead_id": pd.util.hash_pandas_object(leads, index=False).astype("str"),
            "created_at": leads["created_date"],
            "probability": booster.predict(features),
        }
    )
    scored["score"] = 100 * scored["probability"]
    scored["grade"] = pd.cut(
        scored["probability"], [-1, 0.25, 0.5, 0.75, 1], labels=["D", "C", "B", "A"]
    ).astype("str")
    with sqlite3.connect(folder / "naive.db") as connection:
        scored.to_sql("scores", connection, if_exists="replace", index=False)
    return len(scored)


def _features(leads: pd.DataFrame, rates: dict[str, dict[str, float]]) -> pd.DataFrame:
    """Prepare the same features as the config: rates of levels, sums, hour and weekday."""
    steps = {step.step: step for step in load_use_case(USE_CASE).preparation}
    created = pd.to_datetime(leads["created_date"])
    features = {
        "total_leads_droppped": leads["total_leads_droppped"].fillna(0),
        "referred_lead": leads["referred_lead"].fillna(0),
        "created_hour": created.dt.hour,
        "created_weekday": created.dt.weekday,
    }
    for output, columns in steps["sum_columns"].outputs.items():
        features[output] = leads[list(columns)].sum(axis=1)
    for column, known in rates.items():
        features[column] = leads[column].map(known)
    return pd.DataFrame(features)
