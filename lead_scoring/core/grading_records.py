"""What a batch was graded by, as frozen records."""

from collections.abc import Mapping
from dataclasses import asdict
from dataclasses import dataclass
from dataclasses import field
from typing import Any
from typing import Final

CUT_OFFS: Final = "cut-offs"
CLASSES: Final = "classes"
QUANTILES: Final = "quantiles"
CAPACITY: Final = "capacity"


@dataclass(frozen=True, slots=True)
class Cut:
    """The last lead of a grade: whoever ranks behind it has a lower one."""

    grade: str
    score: float
    margin: float
    lead_id: str


@dataclass(frozen=True, slots=True)
class Grading:
    """What a batch was graded by; kept with it.

    Attributes:
        by: ``cut-offs``, ``classes``, ``quantiles`` or ``capacity``.
        asked: What the config says of A, B and C: least probabilities, shares or numbers of leads.
        leads: Leads that were graded.
        cuts: Ends of A, B and C, as far as they were reached, where grades go by rank.
    """

    by: str
    asked: Mapping[str, float] = field(default_factory=dict)
    leads: int = 0
    cuts: tuple[Cut, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can say it."""
        return {
            "by": self.by,
            "asked": dict(self.asked),
            "leads": self.leads,
            "cuts": [asdict(cut) for cut in self.cuts],
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> "Grading":
        """Return what `to_dict` made these values of."""
        cuts = tuple(Cut(**cut) for cut in kept["cuts"])
        return cls(kept["by"], dict(kept["asked"]), kept["leads"], cuts)
