"""The model card as a page: business words first, figures below."""

import math
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Final

from lead_scoring.core.card.limits import limits
from lead_scoring.core.card.plain_words import in_short
from lead_scoring.core.card.plain_words import window_words
from lead_scoring.core.document import Block
from lead_scoring.core.document import Bullets
from lead_scoring.core.document import Document
from lead_scoring.core.document import Picture
from lead_scoring.core.document import Section
from lead_scoring.core.document import Table
from lead_scoring.core.document import Text
from lead_scoring.core.evidence.evidence import Evidence
from lead_scoring.core.evidence.intervals import Estimate
from lead_scoring.core.training_report import TrainingReport
from lead_scoring.core.words import number
from lead_scoring.core.words import percent

PROFILE: Final = "data_profile.html"
_FEATURES: Final = 15
_NOT_FOR: Final = (
    "Not for: decisions about a single person without anyone looking, or leads from another source"
    " than the one it learned from."
)


def card_page(
    report: TrainingReport, packages: Mapping[str, str], pictures: Mapping[str, str]
) -> Document:
    """Return the card of a trained model.

    Args:
        report: What is known about its training.
        packages: Versions of the packages it was trained with, by name.
        pictures: What each plot shows, by file, in the order they are shown.
    """
    evidence = report.evidence
    return Document(
        title=f"Model card: {evidence.title}",
        summary=in_short(report),
        sections=(
            Section("What it is for", _purpose(report)),
            Section("Who is called first", tuple(_first(evidence))),
            Section("What it learned from", tuple(_data(evidence))),
            Section("How it was judged", tuple(_judged(evidence))),
            Section("Metrics", tuple(_metrics(report))),
            Section("Are its promises kept", tuple(_calibration(evidence))),
            Section("Parts of the leads", tuple(_slices(evidence))),
            Section("What it looks at", tuple(_importance(evidence))),
            Section("Leakage", tuple(_leakage(evidence))),
            Section("Limits", (Bullets(limits(evidence)),)),
            Section("Plots", tuple(Picture(file, text) for file, text in pictures.items())),
            Section("How to make it again", tuple(_again(report, packages))),
            Section("How to go back", _back(report)),
        ),
    )


def _purpose(report: TrainingReport) -> tuple[Block, ...]:
    evidence = report.evidence
    return (
        Text(evidence.about),
        Bullets(
            (
                f"Owner: {evidence.owner}.",
                f"Use case: {report.use_case}.",
                f"Kind of model: {report.rules.task}, {report.model.estimator.family}.",
                f"Trained as of {report.as_of:%Y-%m-%d %H:%M} UTC because: {report.reason}",
                _NOT_FOR,
            )
        ),
    )


def _first(evidence: Evidence) -> Iterator[Block]:
    reading = evidence.reading
    yield Table(
        f"Test leads in the order of the list, and the {reading.wins} among them",
        ("first leads of the list", "leads", f"share of all {reading.wins}", "times any order"),
        tuple(
            (percent(one.share), f"{one.leads:,}", percent(one.captured), f"{one.lift:.2f}")
            for one in evidence.tops
        ),
    )


def _data(evidence: Evidence) -> Iterator[Block]:
    fitted, tested = evidence.fitted, evidence.tested
    yield Text(
        f"Fitted on {fitted.rows:,} leads with a known outcome{window_words(fitted)}; the model"
        f" reads {evidence.columns_read} columns of the source. What is in them is in the profile"
        f" of the training data, {PROFILE}, beside this card."
    )
    signal = number if "mean" in evidence.signal else percent
    rows = [("leads", f"{fitted.rows:,}", f"{tested.rows:,}")]
    rows.append((evidence.signal, signal(fitted.signal), signal(tested.signal)))
    if set(fitted.groups) == set(tested.groups):
        rows += [
            (name, f"{count:,}", f"{tested.groups[name]:,}")
            for name, count in fitted.groups.items()
        ]
    yield Table("Outcomes", ("", "fitted on", "judged on"), tuple(rows))
    yield Table(
        "Loads",
        ("load", "digest of its rows"),
        tuple((load, digest) for load, digest in evidence.loads.items()),
    )


