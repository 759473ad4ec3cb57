"""The command that puts what happened beside what was promised."""

from enum import StrEnum
from typing import TYPE_CHECKING
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from lead_scoring.cli.options import AsJson
from lead_scoring.cli.options import UseCaseName
from lead_scoring.cli.output import facts
from lead_scoring.cli.output import grid
from lead_scoring.cli.output import show

if TYPE_CHECKING:
    from lead_scoring.core.realised import Group
    from lead_scoring.pipelines.realised import Report


class By(StrEnum):
    """How leads are grouped."""

    GRADE = "grade"
    MONTH = "month"
    CLASS = "class"


def realised(
    use_case: UseCaseName,
    *,
    by: Annotated[
        By, typer.Option(help="Group leads by grade, month of the promise, or class predicted.")
    ] = By.GRADE,
    every: Annotated[
        bool,
        typer.Option("--every", help="Count batches, too, whose outcomes are not all due yet."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what was promised beside what happened, for leads whose outcome came back.

    A lead counts once: by its last published score before the outcome was known. A batch counts
    once all its outcomes are due (outcome.maturity), because conversions are often known first.
    """
    from lead_scoring.core.plain import plain
    from lead_scoring.tasks.realised import realised as report_of

    found = report_of(use_case, by.value, every=every)
    document = plain(found)
    show(
        document if isinstance(document, dict) else {},
        as_json=as_json,
        render=lambda console: _render(console, found),
    )


def _render(console: Console, found: "Report") -> None:
    rows: list[tuple[str, object]] = [
        ("use case", found.use_case),
        ("outcomes known", found.known),
        ("still unknown", found.unknown),
    ]
    if found.until is not None:
        rows += [("batches until", found.until), ("leads after that", found.waiting)]
    if found.calibration_error is not None:
        rows.append(("calibration error", found.calibration_error))
    console.print(facts(rows))
    if found.overall is None:
        said = "No outcome came back yet for a batch whose outcomes are all due."
        console.print(Text(said, style="dim"))
        return
    groups = [*found.groups, found.overall]
    if found.counted:
        _shares(console, found, found.by, groups)
        console.print()
        _shares(console, found, "promised", found.bands)
    else:
        _numbers(console, found.by, groups)


def _shares(
    console: Console, found: "Report", name: str, groups: "tuple[Group, ...] | list[Group]"
) -> None:
    headers = (
        name, "leads", f"{found.counted} promised", f"{found.level:.0%} of the time", "realised",
        "95% interval", "kept", "lift", "Brier",
    )  # fmt: skip
    rows = [
        (
            one.name,
            f"{one.leads:,}",
            f"{one.promised:.1%}",
            f"{one.promised_low or 0:.1%} to {one.promised_high or 0:.1%}",
            f"{one.realised:.1%}",
            f"{one.low:.1%} to {one.high:.1%}",
            "yes" if one.kept else "no",
            "-" if one.lift is None else f"{one.lift:.2f}",
            f"{one.error:.4f}",
        )
        for one in groups
    ]
    console.print(grid(headers, rows))


def _numbers(console: Console, name: str, groups: "list[Group]") -> None:
    headers = (
        name, "leads", "mean predicted", "mean realised", "95% interval", "mean error",
        "within interval", "95% interval",
    )  # fmt: skip
    rows = [
        (
            one.name,
            f"{one.leads:,}",
            f"{one.promised:.3f}",
            f"{one.realised:.3f}",
            f"{one.low:.3f} to {one.high:.3f}",
            f"{one.error:.3f}",
            f"{one.covered or 0:.1%}",
            f"{one.covered_low or 0:.1%} to {one.covered_high or 0:.1%}",
        )
        for one in groups
    ]
    console.print(grid(headers, rows))
