"""Commands in which a person decides about a model: ``approve``, ``promote``, ``rollback``."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import Any

from rich.console import Console

from lead_scoring.cli.options import AsJson
from lead_scoring.cli.options import AsOf
from lead_scoring.cli.options import By
from lead_scoring.cli.options import Name
from lead_scoring.cli.options import Reason
from lead_scoring.cli.options import UseCaseName
from lead_scoring.cli.options import Version
from lead_scoring.cli.options import person
from lead_scoring.cli.options import said_reason
from lead_scoring.cli.output import facts
from lead_scoring.cli.output import show
from lead_scoring.cli.pipelines import moment
from lead_scoring.cli.progress import progress
from lead_scoring.cli.rendering import decided

if TYPE_CHECKING:
    from lead_scoring.core.records import Decision
    from lead_scoring.pipelines.rollback import Rollback


def approve(
    use_case: UseCaseName, version: Version, *, by: Name, reason: Reason, as_json: AsJson = False
) -> None:
    """Let a version that waits for approval become champion. Scores change with the next run."""
    from lead_scoring.tasks import approval

    done = approval.settle(use_case, version, approve=True, by=by, reason=said_reason(reason))
    _show_settled(use_case, done, as_json=as_json)


def reject(
    use_case: UseCaseName, version: Version, *, by: Name, reason: Reason, as_json: AsJson = False
) -> None:
    """Refuse a version that waits for approval; the champion stays."""
    from lead_scoring.tasks import approval

    done = approval.settle(use_case, version, approve=False, by=by, reason=said_reason(reason))
    _show_settled(use_case, done, as_json=as_json)


def promote(
    use_case: UseCaseName,
    version: Version,
    *,
    by: Name,
    reason: Reason,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Make a version champion though the gate refused it. Scores change with the next run.

    The refusal stays in the history, and beside it who overrode it and why.
    """
    from lead_scoring.tasks import approval

    instant = moment(use_case, as_of)
    done = approval.override(use_case, version, by=by, reason=said_reason(reason), as_of=instant)
    _show_settled(use_case, done, as_json=as_json)


def rollback(
    use_case: UseCaseName,
    *,
    reason: Reason,
    by: By = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Make the champion before this one the champion again, and bring its scores back.

    Scores of the model rolled back that are still visible are replaced by those of the restored
    champion, for the same leads and instants. Interrupted, run it again with the same reason.
    """
    from lead_scoring.tasks import approval

    who, instant = person(by), moment(use_case, as_of)
    with progress() as shown:
        done = approval.rollback(use_case, who, said_reason(reason), instant, progress=shown)
    document = {
        "use_case": use_case,
        "champion": done.champion.version,
        "by": done.decision.decided_by,
        "reason": reason,
        "published": done.published,
        "held": done.held,
    }
    show(document, as_json=as_json, render=lambda console: _render_rollback(console, done))


def decisions(use_case: UseCaseName, *, as_json: AsJson = False) -> None:
    """Show every decision on models, batches and loads: what, who and why, oldest first."""
    from lead_scoring.tasks import approval

    made = approval.history(use_case)
    document = {"use_case": use_case, "decisions": made}
    show(document, as_json=as_json, render=lambda console: _render_history(console, made))


def _show_settled(use_case: str, done: dict[str, Any], *, as_json: bool) -> None:
    decision, champion = done["decision"], done["champion"]
    rows = [
        ("use case", use_case),
        ("decision", decided(decision)),
        ("decided by", decision.decided_by),
        ("reason", "; ".join(decision.reasons)),
        ("champion", f"version {champion}" if champion else "stays as it was"),
    ]
    document = {"use_case": use_case, "decision": decision, "champion": champion}
    show(document, as_json=as_json, render=lambda console: console.print(facts(rows)))


def _render_rollback(console: Console, done: "Rollback") -> None:
    rows: list[tuple[str, object]] = [
        ("use case", done.decision.use_case),
        ("champion", f"version {done.champion.version}"),
        ("decided by", done.decision.decided_by),
        ("scores back", sum(batch.rows_scored for batch in done.published)),
    ]
    rows += [("  batch", batch.batch_id) for batch in done.published]
    rows += [("held", f"{batch.batch_id}: {'; '.join(batch.hold_reasons)}") for batch in done.held]
    console.print(facts(rows))


def _render_history(console: Console, made: "Sequence[Decision]") -> None:
    if not made:
        console.print("Nothing was decided yet.")
        return
    for one in made:
        rows = [
            ("as of", one.as_of),
            ("decision", decided(one)),
            ("by", one.decided_by),
            *(("", reason) for reason in one.reasons),
        ]
        console.print(facts(rows))
