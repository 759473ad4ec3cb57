"""What happened to made-up orders: when they came, what was in them, how they were reviewed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from lead_scoring.core.samples.files import block_sizes
from lead_scoring.core.samples.levels import FloatArray
from lead_scoring.core.samples.levels import IntArray

FIRST: Final = np.datetime64("2017-01-01T00:00:00", "s")
DAYS: Final = 600
DAY: Final = 86_400
STATES: Final = ("SP", "RJ", "MG", "RS", "PR", "BA", "SC", "PE")
PRODUCTS: Final = 300
_NO_ITEMS: Final = 0.05
_UNDELIVERED: Final = 0.12
_NO_REVIEW: Final = 0.02
_SECOND_REVIEW: Final = 0.01
_SECOND_PAYMENT: Final = 0.05

Instants = npt.NDArray[np.datetime64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders of one block.

    Attributes:
        numbers: Number of each order, from 0 over all blocks.
        bought: Instant of the purchase.
        came: Instant of the delivery, where there was one.
        promised: Instant the delivery was promised for.
        delivered: Whether it was delivered.
        items: Number of items, 0 for an order that was given up.
        product: Product of the items.
        state: Position of the customer's state.
        stars: Score of the review.
        answered: Instant of the review.
        reviews: Number of reviews, from 0 to 2.
    """

    numbers: IntArray
    bought: Instants
    came: Instants
    promised: Instants
    delivered: Flags
    items: IntArray
    product: IntArray
    state: IntArray
    stars: IntArray
    answered: Instants
    reviews: IntArray

    @property
    def payments(self) -> IntArray:
        """Number of payments of each order: one, or two for a few."""
        second = self.numbers % round(1 / _SECOND_PAYMENT) == 0
        return np.where(second, 2, 1).astype(np.int64)


def make_orders(rows: int, seed: int) -> Iterator[Orders]:
    """Make orders, at most 50,000 at a time; the same seed gives the same orders."""
    start = 0
    for number, size in enumerate(block_sizes(rows)):
        rng = np.random.default_rng([seed, number])
        bought = FIRST + _seconds(rng.uniform(0, DAYS, size))
        promise = rng.uniform(10, 30, size)
        took = np.exp(rng.normal(np.log(11), 0.55, size))
        delivered = rng.random(size) > _UNDELIVERED
        late = np.where(delivered, took - promise, 10.0)
        answered = bought + _seconds(np.where(delivered, took, promise) + rng.gamma(1.5, 2, size))
        given_up = rng.random(size) < _NO_ITEMS
        has_review = rng.random(size) > _NO_REVIEW
        yield Orders(
            numbers=np.arange(start, start + size),
            bought=bought,
            came=bought + _seconds(took),
            promised=(bought + _seconds(promise)).astype("datetime64[D]").astype("datetime64[s]"),
            delivered=delivered & ~given_up,
            items=np.where(given_up, 0, rng.geometric(0.85, size)),
            product=rng.integers(0, PRODUCTS, size),
            state=rng.integers(0, len(STATES), size),
            stars=_stars(rng, late, given_up),
            answered=answered,
            reviews=has_review * (1 + (rng.random(size) < _SECOND_REVIEW)),
        )
        start += size


def _stars(rng: np.random.Generator, late: FloatArray, given_up: Flags) -> IntArray:
    """Draw scores: mostly five, but few for whoever waits in vain."""
    wish = 4.6 - 2.6 / (1 + np.exp(-late / 3)) - 2.0 * given_up + rng.normal(0, 1.0, len(late))
    return np.clip(np.rint(wish), 1, 5).astype(np.int64)


def _seconds(days: FloatArray) -> npt.NDArray[np.timedelta64]:
    return (days * DAY).astype("timedelta64[s]")
