"""Why a score moved: what of its change came with the lead, and what with the model.

The old lead and the new one are scored by the old model and by the new one. Going from old to new
the lead may change first and the model after it, or the other way round; each effect is the mean
of both orders, so that the two add up to the change exactly and neither order is preferred.

Source:
    L. S. Shapley (1953), A value for n-person games, for two players.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from lead_scoring.config.reasons import ReasonsConfig
from lead_scoring.config.scoring import ScoringRules
from lead_scoring.core.kinds.kind import kind_by
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.reasons import phrase
from lead_scoring.core.schema import MARGIN

BASE: Final = ""
"""Stands in place of a feature for what no feature adds to."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What one feature has to do with the change of a margin.

    Attributes:
        feature: Its name; ``BASE`` for the base of the models.
        before: What is said of it, in the words of the config; empty where there is none.
        after: Likewise, of the lead as it is now.
        lead: Part of the change that came with the lead, in units of the margin.
        model: Part that came with the model.
    """

    feature: str
    before: str
    after: str
    lead: float
    model: float


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """The change of a margin; ``lead + model`` is ``after - before``.

    Attributes:
        before: Margin of the lead as it was, by the model there was.
        after: Margin of the lead as it is, by the model there is.
        lead: Part that came with the lead.
        model: Part that came with the model.
        causes: The features behind it, those with the largest share first; their parts add up to
            `lead` and `model`.
    """

    before: float
    after: float
    lead: float
    model: float
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A lead as one model sees it."""

    margin: float
    parts: Mapping[str, float]
    features: Mapping[str, object]


def split_change(
    models: tuple[ScoringModel, ScoringModel],
    leads: tuple[pd.DataFrame, pd.DataFrame],
    rules: ScoringRules,
    reasons: ReasonsConfig,
) -> ScoreChange:
    """Split the change of a lead's margin into what changed with the lead and with the model.

    Args:
        models: The old model and the new one; they may be the same.
        leads: One row each: the lead as it was, and as it is, with the columns either model reads.
        rules: How margins are made of what a model says.
        reasons: The words.
    """
    old, new = (tuple(_look(model, lead, rules) for lead in leads) for model in models)
    names = dict.fromkeys(name for seen in (*new, *old) for name in seen.parts)
    causes = [
        Cause(
            feature=name,
            before=_said(name, old[0], reasons),
            after=_said(name, new[1], reasons),
            lead=(_step(name, old[0], old[1]) + _step(name, new[0], new[1])) / 2,
            model=(_step(name, old[0], new[0]) + _step(name, old[1], new[1])) / 2,
        )
        for name in names
    ]
    moved = [one for one in causes if one.lead or one.model]
    return ScoreChange(
        before=old[0].margin,
        after=new[1].margin,
        lead=(old[1].margin - old[0].margin + new[1].margin - new[0].margin) / 2,
        model=(new[0].margin - old[0].margin + new[1].margin - old[1].margin) / 2,
        causes=tuple(sorted(moved, key=lambda one: -abs(one.lead) - abs(one.model))),
    )


def _look(model: ScoringModel, lead: pd.DataFrame, rules: ScoringRules) -> _Seen:
    kind = kind_by(rules)
    features = model.prepare(lead)
    margins, contributions = model.estimator.explained(features)
    scores = kind.scores(model.calibration, margins)
    explained = kind.speaks_for(contributions)
    amounts = dict(zip(explained.features, explained.amounts[0].tolist(), strict=True))
    return _Seen(
        margin=float(scores[MARGIN].iloc[0]),
        parts={BASE: float(explained.base[0]), **amounts},
        features={str(name): features[name].iloc[0] for name in features.columns},
    )


def _step(name: str, one: _Seen, other: _Seen) -> float:
    return other.parts.get(name, 0.0) - one.parts.get(name, 0.0)


def _said(name: str, seen: _Seen, reasons: ReasonsConfig) -> str:
    if name not in seen.features:
        return ""
    value = seen.features[name]
    plain = value.item() if hasattr(value, "item") else value
    return phrase(name, plain, reasons.words.get(name))
