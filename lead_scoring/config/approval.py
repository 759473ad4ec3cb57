"""How much may change for people before a person is asked, and who is asked when."""

from datetime import timedelta
from typing import Annotated
from typing import Literal
from typing import Self

from pydantic import Field
from pydantic import model_validator

from lead_scoring.config.base import Duration
from lead_scoring.config.base import Fraction
from lead_scoring.config.base import Model
from lead_scoring.config.base import PositiveInt


class ChurnConfig(Model):
    """How much of today's open leads a new champion may move; more is held for approval.

    Attributes:
        max_grade_changes: Largest share of the open leads that get another grade.
        max_top_leavers: Largest share of the leads at the top that leave it.
        top_share: Share of the open leads that is the top.
        min_leads: With fewer open leads than this, shares mean little and hold nothing.
        max_leads: More open leads than this are sampled down, deterministically.
        movers: Leads that moved most, listed by id.
    """

    max_grade_changes: Fraction = 0.5
    max_top_leavers: Fraction = 0.6
    top_share: Annotated[float, Field(gt=0, lt=1)] = 0.1
    min_leads: PositiveInt = 100
    max_leads: Annotated[int, Field(ge=1000, le=5_000_000)] = 1_000_000
    movers: Annotated[int, Field(ge=0, le=100)] = 10


class ApprovalConfig(Model):
    """When a person has to approve a model that passed every gate.

    Attributes:
        required: ``over_budget`` asks where the churn exceeds its budget, ``always`` asks for
            every model, the first one too, ``never`` asks nobody; the churn is always reported.
        timeout: Unanswered for so long, the model is refused.
    """

    required: Literal["never", "over_budget", "always"] = "over_budget"
    timeout: Duration = timedelta(days=2)

    @model_validator(mode="after")
    def _some_time_to_answer(self) -> Self:
        if self.timeout < timedelta(minutes=1):
            msg = f"timeout: {self.timeout} leaves nobody time to answer; write 1m or more, or 2d"
            raise ValueError(msg)
        return self
