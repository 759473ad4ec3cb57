"""What is predicted: where the outcome stands, what it may be, and when it is known."""

from collections.abc import Iterator
from typing import Annotated
from typing import Final
from typing import Literal
from typing import Self

from pydantic import Field
from pydantic import model_validator

from lead_scoring.config.base import ColumnName
from lead_scoring.config.base import Duration
from lead_scoring.config.base import Model

Task = Literal["binary", "regression", "multiclass"]
"""Whether a lead converts, a number, or one of several classes."""

Value = str | int | float | bool

_POSITIVE: Final = 1
_TWO: Final = 2
_KEYS: Final[dict[Task, tuple[str, ...]]] = {
    "binary": ("positive", "window"),
    "regression": ("min", "max"),
    "multiclass": ("classes",),
}


class OutcomeConfig(Model):
    """Where the outcome stands and when it is known.

    Attributes:
        column: Column with the outcome; empty while it is not known.
        positive: Value that counts as a conversion; ``task: binary`` alone.
        classes: Every class there is, the one to call first, first; ``task: multiclass`` alone.
        minimum: Least outcome there can be (``min`` in the file); ``task: regression`` alone.
        maximum: Greatest outcome there can be (``max`` in the file); likewise.
        maturity: Time from the event until the outcome is final.
        known_column: Timestamp column with the instant the outcome became known; where it is
            empty, and where there is no such column, that is the event time and ``maturity``.
        window: A conversion counts only if it became known within ``maturity`` of the event, and
            leads are learned from once that time is over, converted or not; ``task: binary``
            alone. Without it the newest leads would be learned from only where they converted.
    """

    column: ColumnName
    positive: Value = _POSITIVE
    classes: Annotated[tuple[Value, ...], Field(min_length=2, max_length=50)] | None = None
    minimum: float | None = Field(default=None, alias="min")
    maximum: float | None = Field(default=None, alias="max")
    maturity: Duration
    known_column: ColumnName | None = None
    window: bool = False

    @model_validator(mode="after")
    def _window_has_an_end(self) -> Self:
        if self.window and self.known_column is None:
            msg = "window: needs known_column, the instant a lead converted"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _classes_differ(self) -> Self:
        names = self.class_names
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            msg = f"classes: {twice} stands there twice; name each class once"
            raise ValueError(msg)
        if len(names) == _TWO:
            msg = (
                f"classes: two classes are task: binary; say positive: {names[0]} there instead of"
                " classes"
            )
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _range_is_one(self) -> Self:
        low, high = self.minimum, self.maximum
        if low is not None and high is not None and not low < high:
            msg = f"min {low:g} must be less than max {high:g}"
            raise ValueError(msg)
        return self

    @property
    def class_names(self) -> tuple[str, ...]:
        """Classes as text, in the order of the config; none where there are no classes."""
        return tuple(str(one) for one in self.classes or ())

    def misfits(self, task: Task, column_type: str) -> Iterator[str]:
        """Iterate over what does not fit the task or the outcome's column, in words."""
        values = {
            "positive": None if self.positive == _POSITIVE else self.positive,
            "min": self.minimum,
            "max": self.maximum,
            "classes": self.classes,
        }
        given = {key for key, value in values.items() if value is not None}
        for other, keys in _KEYS.items():
            wrong = sorted(given.intersection(keys)) if other != task else []
            if wrong:
                yield (
                    f"outcome.{wrong[0]} is for task: {other}, this is task: {task}; drop it or"
                    " change the task"
                )
        missing = [key for key in _KEYS[task] if key not in given]
        if task != "binary" and missing:
            yield (
                f"outcome.{missing[0]} is missing, task: {task} needs {' and '.join(_KEYS[task])}"
            )
        if task == "regression" and column_type not in {"integer", "number"}:
            yield (
                f"outcome.column: {self.column!r} is a {column_type}; task: regression needs an"
                " integer or a number"
            )
        if task == "multiclass" and column_type in {"number", "timestamp"}:
            yield (
                f"outcome.column: {self.column!r} is a {column_type}; task: multiclass needs a"
                " string, an integer or a boolean"
            )
