"""Runs a backtest from end to end: replay, summary, report, MLflow."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any
from typing import Final

from lead_scoring.config.loading import load_platform
from lead_scoring.core.backtest import Backtest
from lead_scoring.core.backtest_totals import summarise
from lead_scoring.errors import ConfigError
from lead_scoring.tasks.backtests.request import DIGITS
from lead_scoring.tasks.backtests.request import Request
from lead_scoring.tasks.backtests.request import prepare
from lead_scoring.tasks.wiring import SQLITE
from lead_scoring.tasks.wiring import located

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lead_scoring.core.backtest import Step
    from lead_scoring.pipelines.ports import Progress

CHART: Final = "backtest.png"
REPORT: Final = "backtest.md"
DOCUMENT: Final = "backtest.json"


def backtest(
    use_case: str,
    start: datetime,
    end: datetime,
    every: str,
    *,
    policies: Sequence[str],
    jobs: int,
    folder: Path | None,
    progress: "Progress",
) -> dict[str, Any]:
    """Replay history and put policies beside each other; a killed backtest goes on.

    Args:
        use_case: Name of the use case.
        start: First instant; it trains the first model.
        end: Last instant, at most.
        every: Time between two, such as ``7d``.
        policies: As they are written, such as ``every:14d``.
        jobs: Policies at once.
        folder: Where everything is kept; a folder by its settings if absent.
        progress: Who watches.

    Returns:
        ``backtest``, ``folder``, ``files`` of the report and ``run_id`` in MLflow.

    Raises:
        ConfigError: Something is wrong with what is asked for, or it is being run already.
        NotEnoughDataError: The first instant is too early to train; the first one that would do is
            named.
        TransientError: A process was killed, or a database is locked. Run again to go on.
    """
    from lead_scoring.io.journal import locked
    from lead_scoring.tasks.backtests.replay import replay

    request = prepare(use_case, start, end, every, policies=policies, folder=folder)
    with locked(request.folder / "lock", wait=False) as ours:
        if not ours:
            msg = f"a backtest is running in {request.folder} already; wait for its end"
            raise ConfigError(msg)
        steps = replay(request, jobs, progress)
        progress.step("summarise")
        found = _summarised(request, steps)
        files = _write(request, found)
        run_id = _log(request, found, files)
    return {"backtest": found, "folder": str(request.folder), "files": files, "run_id": run_id}


def _summarised(request: Request, steps: "Mapping[str, tuple[Step, ...]]") -> Backtest:
    leads = {
        one.policy.name: [one.place.leads(moment) for moment in request.moments[1:]]
        for one in request.policies
    }
    return summarise(
        steps, leads, use_case=request.use_case, every=request.every, seed=request.seed
    )


def _write(request: Request, found: Backtest) -> tuple[Path, ...]:
    from lead_scoring.core.backtest_text import report
    from lead_scoring.core.plain import plain
    from lead_scoring.io.backtest_files import write_report
    from lead_scoring.io.backtest_plots import backtest_figure
    from lead_scoring.io.plots.axes import as_png

    document = json.dumps(plain(found), indent=1, ensure_ascii=False, allow_nan=False)
    return write_report(
        request.folder,
        [
            (CHART, as_png(backtest_figure(found))),
            (REPORT, report(found, CHART).encode()),
            (DOCUMENT, document.encode()),
        ],
    )


def _log(request: Request, found: Backtest, files: Sequence[Path]) -> str:
    from lead_scoring.core.identity import digest
    from lead_scoring.io.registry.backtests import log_backtest

    platform = load_platform()
    uri = platform.tracking_uri.get_secret_value()
    if uri.startswith(SQLITE):
        uri = SQLITE + located(uri.removeprefix(SQLITE))
    folders = {one.policy.name: one.place.folder.name for one in request.policies}
    return log_backtest(
        found,
        backtest_id=digest({"settings": dict(request.settings), "policies": folders})[:DIGITS],
        names={one.policy.name: one.policy.slug for one in request.policies},
        files=files,
        tracking_uri=uri,
        artifacts=located(platform.artifacts),
    )
