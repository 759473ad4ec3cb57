"""A public file nobody described, from the file to scored leads by config alone."""

import pandas as pd
import pytest
from commands import new_command
from sklearn.datasets import load_breast_cancer

LEADS = 60
"""Rows that are to be scored; the others have their diagnosis."""


@pytest.mark.slow
def test_a_public_file_is_scored_by_config_alone(tmp_path):
    """``new``, ``load``, ``train`` and ``score`` are all there is to do."""
    frame = load_breast_cancer(as_frame=True).frame
    named = frame.assign(target=frame["target"].map({0: "malignant", 1: "benign"}))
    named.iloc[LEADS:].to_csv(tmp_path / "cells.csv", index=False)
    leads = named.iloc[:LEADS]
    leads.drop(columns="target").to_csv(tmp_path / "new_cells.csv", index=False)
    command = new_command(tmp_path / "home")

    made = command.json("new", "cells", "--from", tmp_path / "cells.csv")
    command.json("load", "cells")
    trained = command.json("train", "cells")
    scored = command.json("score", "cells", "--input", tmp_path / "new_cells.csv")
    best = command.json("leads", "cells", "--top", 10)

    assert made["outcome"] == "target"
    assert trained["promoted"] == 1
    assert scored["batch"]["rows_scored"] == len(leads)
    assert best


@pytest.mark.slow
def test_what_gives_the_outcome_away_is_allowed_by_the_lines_that_are_shown(tmp_path):
    """A refused model's message holds the lines of the config that let it pass."""
    frame = load_breast_cancer(as_frame=True).frame
    told = frame[["mean radius", "mean texture"]].assign(
        half=frame["target"] + pd.Series(range(len(frame))) % 2,
        other=pd.Series(range(len(frame))) % 2,
        target=frame["target"],
    )
    told.to_csv(tmp_path / "cells.csv", index=False)
    command = new_command(tmp_path / "home")
    command.json("new", "cells", "--from", tmp_path / "cells.csv")
    command.json("load", "cells")
    refused = command("train", "cells")
    shown = refused.stderr.split("training.leakage.allow")[-1]
    lines = shown[shown.index("  leakage:") :].rstrip()
    file = command.home / "configs" / "cells.yaml"
    file.write_text(file.read_text().rstrip() + "\n" + lines + "\n")

    assert refused.code == 1
    assert command.json("train", "cells")["promoted"] == 1
