"""Contributions to a score, in words: the strongest for and against, as they are stored.

A reason is an object with ``feature``, ``text``, ``value`` and ``contribution``, the latter in
units of the margin and to four digits; a lead's reasons are a JSON array, the strongest first.
"""

import json
import math
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.config.reasons import MISSING
from lead_scoring.config.reasons import NEGATIVE
from lead_scoring.config.reasons import OTHER
from lead_scoring.config.reasons import VALUE
from lead_scoring.config.reasons import ReasonsConfig
from lead_scoring.config.reasons import Words
from lead_scoring.config.reasons import level_text
from lead_scoring.config.reasons import own_words
from lead_scoring.core.candidates.rows import distinct_rows
from lead_scoring.core.contributions import Contributions

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

WEAKEST: Final = 0.1
"""A contribution smaller than this share of the strongest is no reason."""
_LARGE: Final = 100.0
_HUGE: Final = 1e12
MAX_TEXT: Final = 120
"""Characters of a text or of a value that is text; the rest of a longer one is cut off."""


def spell_reasons(
    explained: Contributions, features: pd.DataFrame, config: ReasonsConfig
) -> pd.Series:
    """Return the reasons of each lead as JSON text.

    Leads whose features are the same have the same reasons, which are spelt once.

    Args:
        explained: Contributions to the margins of the leads.
        features: Their features, shape (n_leads, n_features).
        config: How many reasons, and the words.

    Returns:
        Text with the index of ``features``.
    """
    coded = [pd.factorize(features[name], use_na_sentinel=False) for name in features.columns]
    codes = np.column_stack([codes for codes, _ in coded]).reshape(len(features), -1)
    first, kinds = distinct_rows(codes.astype(np.float64))
    beginnings = np.empty((len(first), len(coded)), dtype=object)
    for place, (own, levels) in enumerate(coded):
        name = str(features.columns[place])
        said = [_beginning(name, level, config.words.get(name)) for level in levels]
        beginnings[:, place] = np.array(said, dtype=object)[own[first]]
    strongest = explained.amounts[first]
    spelt = np.array(_spell(beginnings, strongest, config.most), dtype=object)
    return pd.Series(spelt[kinds], index=features.index, dtype="str")


def choose(values: FloatArray, most: int) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    """Return which contributions are the reasons of each lead, the strongest first.

    The strongest that speaks against the strongest of all is among them unless it is too weak.

    Args:
        values: Contributions, shape (n_leads, n_features).
        most: Reasons at most.

    Returns:
        Positions of features, shape (n_leads, most or n_features), and whether each is a reason.
    """
    sizes = np.abs(values)
    rows = np.arange(len(values))
    order = np.argsort(-sizes, axis=1, kind="stable")[:, :most]
    strongest = values[rows, order[:, 0]]
    least = WEAKEST * np.abs(strongest)
    other_sign = (values > 0) != (strongest > 0)[:, np.newaxis]
    against = np.where(other_sign, sizes, 0.0)
    other = against.argmax(axis=1)
    one_sided = (np.take_along_axis(against, order, axis=1) == 0).all(axis=1)
    swapped = one_sided & (against[rows, other] >= least) & (against[rows, other] > 0)
    if order.shape[1] > 1:
        order[swapped, -1] = other[swapped]
    chosen = np.take_along_axis(sizes, order, axis=1)
    return order, (chosen >= least[:, np.newaxis]) & (chosen > 0)


def phrase(feature: str, value: object, words: Words | None) -> str:
    """Return what is said of a feature that has a value.

    >>> phrase("forms", 3.0, {"0": "no form dropped", "other": "{value} forms dropped"})
    '3 forms dropped'
    >>> phrase("annual_income", 52000.0, None)
    'annual income 52,000'
    """
    missing = bool(pd.isna(value))  # type: ignore[call-overload] # any value of a frame
    name, said = own_words(feature), None
    if isinstance(words, dict):
        key = _key(value, missing=missing, words=words)
        said = words.get(key)
        value = -value if key == NEGATIVE and isinstance(value, int | float) else value
    elif words is not None and VALUE not in words:
        name = words
    elif not missing:
        said = words
    if missing:
        return _cut(said or f"{name} missing")
    return _cut((said or f"{name} {VALUE}").replace(VALUE, _shown(value)))


def _key(value: object, *, missing: bool, words: Mapping[str, str]) -> str:
    """Return under which key a phrase for a value stands, if there is one."""
    if missing:
        return MISSING
    if level_text(value) in words:
        return level_text(value)
    below = isinstance(value, int | float) and value < 0
    return NEGATIVE if below and NEGATIVE in words else OTHER


def _spell(beginnings: npt.NDArray[np.object_], values: FloatArray, most: int) -> list[str]:
    order, there = choose(values, most)
    sizes = np.take_along_axis(values, order, axis=1).tolist()
    texts = np.take_along_axis(beginnings, order, axis=1).tolist()
    return [
        "["
        + ",".join(
            f"{text}{size:.4g}}}" for text, size, is_reason in zip(*row, strict=True) if is_reason
        )
        + "]"
        for row in zip(texts, sizes, there.tolist(), strict=True)
    ]


def _beginning(feature: str, value: object, words: Words | None) -> str:
    """Return a reason as JSON up to its contribution."""
    plain = value.item() if isinstance(value, np.generic) else value
    said = {"feature": feature, "text": phrase(feature, plain, words), "value": _plain(plain)}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))[:-1] + ',"contribution":'


def _plain(value: object) -> object:
    """Return a value as JSON can say it; a whole number without a point, missing as null."""
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() else float(f"{value:.6g}")
    return None if value is None or value is pd.NA else _cut(str(value))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | float):
        return str(value)
    if abs(value) >= _LARGE:
        return f"{value:,.0f}" if abs(value) < _HUGE else f"{value:.3g}"
    return f"{value:.3g}"


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else f"{text[: MAX_TEXT - 1]}…"
