"""The weekly summary in the words of people who call leads, and of who answers for them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from lead_scoring.core.document import Bullets
from lead_scoring.core.document import Document
from lead_scoring.core.document import Figures
from lead_scoring.core.document import Section
from lead_scoring.core.document import Table
from lead_scoring.core.document import Text
from lead_scoring.core.drift_records import Action
from lead_scoring.core.drift_records import Verdict
from lead_scoring.core.records import Decision
from lead_scoring.core.records import DecisionKind
from lead_scoring.core.said import in_words
from lead_scoring.core.week import GradeShare
from lead_scoring.core.week import Week

_VERDICTS: Final = {
    Verdict.STABLE: "Nothing changed that matters",
    Verdict.VIRTUAL_DRIFT: "The leads changed, and scores stay right",
    Verdict.HARMFUL_DRIFT: "Scores became less reliable",
    Verdict.DATA_FAULT: "The data looks broken",
    Verdict.NO_CHAMPION: "There was no model to compare with",
    Verdict.NOT_ENOUGH_DATA: "Too few new leads to judge",
}
_ACTIONS: Final = {
    Action.NONE: "nothing had to be done",
    Action.TRAIN: "a new model was asked for",
    Action.WAIT: "a new model has to wait",
    Action.ASK: "a person is asked whether to train",
    Action.STOP: "the load was set aside",
}
_DECISIONS: Final = {
    DecisionKind.PROMOTION: "version {0} became the model that scores",
    DecisionKind.APPROVAL: "version {0} was approved and became the model that scores",
    DecisionKind.REFUSAL: "version {0} was refused",
    DecisionKind.HOLD: "version {0} waits for an approval",
    DecisionKind.ROLLBACK: "version {0} came back as the model that scores",
    DecisionKind.RELEASE: "the scores of {0} were released",
    DecisionKind.OVERRIDE: "{0} was overruled",
}
_RULES: Final = {"range": "is out of range", "null": "is missing", "type": "cannot be read"}
_WORTH: Final = {
    "binary": ("expected conversions", "conversions"),
    "multiclass": ("expected right", "right class"),
    "regression": ("mean promised", "mean found"),
}


def week_page(week: Week) -> Document:
    """Write the summary of a week."""
    sections = (
        Section("What waits for you", (Bullets(tuple(_waiting(week))),)),
        Section("The list to work with", tuple(_leads(week))),
        Section("What became of earlier leads", tuple(_outcomes(week))),
        Section("Did the leads change?", tuple(_changes(week))),
        Section("Models and decisions", (Bullets(tuple(_decided(week))),)),
        Section("Quality of the data", tuple(_quality(week))),
    )
    title = f"{week.title}: the week of {_day(week.start)}"
    return Document(title, _in_short(week), sections)


def _in_short(week: Week) -> str:
    scored = sum(batch.rows_scored for batch in week.scored)
    first = f"{scored:,} scores were published." if scored else "No scores were published."
    count = sum(one.leads for one in week.outcomes)
    if not count:
        return f"{first} No outcome of an earlier lead became known."
    if week.task == "regression":
        return f"{first} The outcome of {count:,} earlier leads became known."
    came = sum(one.happened for one in week.outcomes)
    expected = sum(one.expected for one in week.outcomes)
    what = "converted" if week.task == "binary" else "were of the class that was predicted"
    return (
        f"{first} Of {count:,} earlier leads whose outcome became known, {came:,.0f} {what};"
        f" {expected:,.0f} were expected."
    )


def _waiting(week: Week) -> Iterator[str]:
    for batch in week.held:
        why = "; ".join(batch.hold_reasons)
        yield (
            f"{batch.rows_scored:,} scores of {_day(batch.as_of)} are held back: {why}. Let them"
            f" through with a reason: lead-scoring release {batch.batch_id}"
        )
    for hold in week.unanswered:
        yield (
            f"Model version {hold.subject} waits for an approval: {'; '.join(hold.reasons)}."
            f" Answer with lead-scoring approve or reject {hold.use_case}"
        )
    for load in week.faulty:
        yield (
            f"Load {load} looks broken and is neither trained on nor scored; mend the source, or"
            " accept it with a reason"
        )
    if not (week.held or week.unanswered or week.faulty):
        yield "Nothing. No scores, model or load needs a decision."


def _leads(week: Week) -> Iterator[Text | Table | Figures]:
    if week.batch is None:
        yield Text("No scores were published for this week; the list is that of the week before.")
        return
    best = next((share.leads for share in week.shares if share.grade == "A"), 0)
    items = [("open leads", f"{week.batch.rows_scored:,}"), ("graded A", f"{best:,}")]
    if week.task == "binary":
        expected = sum(share.expected or 0 for share in week.shares)
        items.append(("expected to convert", f"{expected:,.0f}"))
    yield Figures(tuple(items))
    yield _grades(week)
    if week.best:
        yield Table(
            "The best leads, and what their scores go with",
            ("lead", "grade", "score", "goes with"),
            tuple(
                (
                    str(lead["lead_id"]),
                    str(lead["grade"]),
                    f"{lead['score']:.0f}",
                    in_words(lead.get("reasons") or ()) or "not kept",
                )
                for lead in week.best
            ),
        )


def _grades(week: Week) -> Table:
    before = {share.grade: share for share in week.shares_before}
    head = ["grade", "leads", "week before"]
    if week.task != "multiclass":
        head.append(_WORTH[week.task][0])
    rows = []
    for share in week.shares:
        earlier = before.get(share.grade)
        cells = [share.grade, f"{share.leads:,}", f"{earlier.leads:,}" if earlier else "none"]
        rows.append((*cells, *_worth(week, share)))
    return Table(f"Scores of {_day(_batch_day(week))}", tuple(head), tuple(rows))


def _worth(week: Week, share: GradeShare) -> list[str]:
    if week.task == "binary":
        return [f"{share.expected or 0:,.1f}"]
    return [f"{share.prediction or 0:,.2f}"] if week.task == "regression" else []


def _batch_day(week: Week) -> datetime:
    return week.batch.as_of if week.batch else week.start


def _outcomes(week: Week) -> Iterator[Text | Table]:
    if not week.outcomes:
        yield Text("No outcome became known this week.")
        return
    expected, happened = _WORTH[week.task]
    per_lead = week.task == "regression"
    rows = [
        (
            one.grade,
            f"{one.leads:,}",
            f"{one.expected / one.leads:,.2f}" if per_lead else f"{one.expected:,.1f}",
            f"{one.happened / one.leads:,.2f}" if per_lead else f"{one.happened:,.0f}",
        )
        for one in week.outcomes
    ]
    caption = "Leads whose outcome became known, by the grade they were given"
    yield Table(caption, ("grade", "leads", expected, happened), tuple(rows))
    yield Text(
        "A lead counts once, with its last score. Outcomes that come early, such as quick"
        " purchases, are there before the others."
    )


def _changes(week: Week) -> Iterator[Text | Bullets]:
    if not week.checks:
        yield Text("No new leads were checked this week.")
        return
    yield Bullets(
        tuple(
            f"{_day(check.as_of)}: {_VERDICTS[check.verdict]}; {_ACTIONS[check.action]}."
            f" {_sentence(check.summary)}"
            for check in week.checks
        )
    )


def _decided(week: Week) -> Iterator[str]:
    for one in week.trainings:
        family = one.family.replace("_", " ")
        yield f"{_day(one.as_of)}: version {one.version} was trained ({family})."
    for decision in week.decisions:
        what = _DECISIONS[decision.kind].format(decision.subject)
        yield f"{_day(decision.as_of)}: {what}. {_sentence(_why(decision))}"
    if not (week.trainings or week.decisions):
        yield "No model was trained, and nothing was decided."


def _why(decision: Decision) -> str:
    return f"decided by {decision.decided_by}: {'; '.join(decision.reasons)}"


def _quality(week: Week) -> Iterator[Text | Table | Bullets]:
    if not week.loads:
        yield Text("No new load of the source came this week.")
        return
    yield Table(
        "What was read",
        ("day", "rows", "refused", "repeated"),
        tuple(
            (_day(load.as_of), f"{load.read:,}", f"{load.refused:,}", f"{load.duplicate:,}")
            for load in week.loads
        ),
    )
    if week.refusals:
        yield Bullets(
            tuple(
                f"{one.rows:,} rows: {one.column or 'the row'} {_RULES.get(one.rule, one.rule)}"
                for one in week.refusals
            )
        )


def _sentence(text: str) -> str:
    stopped = text if text.endswith(".") else f"{text}."
    return stopped[:1].upper() + stopped[1:]


def _day(instant: datetime) -> str:
    return f"{instant.day} {instant:%B %Y}"
