"""What people are told of a lead: what is predicted for it, and what its score goes with."""

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any
from typing import Final

from lead_scoring.core.schema import INTERVAL_HIGH
from lead_scoring.core.schema import INTERVAL_LOW
from lead_scoring.core.schema import PREDICTED_CLASS
from lead_scoring.core.schema import PREDICTION
from lead_scoring.core.schema import PROBABILITY

MINUS: Final = "\N{MINUS SIGN}"
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


def in_words(reasons: Iterable[Mapping[str, Any]]) -> str:
    r"""Return reasons as people read them: each text with its sign.

    >>> in_words([{"text": "came by referral", "contribution": 0.4},
    ...           {"text": "3 forms dropped", "contribution": -0.2}])
    'came by referral +, 3 forms dropped \u2212'
    """
    return ", ".join(
        f"{one['text']} {'+' if one['contribution'] > 0 else MINUS}" for one in reasons
    )
