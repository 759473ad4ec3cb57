"""What the service counts, for Prometheus."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry
from prometheus_client import Counter
from prometheus_client import Gauge
from prometheus_client import Histogram
from prometheus_client import generate_latest

from lead_scoring.core.scorer import ScoredRow
from lead_scoring.tasks.scoring import Champions

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_LEADS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class Metrics:
    """Counters of one app; nothing is shared with another."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "lead_scoring_requests",
            "Requests by route and status",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "lead_scoring_request_seconds",
            "Time to answer",
            ["route"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._leads = Counter(
            "lead_scoring_leads",
            "Leads by what became of them: scored or refused",
            ["use_case", "became"],
            registry=self._registry,
        )
        self._together = Histogram(
            "lead_scoring_leads_together",
            "Leads that were scored together",
            ["use_case"],
            buckets=_LEADS,
            registry=self._registry,
        )
        self._champion = Gauge(
            "lead_scoring_champion_version",
            "Version that scores",
            ["use_case"],
            registry=self._registry,
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, status).inc()
        self._seconds.labels(route).observe(seconds)

    def scored(self, use_case: str, rows: Sequence[ScoredRow]) -> None:
        """Count leads that were scored together."""
        refused = sum(bool(row.findings) for row in rows)
        self._leads.labels(use_case, "scored").inc(len(rows) - refused)
        self._leads.labels(use_case, "refused").inc(refused)
        self._together.labels(use_case).observe(len(rows))

    def text(self, champions: Champions) -> bytes:
        """Return everything in Prometheus' text format."""
        for name in champions.names:
            scorer = champions.ready(name)
            if scorer is not None:
                self._champion.labels(name).set(scorer.version.version)
        return generate_latest(self._registry)
