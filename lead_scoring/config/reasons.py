"""How people are told what a score goes with."""

import re
from collections.abc import Iterable
from collections.abc import Iterator
from typing import Annotated
from typing import Final

from pydantic import BeforeValidator
from pydantic import Field
from pydantic import StringConstraints

from lead_scoring.config.base import ColumnName
from lead_scoring.config.base import Model
from lead_scoring.config.base import in_words
from lead_scoring.config.spelling import did_you_mean

VALUE: Final = "{value}"
"""Stands in a phrase for the value of the lead."""
MISSING: Final = "missing"
NEGATIVE: Final = "negative"
OTHER: Final = "other"
"""Keys of a mapping of phrases beside values: no value, numbers below 0 that are not named, and
every other value that is not named."""


def level_text(value: object) -> str:
    """Return a value as it stands as a key among phrases: ``1`` for 1, 1.0 and true.

    >>> [level_text(value) for value in (1.0, 2.5, True, "Level0")]
    ['1', '2.5', '1', 'Level0']
    """
    if isinstance(value, bool | int | float):
        return f"{float(value):.10g}"
    return str(value)


def _keys_are_text(given: object) -> object:
    """YAML reads 1 and true as what they are; phrases are looked up by text."""
    if isinstance(given, dict):
        return {level_text(key): phrase for key, phrase in given.items()}
    return given


Phrase = Annotated[
    str,
    StringConstraints(pattern=r"^(?:[^{}\x00-\x1f\x7f]|\{value\}){1,80}$"),
    in_words("1 to 80 characters on one line, in which {value} stands for the lead's value"),
]
Words = Phrase | Annotated[dict[str, Phrase], BeforeValidator(_keys_are_text)]


class ReasonsConfig(Model):
    """What people are told about the features that a score goes with.

    A reason says what a lead has in common with better or worse leads, never why it is so.

    Attributes:
        required: Only a model that explains its scores exactly may become champion.
        most: Reasons per lead at most. Of these the strongest is always there, and so is the
            strongest that speaks against it, unless it is ten times weaker.
        words: For each feature a phrase with ``{value}``, or a name that the value follows, or a
            phrase per value; there ``other:`` stands for every value that is not named,
            ``negative:`` for numbers below 0, told without their sign, and ``missing:`` for none.
            A feature without words goes by its own name.
    """

    required: bool = False
    most: Annotated[int, Field(ge=1, le=6)] = 3
    words: dict[ColumnName, Words] = Field(default_factory=dict)

    def misfits(self, columns: Iterable[str]) -> Iterator[str]:
        """Yield which words are of no column.

        Args:
            columns: Columns and features of the use case, those of every moment.
        """
        known = sorted(columns)
        for name in self.words:
            if name not in known:
                yield (
                    f"inference.reasons.words: {name!r} is neither a feature nor a column"
                    f"{did_you_mean(name, known)}"
                )


def own_words(feature: str) -> str:
    """Return the name of a feature as people read it, for one that has no words.

    >>> own_words("first_utm_source_c"), own_words("GoalAmount")
    ('first utm source c', 'goal amount')
    """
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", feature).replace("_", " ").split()
    return " ".join(part if part.isupper() and len(part) > 1 else part.lower() for part in parts)
