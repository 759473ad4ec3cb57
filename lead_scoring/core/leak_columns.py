"""Finds single columns that give the outcome away, by value, by presence or by their order.

A column is judged as the source spells it and, where a step makes a feature of it, as the feature.
"""

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binom

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.column_skill import CHANCE
from lead_scoring.core.column_skill import LEAST_ROWS
from lead_scoring.core.column_skill import either_way
from lead_scoring.core.column_skill import level_skill
from lead_scoring.core.column_skill import number_skill
from lead_scoring.core.column_skill import order_skill
from lead_scoring.core.kinds.kind import kind_of
from lead_scoring.core.leak_findings import Finding
from lead_scoring.core.leak_findings import LeakKind
from lead_scoring.core.leak_findings import listed
from lead_scoring.core.preparation.building import source_columns
from lead_scoring.core.preparation.columns import as_numbers
from lead_scoring.core.preparation.columns import as_text
from lead_scoring.core.preparation.lineage import feature_sources
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import ROW_NUMBER

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
_Judge = Callable[[FloatArray], float]


def telling_columns(
    use_case: UseCase, leads: pd.DataFrame, features: pd.DataFrame
) -> Iterator[Finding]:
    """Find single columns, and features made of columns, that tell the outcomes apart.

    Args:
        use_case: Says what is read, and the limit.
        leads: Source columns and outcome, shape (n_leads, n_columns).
        features: Their prepared features, same index.
    """
    limit = use_case.training.leakage.column_auc
    sides = _sides(use_case, leads)
    kinds = {name: use_case.contract.columns[name].type for name in source_columns(use_case)}
    sources = feature_sources(use_case)
    made = [name for name in use_case.features.names if name not in kinds]
    judged = {name: leads[name] for name, kind in kinds.items() if kind != "timestamp"}
    for name, column in (judged | {name: features[name] for name in made}).items():
        judges: list[_Judge] = []
        if kinds.get(name, "string") != "string" or name in use_case.features.numeric:
            judges.append(partial(number_skill, _numbers(column)))
        if not judges or name in use_case.features.levels:
            judges.append(partial(level_skill, as_text(column)))
        skill, whose = max(_best(judge, sides) for judge in judges)
        if skill >= limit:
            origin = f", made of {listed(sources[name])}" if name in made else ""
            yield Finding(
                LeakKind.COLUMN,
                (name,),
                f"alone{origin} it has ROC AUC {skill:.4f}{whose} (limit {limit}, column_auc)",
            )


def telling_presence(use_case: UseCase, leads: pd.DataFrame) -> Iterator[Finding]:
    """Find columns of which it is enough to know whether they are missing."""
    limits = use_case.training.leakage
    sides = _sides(use_case, leads)
    for name in source_columns(use_case):
        missing = leads[name].isna().to_numpy(dtype=np.bool_)
        skill, whose = _best(partial(either_way, missing.astype(np.float64)), sides)
        if skill >= limits.presence_auc:
            yield Finding(
                LeakKind.PRESENCE,
                (name,),
                f"whether it is missing alone has ROC AUC {skill:.4f}{whose}"
                f" (limit {limits.presence_auc}, presence_auc)",
            )
            continue
        for rows, words in ((missing, "missing"), (~missing, "present")):
            for whose, outcomes in sides.items():
                share, chance = _share(rows, outcomes)
                if share >= limits.presence_share and chance <= limits.chance:
                    yield Finding(
                        LeakKind.PRESENCE,
                        (name,),
                        f"of {rows.sum()} rows where it is {words}, {share:.1%} have one"
                        f" outcome{whose}, both weighing the same"
                        f" (limit {limits.presence_share:.1%}, presence_share)",
                    )
                    break


def _share(rows: BoolArray, outcomes: FloatArray) -> tuple[float, float]:
    """Return the share of the commoner outcome among some rows, and its chance by luck.

    The share weighs outcomes by how rare they are; the chance is that of at least as many rows
    with that outcome if its rate were that of all rows.
    """
    if rows.sum() < LEAST_ROWS or rows.all():
        return CHANCE, 1.0
    rate = outcomes.mean()
    positives, negatives = outcomes[rows].sum(), (1 - outcomes[rows]).sum()
    positive, negative = positives / rate, negatives / (1 - rate)
    if positive < negative:
        rate, positives, positive, negative = 1 - rate, negatives, negative, positive
    by_luck = binom.sf(positives - 1, rows.sum(), rate)
    return float(positive / (positive + negative)), float(by_luck)


def telling_order(use_case: UseCase, leads: pd.DataFrame) -> Iterator[Finding]:
    """Find ids and an order of rows that give the outcome away; what no model reads only warns."""
    limit = use_case.training.leakage.order_auc
    sides = _sides(use_case, leads)
    read = source_columns(use_case)
    for name in read:
        if name == use_case.lead.id_column or _nearly_unique(use_case, name, leads):
            skill, whose = _best(partial(order_skill, as_text(leads[name])), sides)
            if skill >= limit:
                evidence = f"its order has ROC AUC {skill:.4f}{whose} (limit {limit}, order_auc)"
                yield Finding(LeakKind.IDENTIFIER, (name,), evidence)
    unread = "; no feature reads it, so it does not count against the model"
    if use_case.lead.id_column not in read:
        skill, whose = _best(partial(order_skill, as_text(leads[LEAD_ID])), sides)
        if skill >= limit:
            figure = f"ROC AUC {skill:.4f}{whose}"
            evidence = f"the order of the ids has {figure} (limit {limit}){unread}"
            yield Finding(LeakKind.ORDER, (LEAD_ID,), evidence, blocks=False)
    if ROW_NUMBER in leads:
        skill, whose = _best(partial(either_way, _numbers(leads[ROW_NUMBER])), sides)
        if skill >= limit:
            figure = f"ROC AUC {skill:.4f}{whose}"
            evidence = f"the order of the rows has {figure} (limit {limit}){unread}"
            yield Finding(LeakKind.ORDER, (ROW_NUMBER,), evidence, blocks=False)


def _sides(use_case: UseCase, leads: pd.DataFrame) -> Mapping[str, FloatArray]:
    return kind_of(use_case).sides(leads[OUTCOME].to_numpy(dtype=np.float64))


def _best(judge: _Judge, sides: Mapping[str, FloatArray]) -> tuple[float, str]:
    """Return the greatest skill of all sides of the outcomes, and which side it is of."""
    found = [(judge(outcomes), whose) for whose, outcomes in sides.items()]
    return max(found, key=lambda one: one[0])


def _nearly_unique(use_case: UseCase, name: str, leads: pd.DataFrame) -> bool:
    if use_case.contract.columns[name].type != "string":
        return False
    present = int(leads[name].notna().sum())
    return present > 0 and leads[name].nunique() > present / 2


def _numbers(column: pd.Series) -> FloatArray:
    return as_numbers(column).to_numpy(dtype=np.float64)
