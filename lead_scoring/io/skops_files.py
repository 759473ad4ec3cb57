"""Fitted scikit-learn objects as skops files, opened with our own lists of trusted types."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final
from typing import TypeVar
from zipfile import ZIP_DEFLATED

import skops.io as sio
from skops.io.exceptions import UntrustedTypesFoundException

from lead_scoring.errors import IntegrityError

Kind = TypeVar("Kind")

_OURS: Final = "lead_scoring.core.preparation."
TRUSTED: Final = (
    f"{_OURS}date_parts.DateParts",
    f"{_OURS}days_between.DaysBetween",
    f"{_OURS}fill_missing.FillMissing",
    f"{_OURS}map_levels.MapLevels",
    f"{_OURS}rare_levels.RareLevels",
    f"{_OURS}ratios.Ratios",
    f"{_OURS}same_level.SameLevel",
    f"{_OURS}select_features.SelectFeatures",
    f"{_OURS}sum_columns.SumColumns",
    "numpy.dtype",
)
"""Types a preparation, an encoder or a linear model may hold beyond those skops trusts itself.
Never read from a file."""


def write_skops(fitted: object, file: Path) -> None:
    """Write a fitted object, compressed."""
    sio.dump(fitted, file, compression=ZIP_DEFLATED)


def read_skops(file: Path, kind: type[Kind], trusted: Sequence[str] = TRUSTED) -> Kind:
    """Open a file that holds one object.

    Args:
        file: Where it lies.
        kind: What it must hold.
        trusted: Types it may hold beyond those skops trusts itself.

    Raises:
        IntegrityError: It holds a foreign type. Nothing was loaded.
        ValueError: It holds something else than ``kind``.
    """
    try:
        fitted = sio.load(file, trusted=list(trusted))
    except UntrustedTypesFoundException as error:
        msg = f"{file}: holds types that no model of ours has: {error}; nothing was loaded"
        raise IntegrityError(msg) from error
    if not isinstance(fitted, kind):
        msg = f"{file.name} holds a {type(fitted).__name__}, not a {kind.__name__}"
        raise ValueError(msg)  # noqa: TRY004 the file is wrong, not the caller
    return fitted
