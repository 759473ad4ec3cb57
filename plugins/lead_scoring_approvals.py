"""The task that asks a person about a model, by Airflow's own form; only DAG files import it.

It holds no slot while it waits and needs no triggerer. Unanswered, it answers with a refusal.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from typing import Final

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Label
from airflow.sdk import Param
from airflow.sdk import XComArg
from airflow.sdk.exceptions import AirflowSkipException

APPROVE: Final = "Approve"
REJECT: Final = "Reject"
REASON: Final = "Why, in a sentence; it is kept with the decision and your name."


def ask_approval(use_case: str, decision_id: XComArg, timeout: timedelta) -> XComArg:
    """Add the task that asks; return its answer, None where nobody had to be asked.

    Args:
        use_case: Name of the use case.
        decision_id: What the task ``decide`` returned.
        timeout: Time to answer.
    """
    asked = PromotionApproval(
        task_id="ask_approval",
        use_case=use_case,
        decision_id=decision_id,
        response_timeout=timeout,
        params={"reason": Param("", title="Reason", description=REASON, type="string")},
    )
    decision_id >> Label("waits for a person") >> asked
    return asked.output


class PromotionApproval(HITLOperator):
    """Asks whether a version that waits becomes champion; skipped where nobody has to be asked.

    It returns what a person said: whether to ``approve``, ``by`` whom and the ``reason``.

    Args:
        use_case: Name of the use case.
        decision_id: What the task ``decide`` returned.
    """

    template_fields = ("decision_id",)

    def __init__(self, *, use_case: str, decision_id: XComArg, **given: Any) -> None:
        subject = f"{use_case}: promote a version?"
        super().__init__(subject=subject, options=[APPROVE, REJECT], defaults=REJECT, **given)
        self.use_case = use_case
        self.decision_id: Any = decision_id

    def execute(self, context: Any) -> None:
        """Put the evidence into the form and wait.

        Raises:
            AirflowSkipException: The decision does not wait, or was answered before.
        """
        from lead_scoring.tasks import approval

        asked = approval.question(self.use_case, self.decision_id)
        if asked is None:
            msg = f"{self.decision_id}: nobody has to be asked"
            raise AirflowSkipException(msg)
        self.subject, self.body = asked["subject"], asked["body"]
        super().execute(context)

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Mapping[str, Any]:
        """Return the answer; nobody's name stands by one that came of the timeout."""
        given = super().execute_complete(context, event)
        user = given["responded_by_user"]
        return {
            "approve": list(given["chosen_options"]) == [APPROVE],
            "by": user and (user["name"] or user["id"]),
            "reason": given["params_input"].get("reason"),
        }
