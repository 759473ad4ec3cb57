"""Finds what gives the outcome away before it is known.

Everything looks at a bounded sample of rows in which all outcomes weigh as equally as they can;
ROC AUC does not depend on how many there are of each. Several classes are looked at one by one,
each against the rest.
"""

import math
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.column_skill import LEAST_ROWS
from lead_scoring.core.kinds.kind import kind_of
from lead_scoring.core.leak_columns import telling_columns
from lead_scoring.core.leak_columns import telling_order
from lead_scoring.core.leak_columns import telling_presence
from lead_scoring.core.leak_findings import Finding
from lead_scoring.core.leak_findings import LeakKind
from lead_scoring.core.leak_findings import listed
from lead_scoring.core.leak_sets import FeatureJudge
from lead_scoring.core.leak_sets import carrying_sets
from lead_scoring.core.metrics.tables import metrics_of
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.preparation.lineage import feature_sources
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.split import Split
from lead_scoring.core.split import classes_of
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
    """Draw at most so many leads, as many of each outcome as there are; the order is kept."""
    of_lead = classes_of(leads).to_numpy(dtype=np.float64)
    classes = [np.flatnonzero(of_lead == one) for one in sorted(set(of_lead), reverse=True)]
    draw = np.random.default_rng(seed)
    chosen = [
        draw.choice(positions, size, replace=False)
        for positions, size in zip(classes, _shared([*map(len, classes)], rows), strict=True)
    ]
    return leads.iloc[np.sort(np.concatenate(chosen))].reset_index(drop=True)


def _shared(sizes: Sequence[int], rows: int) -> list[int]:
    """Deal rows out to classes of these sizes: what a small one leaves goes to the others."""
    shares = [0] * len(sizes)
    for left, place in enumerate(sorted(range(len(sizes)), key=sizes.__getitem__)):
        shares[place] = min(sizes[place], (rows - sum(shares)) // (len(sizes) - left))
    return shares


def _candidate(
    use_case: UseCase, split: Split, trained: Trained, fit: pd.DataFrame, test: pd.DataFrame
) -> Iterator[Finding]:
    """Find what carries a candidate that is nearly perfect on the test window."""
    limit = use_case.training.leakage.candidate_auc
    skill = _candidate_skill(use_case, split, trained)
    if skill < limit:
        return
    judge = FeatureJudge(
        _features(trained.model, fit),
        _features(trained.model, test),
        use_case,
    )
    words = metrics_of(use_case.task)[kind_of(use_case).skill_name].words
    for carrying in carrying_sets(judge):
        alone = ", ".join(f"{name} {auc:.2f}" for name, auc in carrying.alone.items())
        yield Finding(
            LeakKind.CANDIDATE,
            carrying.features,
            f"the candidate's {words} is {skill:.4f} (limit {limit}, candidate_auc);"
            f" boosted trees on {listed(carrying.features)} alone reach {carrying.roc_auc:.4f}"
            f" (one by one: {alone}), on all other features {carrying.rest_roc_auc:.2f}",
        )


def _candidate_skill(use_case: UseCase, split: Split, trained: Trained) -> float:
    """Return the skill on the test window; of few rows, no more than out of fold."""
    kind = kind_of(use_case)
    skill = trained.metrics.get(kind.skill_name, math.nan)
    sides = kind.sides(split.test[OUTCOME].to_numpy(dtype=np.float64))
    if all(min(side.sum(), (1 - side).sum()) >= LEAST_ROWS for side in sides.values()):
        return skill
    family = trained.model.estimator.family
    return min(skill, trained.comparisons[f"{family}_out_of_fold_{kind.skill_name}"])


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
