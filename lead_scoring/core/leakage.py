"""Finds what gives the outcome away before it is known.

Everything looks at a bounded sample of rows in which both outcomes weigh as equally as they can;
ROC AUC does not depend on how many there are of either.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.column_skill import LEAST_ROWS
from lead_scoring.core.leak_columns import telling_columns
from lead_scoring.core.leak_columns import telling_order
from lead_scoring.core.leak_columns import telling_presence
from lead_scoring.core.leak_findings import Finding
from lead_scoring.core.leak_findings import LeakKind
from lead_scoring.core.leak_findings import listed
from lead_scoring.core.leak_sets import FeatureJudge
from lead_scoring.core.leak_sets import carrying_sets
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.preparation.lineage import feature_sources
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.split import Split
from lead_scoring.core.training import Trained


def find_leakage(use_case: UseCase, split: Split, trained: Trained) -> tuple[Finding, ...]:
    """Return all findings, those that do not block among them; the same for the same rows.

    Args:
        use_case: Says what is read, the limits and what is allowed.
        split: Rows the model was fitted and judged on, without a shortage; left as they were.
        trained: What came out of them.
    """
    seed, rows = use_case.training.seed, use_case.training.leakage.sample_rows
    test = balanced_sample(split.test, rows // 4, seed)
    fit = balanced_sample(split.closed().fit, rows - len(test), seed)
    found = [
        *_candidate(use_case, split, trained, fit, test),
        *telling_columns(use_case, fit, trained.model.prepare(fit)),
        *telling_presence(use_case, fit),
        *telling_order(use_case, fit),
    ]
    return tuple(_with_reasons(use_case, finding) for finding in found)


def balanced_sample(leads: pd.DataFrame, rows: int, seed: int) -> pd.DataFrame:
    """Draw at most so many leads, as many of either outcome as there are; the order is kept."""
    positive = (leads[OUTCOME] == 1.0).to_numpy()
    classes = [np.flatnonzero(positive), np.flatnonzero(~positive)]
    sizes = [len(positions) for positions in classes]
    draw = np.random.default_rng(seed)
    chosen = [
        draw.choice(positions, min(len(positions), max(rows // 2, rows - other)), replace=False)
        for positions, other in zip(classes, reversed(sizes), strict=True)
    ]
    return leads.iloc[np.sort(np.concatenate(chosen))].reset_index(drop=True)


def _candidate(
    use_case: UseCase, split: Split, trained: Trained, fit: pd.DataFrame, test: pd.DataFrame
) -> Iterator[Finding]:
    """Find what carries a candidate that is nearly perfect on the test window."""
    limit = use_case.training.leakage.candidate_auc
    skill = _candidate_skill(split, trained)
    if skill < limit:
        return
    judge = FeatureJudge(
        _features(trained.model, fit),
        _features(trained.model, test),
        use_case.features,
        use_case.training.seed,
    )
    for carrying in carrying_sets(judge):
        alone = ", ".join(f"{name} {auc:.2f}" for name, auc in carrying.alone.items())
        yield Finding(
            LeakKind.CANDIDATE,
            carrying.features,
            f"the candidate's ROC AUC is {skill:.4f} (limit {limit}, candidate_auc);"
            f" boosted trees on {listed(carrying.features)} alone reach {carrying.roc_auc:.4f}"
            f" (one by one: {alone}), on all other features {carrying.rest_roc_auc:.2f}",
        )


def _candidate_skill(split: Split, trained: Trained) -> float:
    """Return ROC AUC on the test window; of few rows, no more than out of fold."""
    skill = trained.metrics["roc_auc"]
    positives = int(split.test[OUTCOME].sum())
    if min(positives, len(split.test) - positives) >= LEAST_ROWS:
        return skill
    return min(skill, trained.comparisons[f"{trained.model.estimator.family}_out_of_fold_roc_auc"])


def _with_reasons(use_case: UseCase, finding: Finding) -> Finding:
    """Allow a finding if each of its columns is, by its own name or by all it is made of."""
    sources = feature_sources(use_case)
    reasons: dict[str, str] = {}
    for name in finding.columns:
        own = use_case.training.leakage.reason(name)
        parts = [name] if own else list(sources.get(name, (name,)))
        reasons |= {part: use_case.training.leakage.reason(part) for part in parts}
    if not finding.blocks or not all(reasons.values()):
        return finding
    text = "; ".join(f"{name}: {reason}" for name, reason in reasons.items())
    return replace(finding, reason=text, blocks=False)


def _features(model: ScoringModel, leads: pd.DataFrame) -> pd.DataFrame:
    return model.prepare(leads).assign(**{OUTCOME: leads[OUTCOME]})
