"""Finds the sample generator a use case names."""

from collections.abc import Callable
from collections.abc import Mapping
from typing import Final

from lead_scoring.core.samples import campaign
from lead_scoring.core.samples import codepro
from lead_scoring.core.samples import satisfaction
from lead_scoring.core.samples import segments
from lead_scoring.core.samples import sellers
from lead_scoring.core.samples.files import SampleFile

Generator = Callable[[int, int], tuple[SampleFile, ...]]

GENERATORS: Final[Mapping[str, Generator]] = {
    "campaign_success": campaign.sample_files,
    "codepro_leads": codepro.sample_files,
    "olist_satisfaction": satisfaction.sample_files,
    "customer_segments": segments.sample_files,
    "olist_sellers": sellers.sample_files,
}
"""Generators by the name a use case's key ``sample`` gives; called with rows and seed."""


def sample_files(name: str, rows: int, seed: int) -> tuple[SampleFile, ...]:
    """Return the files of one sample, the use case's own source first.

    Args:
        name: Name of the generator.
        rows: Data rows of the first file; the others are in proportion.
        seed: The same seed gives the same bytes.

    Raises:
        ValueError: There is no such generator, or ``rows`` is below 100.
    """
    if name not in GENERATORS:
        msg = f"no sample generator {name!r}; there are: {', '.join(sorted(GENERATORS))}"
        raise ValueError(msg)
    if rows < 100:  # noqa: PLR2004 the quirks of a sample need room
        msg = f"a sample needs at least 100 rows, got {rows}"
        raise ValueError(msg)
    return GENERATORS[name](rows, seed)