def _judged(evidence: Evidence) -> Iterator[Block]:
    tested = evidence.tested
    if evidence.by_time:
        yield Text(
            f"On the newest {tested.rows:,} leads{window_words(tested)}, which no model was fitted"
            " on. An outcome is final"
            f" {number(evidence.maturity_days)} days after the event, so the judged model saw none"
            f" that was known only after the test window had begun: {evidence.gap:,} leads were"
            " left out for it, which is the lag of real use. The model that scores is the same"
            " recipe fitted again with them."
        )
    else:
        yield Text(
            f"On {tested.rows:,} leads drawn by a hash of their id within each outcome, because"
            " the source has no event times."
        )


def _metrics(report: TrainingReport) -> Iterator[Block]:
    evidence, family = report.evidence, report.model.estimator.family
    models = list(dict.fromkeys([family, *evidence.measured[0].by_model]))
    yield Text(
        "In brackets where the figure would be in 95 of 100 test windows of this size, by"
        f" bootstrap. The gate compares {evidence.metric}. The baseline knows no column."
    )
    yield Table(
        "On the test window",
        ("metric", "better", *(f"{one} (chosen)" if one == family else one for one in models)),
        tuple(
            (
                one.words,
                "more" if one.higher_is_better else "less",
                *(_estimate(one.by_model[model]) for model in models),
            )
            for one in evidence.measured
        ),
    )


def _estimate(one: Estimate) -> str:
    if math.isnan(one.low):
        return number(one.value)
    return f"{number(one.value)} [{number(one.low)}, {number(one.high)}]"


def _calibration(evidence: Evidence) -> Iterator[Block]:
    reading = evidence.reading
    shown = percent if reading.is_share else number
    yield Text(
        f"Leads in groups of about the same promise: a model that can be believed has the"
        f" {reading.promise} inside the interval."
    )
    yield Table(
        "Reliability on the test window",
        ("group", "leads", reading.promise, reading.result, "95 % interval"),
        tuple(
            (f"{place}", f"{one.rows:,}", shown(one.promised), shown(one.happened),
             f"{shown(one.low)} to {shown(one.high)}")
            for place, one in enumerate(evidence.bins, start=1)
        ),
    )  # fmt: skip


def _slices(evidence: Evidence) -> Iterator[Block]:
    reading = evidence.reading
    shown = percent if reading.is_share else number
    columns = list(dict.fromkeys(one.column for one in evidence.slices))
    if not columns:
        yield Text("No column with a few levels has enough leads of one level in the test window.")
    for column in columns:
        yield Table(
            column,
            ("level", "leads", reading.result, reading.promise, "promise kept", evidence.metric),
            tuple(
                (one.level, f"{one.bin.rows:,}", shown(one.bin.happened), shown(one.bin.promised),
                 "yes" if one.keeps_promise else "no", number(one.metric))
                for one in evidence.slices
                if one.column == column
            ),
        )  # fmt: skip


def _importance(evidence: Evidence) -> Iterator[Block]:
    yield Text("How much the model uses a feature; not what would happen if it were changed.")
    largest = list(evidence.importance.items())[:_FEATURES]
    yield Table(
        f"The {len(largest)} features it uses most",
        ("feature", "share of the sum"),
        tuple((name, percent(share)) for name, share in largest),
    )


def _leakage(evidence: Evidence) -> Iterator[Block]:
    if not evidence.findings:
        yield Text("Nothing was found that gives the outcome away before it is known.")
        return
    yield Text("Nothing found blocks the model; this is worth knowing:")
    yield Bullets(
        tuple(
            f"{one}" + (f". Allowed because: {one.reason}" if one.reason else "")
            for one in evidence.findings
        )
    )


def _again(report: TrainingReport, packages: Mapping[str, str]) -> Iterator[Block]:
    yield Text(
        "The same rows, config and seed give the same model digest with the same packages; the"
        " config is config.yaml beside this card."
    )
    facts = {
        "training": report.training_id,
        "model digest": report.model_digest,
        "digest of the rows": report.data_digest,
        "seed": report.params["seed"],
    }
    packed = {name: f"{version}" for name, version in packages.items()}
    yield Table("What it was made of", ("", "value"), tuple((facts | packed).items()))


def _back(report: TrainingReport) -> tuple[Block, ...]:
    return (
        Text(
            "The version before this one becomes champion again with: lead-scoring rollback"
            f' {report.use_case} --by NAME --reason "WHY". Every promotion, refusal and rollback'
            " stays in the table decisions."
        ),
    )
