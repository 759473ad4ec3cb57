"""The command that asks what calling so many leads would bring."""

from collections.abc import Iterator
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
    from lead_scoring.core.outlook import Outlook
    from lead_scoring.pipelines.capacity import CapacityTable
    from lead_scoring.pipelines.capacity import Choice


def capacity(
    use_case: UseCaseName,
    *,
    per_day: Annotated[
        int, typer.Option(metavar="N", min=1, help="Leads that can be called in a day.")
    ],
    days: Annotated[int, typer.Option(metavar="N", min=1, help="Days of calling.")] = 1,
    compare: Annotated[
        list[int] | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Another capacity a day to compare with; give it again for more. Default: half"
            " and twice as many.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What if so many leads are called a day: conversions, profit, and who is called last.

    Conversions are expected ones with the interval they are within nine times in ten, if the
    model's probabilities hold; `lead-scoring realised` says whether they did. Profit needs
    inference.costs in the config.
    """
    from lead_scoring.core.plain import plain
    from lead_scoring.tasks.capacity import capacity as table_of

    table = table_of(use_case, per_day, days, tuple(compare or ()))
    document = plain(table)
    show(
        document if isinstance(document, dict) else {},
        as_json=as_json,
        render=lambda console: _render(console, table),
    )


def _render(console: Console, table: "CapacityTable") -> None:
    if not table.leads:
        console.print(f"No leads; run `lead-scoring run {table.use_case}` first.")
        return
    even, costs = table.break_even, table.costs
    rows: list[tuple[str, object]] = [("use case", table.use_case), ("leads", table.leads)]
    if costs is not None and even is not None:
        said = (
            f"{costs['currency']} {costs['value_of_conversion']:,.2f} each; a call costs"
            f" {costs['cost_per_contact']:,.2f}"
        )
        rows += [
            (f"{table.counted} bring", said),
            ("a call pays from", f"score {even.score:g}: {even.leads:,} leads reach it"),
        ]
    console.print(facts(rows))
    money = costs is not None
    headers = _headers(table, money=money)
    console.print(grid(["grade", "leads", *headers], list(_grades(table, money=money))))
    console.print()
    first = ["calls a day", "calls", "days"]
    last = ["last called", "grade", "score", *(["pays"] if money else []), ""]
    choices = [_choice(table, one, money=money) for one in table.choices]
    console.print(grid([*first, *headers, *last], choices))
    if not table.counted:
        said = "A number is predicted, so there are no conversions to expect and no profit."
        console.print(Text(said, style="dim"))


def _headers(table: "CapacityTable", *, money: bool) -> list[str]:
    if not table.counted:
        return ["mean prediction"]
    currency = table.costs["currency"] if table.costs else ""
    profit = [f"profit {currency}", f"{currency} per conversion"] if money else []
    return [table.counted, f"{table.level:.0%} of the time", "rate", *profit]


def _grades(table: "CapacityTable", *, money: bool) -> Iterator[list[str]]:
    for one in table.grades:
        cells = _outlook(one.outlook, money=money) if one.outlook else ["-"]
        yield [one.grade, f"{one.leads:,}", *cells]


def _choice(table: "CapacityTable", one: "Choice", *, money: bool) -> list[str]:
    cells = _outlook(one.outlook, money=money) if one.outlook else [_number(one.mean_prediction)]
    last = one.last or {"lead_id": "-", "grade": "-", "score": None}
    pays = {True: "yes", False: "no", None: "-"}[one.pays]
    share = f"{one.captured:.0%} of all {table.counted}" if one.captured is not None else ""
    return [
        f"{one.per_day:,}",
        f"{one.calls:,}",
        f"{one.days:,}",
        *cells,
        str(last["lead_id"]),
        str(last["grade"]),
        _number(last["score"]),
        *([pays] if money else []),
        ", ".join(part for part in (one.what, share) if part),
    ]


def _outlook(found: "Outlook", *, money: bool) -> list[str]:
    rate = "-" if found.rate is None else f"{found.rate:.1%}"
    cells = [f"{found.conversions:,.1f}", f"{found.low:,} to {found.high:,}", rate]
    if not money:
        return cells
    cost = found.cost_per_conversion
    return [*cells, f"{found.profit or 0:,.0f}", "-" if cost is None else f"{cost:,.2f}"]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.2f}"
