"""How a notebook does the same: read_csv, one-hot, predict_proba, to_sql, all in memory."""

import json
import sqlite3
from pathlib import Path
from typing import Final

import lightgbm as lgb
import pandas as pd

from lead_scoring.config.loading import load_use_case

USE_CASE: Final = "codepro_leads"
CHANNELS: Final = ["first_platform_c", "first_utm_medium_c", "first_utm_source_c"]
OUTCOME: Final = "app_complete_flag"


def train(source: Path, folder: Path) -> None:
    """Fit LightGBM with the config's own hyperparameters and keep it in ``folder``."""
    leads = pd.read_csv(source)
    features = _features(leads)
    candidate = load_use_case(USE_CASE).training.candidates.lightgbm
    parameters = candidate.model_dump() if candidate else {}
    model = lgb.LGBMClassifier(verbose=-1, **parameters).fit(features, leads[OUTCOME])
    folder.mkdir(parents=True, exist_ok=True)
    model.booster_.save_model(folder / "booster.txt")
    (folder / "columns.json").write_text(json.dumps(list(features.columns)))


def score(source: Path, folder: Path) -> int:
    """Score every row of a file and write probabilities to SQLite; return the rows."""
    booster = lgb.Booster(model_file=folder / "booster.txt")
    columns = json.loads((folder / "columns.json").read_text())
    leads = pd.read_csv(source)
    features = _features(leads).reindex(columns=columns, fill_value=0)
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


def _features(leads: pd.DataFrame) -> pd.DataFrame:
    """Prepare the same features as the config: tiers, kept levels, sums, hour and weekday."""
    steps = {step.step: step for step in load_use_case(USE_CASE).preparation}
    tiers = {city: tier for tier, cities in steps["map_levels"].levels.items() for city in cities}
    created = pd.to_datetime(leads["created_date"])
    features = {
        "city_tier": leads["city_mapped"].map(tiers).fillna(3),
        "total_leads_droppped": leads["total_leads_droppped"].fillna(0),
        "referred_lead": leads["referred_lead"].fillna(0),
        "created_hour": created.dt.hour,
        "created_weekday": created.dt.weekday,
    }
    for output, columns in steps["sum_columns"].outputs.items():
        features[output] = leads[list(columns)].sum(axis=1)
    for column in CHANNELS:
        kept = steps["rare_levels"].levels[column]
        features[column] = leads[column].where(leads[column].isin(kept), "others")
    return pd.get_dummies(pd.DataFrame(features), columns=CHANNELS)
