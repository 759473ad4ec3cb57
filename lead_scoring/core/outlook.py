"""What calling some leads would bring: conversions with their interval, and profit.

A contact costs the same for every lead, and every conversion is worth the same; so a lead is worth
a call as long as its probability times the value is at least the cost of the call.
"""

from dataclasses import dataclass

from lead_scoring.config.inference import CostsConfig
from lead_scoring.core.expectation import LEVEL
from lead_scoring.core.expectation import Chances
from lead_scoring.core.expectation import interval


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to be expected of some leads.

    Attributes:
        leads: How many.
        conversions: Expected conversions.
        low: Least conversions to expect; within ``low`` and ``high`` in ``LEVEL`` of all cases.
        high: Greatest conversions to expect.
        rate: Expected share of conversions, in [0, 1]; ``None`` without leads.
        profit: Value of the expected conversions less the cost of all contacts; ``None`` without
            costs.
        profit_low: The same of ``low`` conversions.
        profit_high: The same of ``high`` conversions.
        cost_per_conversion: Cost of all contacts per expected conversion; ``None`` without costs
            or where no conversion is expected.
    """

    leads: int
    conversions: float
    low: int
    high: int
    rate: float | None = None
    profit: float | None = None
    profit_low: float | None = None
    profit_high: float | None = None
    cost_per_conversion: float | None = None


def outlook(chances: Chances, costs: CostsConfig | None, level: float = LEVEL) -> Outlook:
    """Return what is to be expected of leads.

    Args:
        chances: Sums over the leads.
        costs: What a contact costs and a conversion is worth; ``None`` where nobody said.
        level: Share of the time the conversions are to be within their interval.

    >>> costs = CostsConfig(value_of_conversion=50, cost_per_contact=5, currency="EUR")
    >>> outlook(Chances(leads=100, mean=20.0, variance=16.0, third=9.6), costs).profit
    500.0
    """
    low, high = interval(chances, level)
    rate = chances.mean / chances.leads if chances.leads else None
    if costs is None:
        return Outlook(chances.leads, chances.mean, low, high, rate)
    value, spent = costs.value_of_conversion, costs.cost_per_contact * chances.leads
    return Outlook(
        chances.leads,
        chances.mean,
        low,
        high,
        rate,
        profit=chances.mean * value - spent,
        profit_low=low * value - spent,
        profit_high=high * value - spent,
        cost_per_conversion=spent / chances.mean if chances.mean > 0 else None,
    )
