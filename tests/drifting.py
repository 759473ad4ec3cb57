"""References and observations of small frames."""

import numpy as np
import pandas as pd
import pyarrow as pa

from lead_scoring.core.observation import Observation
from lead_scoring.core.observation import Observer
from lead_scoring.core.reference import Reference
from lead_scoring.core.reference import fit_reference


def batch_of(leads: pd.DataFrame) -> pa.RecordBatch:
    """Return rows as a snapshot has them, numbered from 1 on unless they are already."""
    numbered = leads
    if "row_number" not in leads:
        numbered = leads.assign(row_number=np.arange(1, len(leads) + 1))
    return pa.RecordBatch.from_pandas(numbered, preserve_index=False)


def reference_of(leads: pd.DataFrame, *, mapped: tuple[str, ...] = ()) -> Reference:
    """Return a reference; columns of text are levels, every lead is promised one half."""
    texts = [name for name in leads if pd.api.types.is_string_dtype(leads[name])]
    return fit_reference(
        leads,
        [name for name in leads if name not in texts],
        texts,
        mapped,
        probabilities=np.full(len(leads), 0.5),
        chunks=(),
    )


def observation_of(
    reference: Reference, *batches: pd.DataFrame, sample: int = 5_000, seed: int = 1
) -> Observation:
    """Return what is seen in batches of rows."""
    observer = Observer(reference, sample, seed)
    for leads in batches:
        observer.add(batch_of(leads))
    return observer.observation()
