"""Which columns of a lead tell people what is predicted for it, and what people call them."""

from collections.abc import Collection
from collections.abc import Mapping
from typing import Final

from lead_scoring.core.schema import INTERVAL_HIGH
from lead_scoring.core.schema import INTERVAL_LOW
from lead_scoring.core.schema import PREDICTED_CLASS
from lead_scoring.core.schema import PREDICTION
from lead_scoring.core.schema import PROBABILITY

_WORDS: Final = {
    PREDICTED_CLASS: "class",
    PROBABILITY: "probability",
    PREDICTION: "prediction",
    INTERVAL_LOW: "from",
    INTERVAL_HIGH: "to",
}


def said_of(columns: Collection[str]) -> Mapping[str, str]:
    """Return those of the columns that say what is predicted, in order, with their heading.

    >>> said_of(["lead_id", "probability", "predicted_class"])
    {'predicted_class': 'class', 'probability': 'probability'}
    """
    return {name: words for name, words in _WORDS.items() if name in columns}
