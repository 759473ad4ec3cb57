"""Files of leads that keep their ids while their columns change, scored on a home of CodePro."""

from pathlib import Path

import pandas as pd
import yaml
from commands import Command
from homes import change_config

USE_CASE = "codepro_leads"


def write_calls(command: Command, name: str, referred: list[int]) -> Path:
    """Write a file of the first leads of the sample, known by ``call 0`` and so on."""
    sample = command.home / "database/sample/codepro/leadscoring.csv"
    leads = pd.read_csv(sample, index_col=0, nrows=len(referred)).drop(columns="app_complete_flag")
    leads.insert(0, "call", [f"call {number}" for number in range(len(referred))])
    file = command.home / f"{name}.csv"
    leads.assign(referred_lead=referred).to_csv(file, index=False)
    return file


def score_calls(command: Command, file: Path, as_of: str) -> None:
    """Score and publish such a file; the config of the home stays as it is."""
    config = command.home / "configs" / f"{USE_CASE}.yaml"
    kept = config.read_text(encoding="utf-8")
    given = yaml.safe_load(kept)
    change_config(
        command.home,
        USE_CASE,
        lead=given["lead"] | {"id_column": "call"},
        contract={"columns": given["contract"]["columns"] | {"call": {"type": "string"}}},
        inference=given["inference"] | {"hold": {"min_rows": 1_000_000}},
    )
    made = command.json("score", USE_CASE, "--input", file, "--as-of", as_of)
    config.write_text(kept, encoding="utf-8")
    assert made["batch"]["status"] == "published", made
