"""A file of outcomes that came back, as a source of its own."""

from typing import Final

from lead_scoring.config.contract import ColumnConfig
from lead_scoring.config.contract import ContractConfig
from lead_scoring.config.contract import Rule
from lead_scoring.config.contract import RuleConfig
from lead_scoring.config.lead import LeadConfig
from lead_scoring.config.source import FileSource
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.schema import KNOWN_AT
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import OUTCOME

IN_A_LOAD: Final = "in_a_load"
"""Column of staged outcomes: whether a load of leads has the lead."""
UNKNOWN_LEAD: Final = "unknown_lead"
"""Rule broken by an outcome of a lead that is in no load and was never scored."""
NOT_YET_KNOWN: Final = "not_yet_known"
"""Rule broken by an outcome that becomes known after the instant the file is loaded for."""
CONFLICT: Final = "conflict"
"""Rule broken by an outcome other than the one known, and not known later than that one."""


def outcomes_use_case(use_case: UseCase, location: str) -> UseCase:
    """Return a use case whose leads are the rows of a file of outcomes.

    The file has the columns ``lead_id``, ``outcome``, spelled as in the source of the use case,
    and ``known_at``. A bad row is set apart, however many there are.

    Args:
        use_case: Says what an outcome may be.
        location: The file; its name tells CSV from Parquet.
    """
    outcome = use_case.contract.columns[use_case.outcome.column]
    contract = ContractConfig(
        columns={
            LEAD_ID: ColumnConfig(nullable=False),
            OUTCOME: outcome.model_copy(update={"nullable": False, "required": True}),
            KNOWN_AT: ColumnConfig(type="timestamp", nullable=False),
        },
        rules={rule: RuleConfig() for rule in Rule},
    )
    known = {"column": OUTCOME, "known_column": KNOWN_AT, "window": False}
    changed = {
        "contract": contract,
        "lead": LeadConfig(id_column=LEAD_ID),
        "outcome": use_case.outcome.model_copy(update=known),
        "source": FileSource(kind="csv", location=location),
    }
    # Its features and steps are of no use here, and would not be found in such a file.
    return use_case.model_copy(update=changed)
