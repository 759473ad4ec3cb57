"""Made-up people who asked about selling on a market place, and the deals that were closed.

As in the real files, a few landing pages bring many people and many bring few; which page and
which origin say something about who closes a deal; deals take days or months, and none was
written down before December 2017, so that people of the months before seem to have closed none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lead_scoring.core.samples.files import SampleFile
from lead_scoring.core.samples.files import block_sizes
from lead_scoring.core.samples.levels import IntArray
from lead_scoring.core.samples.levels import zipf

LEADS: Final = "olist_funnel/olist_marketing_qualified_leads_dataset.csv"
DEALS: Final = "olist_funnel/olist_closed_deals_dataset.csv"
FIRST_DAY: Final = np.datetime64("2017-06-14", "D")
DAYS: Final = 352
FIRST_DEAL: Final = np.datetime64("2017-12-05T00:00:00", "s")
"""Earlier deals were not written down."""
PAGES: Final = 400
ORIGINS: Final = {
    "organic_search": 0.3, "paid_search": 0.5, "social": -0.6, "unknown": 0.9,
    "direct_traffic": 0.3, "email": -1.0, "referral": 0.1, "other": -1.2, "display": -0.8,
    "other_publicities": -0.9, "": 0.8,
}  # fmt: skip
"""Where people came from, with the effect on a deal in log odds; empty is missing."""

_SHARES: Final = (0.287, 0.198, 0.169, 0.138, 0.062, 0.062, 0.035, 0.019, 0.015, 0.008, 0.007)
_BUSY: Final = 3.0
"""From 2018 on so many times as many people ask per day."""
_BUSY_FROM: Final = 201
_BASE: Final = -1.7
_PAGE_EFFECT: Final = 1.2
_MEDIAN_DAYS: Final = 12.0
_SPREAD: Final = 1.3
_WORLD: Final = 7
_SEGMENTS: Final = ("home_decor", "health_beauty", "car_accessories", "pet", "toys", "food_drink")
_TYPES: Final = ("online_medium", "online_big", "industry", "offline", "online_small")
_PROFILES: Final = ("cat", "eagle", "wolf", "shark", "")
_BUSINESS: Final = ("reseller", "manufacturer", "other")
_RARELY: Final = 0.08
"""Share of the deals with a word on the company and its catalogue."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """People who asked, in file order.

    Attributes:
        ids: Their ids.
        contact: Day of the first contact.
        pages: Position of the landing page.
        origins: Position of the origin.
        deal: Second of the deal, where there is one.
        won: Who closed a deal that was written down.
    """

    ids: list[str]
    contact: npt.NDArray[np.datetime64]
    pages: IntArray
    origins: IntArray
    deal: npt.NDArray[np.datetime64]
    won: npt.NDArray[np.bool_]


def sample_files(rows: int, seed: int) -> tuple[SampleFile, ...]:
    """Return the two files: everyone who asked, and the deals."""
    deals = sum(int(asked.won.sum()) for asked in _asked(rows, seed))
    return (
        SampleFile(LEADS, rows, lead_blocks(rows, seed)),
        SampleFile(DEALS, deals, deal_blocks(rows, seed)),
    )


def lead_blocks(rows: int, seed: int) -> Iterator[pa.Table]:
    """Make everyone who asked.

    Yields:
        Tables of at most 50,000 rows with the columns of the real file as text.
    """
    pages = _page_ids()
    for asked in _asked(rows, seed):
        yield pa.table(
            {
                "mql_id": pa.array(asked.ids),
                "first_contact_date": pa.array(asked.contact.astype(str)),
                "landing_page_id": pages.take(pa.array(asked.pages)),
                "origin": pa.array(list(ORIGINS)).take(pa.array(asked.origins)),
            }
        )


def deal_blocks(rows: int, seed: int) -> Iterator[pa.Table]:
    """Make the deals of those who closed one; arguments as those of `lead_blocks`."""
    for number, asked in enumerate(_asked(rows, seed)):
        rng = np.random.default_rng([seed, number, 1])
        won = np.flatnonzero(asked.won)
        size = len(won)
        rare = rng.random(size) < _RARELY
        pieces = rng.integers(1, 500, size).astype(str)
        yield pa.table(
            {
                "mql_id": pa.array([asked.ids[at] for at in won], pa.string()),
                "seller_id": _ids(rng, size),
                "sdr_id": _few_ids(rng, size, 30),
                "sr_id": _few_ids(rng, size, 20),
                "won_date": pa.array(np.char.replace(asked.deal[won].astype(str), "T", " ")),
                "business_segment": _one_of(rng, _SEGMENTS, size),
                "lead_type": _one_of(rng, _TYPES, size),
                "lead_behaviour_profile": _one_of(rng, _PROFILES, size),
                "has_company": pa.array(np.where(rare, "True", "")),
                "has_gtin": pa.array(np.where(rare, "False", "")),
                "average_stock": pa.array(np.where(rare, "5-20", "")),
                "business_type": _one_of(rng, _BUSINESS, size),
                "declared_product_catalog_size": pa.array(np.where(rare, pieces, "")),
                "declared_monthly_revenue": pa.array(np.where(rare, "10000.0", "0.0")),
            }
        )


def _asked(rows: int, seed: int) -> Iterator[_Asked]:
    effects = np.random.default_rng(_WORLD).normal(0.0, _PAGE_EFFECT, PAGES)
    per_day = np.where(np.arange(DAYS) < _BUSY_FROM, 1.0, _BUSY)
    for number, size in enumerate(block_sizes(rows)):
        rng = np.random.default_rng([seed, number])
        contact = FIRST_DAY + rng.choice(DAYS, size, p=per_day / per_day.sum())
        pages = rng.choice(PAGES, size, p=zipf(PAGES, 1.1))
        origins = rng.choice(len(_SHARES), size, p=np.array(_SHARES) / sum(_SHARES))
        log_odds = _BASE + effects[pages] + np.take(list(ORIGINS.values()), origins)
        closes = rng.random(size) < 1 / (1 + np.exp(-log_odds))
        seconds = np.exp(rng.normal(np.log(_MEDIAN_DAYS), _SPREAD, size)) * 86_400
        deal = contact.astype("datetime64[s]") + seconds.astype("timedelta64[s]")
        ids = _ids(rng, size).to_pylist()
        yield _Asked(ids, contact, pages, origins, deal, closes & (deal >= FIRST_DEAL))


def _page_ids() -> pa.Array:
    """Return the ids of the landing pages: the same for every seed, so that samples agree."""
    return _ids(np.random.default_rng([_WORLD, 1]), PAGES)


def _ids(rng: np.random.Generator, size: int) -> pa.Array:
    return pa.array([rng.bytes(16).hex() for _ in range(size)], pa.string())


def _few_ids(rng: np.random.Generator, size: int, different: int) -> pa.Array:
    return _ids(rng, different).take(pa.array(rng.integers(0, different, size)))


def _one_of(rng: np.random.Generator, levels: tuple[str, ...], size: int) -> pa.Array:
    return pa.array(levels).take(pa.array(rng.integers(0, len(levels), size)))
