"""What people are told when a drift check or a late run needs them."""

import html
from collections.abc import Collection
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lead_scoring.core.drift_records import Action
from lead_scoring.core.drift_records import DriftCheck
from lead_scoring.core.drift_records import Verdict
from lead_scoring.core.records import Decision

_NAMES: Final = {
    "data_fault": "the data looks broken",
    "breaker": "training waits for a person",
    "harmful_drift": "the champion got worse",
}
_DONE: Final = {
    Action.NONE: "Nothing is trained",
    Action.TRAIN: "A training is asked for",
    Action.WAIT: "No training is asked for yet",
    Action.ASK: "No training is asked for",
    Action.STOP: "Nothing is trained on this load",
}
_TO_DO: Final = {
    "data_fault": (
        "look at the report and at the source, mend the source and load again. If the load is "
        "right as it is, run the data DAG by hand with the override accept and a reason."
    ),
    "breaker": (
        "find out why the last trainings won nothing: the report and their runs in MLflow say how "
        "they did. Then trigger the training DAG with a reason, or override with keep."
    ),
    "harmful_drift": (
        "look at the report; if the decision should be another, run the data DAG by hand with the "
        "override train or keep and a reason."
    ),
}
_LATE: Final = (
    "To do: look at the run: does a task fail, wait for a person or not start? Once it is mended "
    "and done, the scores are there."
)


@dataclass(frozen=True, slots=True)
class Alert:
    """A message about a drift check or a late run.

    Attributes:
        kind: ``data_fault``, ``breaker``, ``harmful_drift`` or ``late``.
        subject: One line.
        sentences: What was found, what is done, what to do.
        links: Addresses by what they lead to.
    """

    kind: str
    subject: str
    sentences: tuple[str, ...]
    links: Mapping[str, str]

    def as_html(self) -> str:
        """Return the message for an email; what the data says is shown as text."""
        told = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in self.sentences)
        links = "".join(
            f'<p>{html.escape(name)}: <a href="{html.escape(url)}">{html.escape(url)}</a></p>'
            for name, url in self.links.items()
        )
        return told + links

    def as_slack(self) -> str:
        """Return the message for Slack, its three special characters escaped.

        Source: https://docs.slack.dev/messaging/formatting-message-text
        """
        lines = (self.subject, *self.sentences, *(": ".join(one) for one in self.links.items()))
        return html.escape("\n".join(lines), quote=False)


def make_alert(
    title: str,
    check: DriftCheck,
    told: Collection[str],
    *,
    scored_anyway: bool,
    links: Mapping[str, str | None],
) -> Alert | None:
    """Return what people are told about a check; None where it is nothing they asked for.

    Args:
        title: Title of the use case.
        check: The check.
        told: Kinds of alert people asked for; the gravest that applies is taken.
        scored_anyway: Whether a load that looks broken is scored all the same.
        links: Addresses by what they lead to; those that are missing are left out.
    """
    applies = {
        "data_fault": check.verdict is Verdict.DATA_FAULT,
        "breaker": check.action is Action.ASK,
        "harmful_drift": check.verdict is Verdict.HARMFUL_DRIFT,
    }
    kind = next((kind for kind, holds in applies.items() if holds and kind in told), None)
    if kind is None:
        return None
    done = f"{_DONE[check.action]}: {check.action_reason}."
    if check.action is Action.STOP:
        done += " It is scored all the same." if scored_anyway else " It is not scored either."
    return Alert(
        kind=kind,
        subject=f"{title}: {_NAMES[kind]} ({check.as_of:%Y-%m-%d %H:%M} UTC)",
        sentences=(
            f"Load {check.load_id}, verdict {check.verdict.value}: {check.summary}.",
            f"Done: {done}",
            f"To do: {_TO_DO[kind]}",
        ),
        links={name: url for name, url in links.items() if url},
    )


def make_late_alert(
    title: str, run: str, due: datetime, scored: datetime | None, link: str | None = None
) -> Alert:
    """Return what people are told about a run that is not done when it should be.

    Args:
        title: Title of the use case.
        run: What the scheduler calls the run.
        due: When it should have been done, UTC.
        scored: Instant the newest published scores were computed for; ``None`` if there are none.
        link: Address of the run.
    """
    known = f"for {scored:%Y-%m-%d %H:%M} UTC" if scored else "not there yet"
    return Alert(
        kind="late",
        subject=f"{title}: scores are late ({due:%Y-%m-%d %H:%M} UTC)",
        sentences=(
            f"{run} should have been done by {due:%Y-%m-%d %H:%M} UTC and is not.",
            f"People go on with the scores that are published; the newest are {known}.",
            _LATE,
        ),
        links={"Run": link} if link else {},
    )


def make_hold_alert(
    title: str, hold: Decision, until: datetime, links: Mapping[str, str | None]
) -> Alert:
    """Return what people are told about a version that waits for a person.

    Args:
        title: Title of the use case.
        hold: The decision by which it waits.
        until: When it is refused if nobody has answered, UTC.
        links: Addresses by what they lead to; those that are missing are left out.
    """
    command = f"{hold.use_case} {hold.subject} --by … --reason …"
    to_do = (
        "To do: read the evidence in Airflow's tab Required Actions and answer there, or by "
        f"lead-scoring approve {command} or lead-scoring reject {command}."
    )
    return Alert(
        kind="approval",
        subject=f"{title}: version {hold.subject} waits for approval",
        sentences=(
            f"It passed the gate and is not champion yet: {'; '.join(hold.reasons)}.",
            f"Unanswered until {until:%Y-%m-%d %H:%M} UTC it is refused; scores go on meanwhile.",
            to_do,
        ),
        links={name: url for name, url in links.items() if url},
    )
