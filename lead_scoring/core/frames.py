"""How rows of a snapshot become a pandas frame; decided once, for training and for scoring."""

from typing import Final

import pandas as pd
import pyarrow as pa

FEW_ROWS: Final = 1_000
"""Up to so many rows are carried over in less time than it takes to wake up threads."""
_INTEGERS: Final = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}


def to_frame(rows: pa.RecordBatch | pa.Table) -> pd.DataFrame:
    """Return rows as a frame whose dtypes depend on the schema alone, never on the values.

    Args:
        rows: Rows of a snapshot.

    Returns:
        A frame with a plain index. ``number`` is float64 with NaN for missing, ``integer`` Int64,
        ``boolean`` boolean, ``string`` str, and instants are datetime64[us, UTC].
    """
    threads = rows.num_rows > FEW_ROWS
    frame: pd.DataFrame = rows.to_pandas(types_mapper=_dtype, use_threads=threads)
    return frame


def _dtype(kind: pa.DataType) -> pd.api.extensions.ExtensionDtype | None:
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pd.StringDtype(na_value=float("nan"))
    return _INTEGERS.get(kind)
