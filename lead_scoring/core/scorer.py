"""Scores leads that come one by one, by the code that scores a batch."""

import json
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.frames import to_frame
from lead_scoring.core.grading_records import Grading
from lead_scoring.core.kinds.kind import kind_of
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.plausibility import find_broken
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.schema import CLASS_PROBABILITIES
from lead_scoring.core.schema import GRADE
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import REASONS
from lead_scoring.core.scoring import score_and_grade
from lead_scoring.core.submission import UNSCORABLE
from lead_scoring.core.submission import Row
from lead_scoring.core.submission import RowFinding
from lead_scoring.core.submission import SubmissionContract
from lead_scoring.errors import ConfigError


@dataclass(frozen=True, slots=True)
class ScoredRow:
    """What became of one lead.

    Attributes:
        row: Which lead, 1 for the first.
        score: ``lead_id``, given or derived from the content as a batch would, and the columns of
            the `Kind` by name; ``None`` where it was refused.
        findings: Why it was refused; empty where it was scored.
        warnings: Broken rules that the contract says to warn of alone.
    """

    row: int
    score: Mapping[str, object] | None = None
    findings: tuple[RowFinding, ...] = ()
    warnings: tuple[RowFinding, ...] = ()


class Scorer:
    """One version of a model, ready for leads of its use case; it never changes.

    Args:
        use_case: The use case.
        version: The version.
        model: Its model.
        grading: What the newest published batch was graded by, so that a lead gets the grade it
            would have had in it; ``None`` where there is none.

    Raises:
        ConfigError: The model reads columns that the contract does not have (any more).
    """

    def __init__(
        self,
        use_case: UseCase,
        version: ModelVersion,
        model: ScoringModel,
        grading: Grading | None = None,
    ) -> None:
        gone = [one for one in model.source_columns if one not in use_case.contract.columns]
        if gone:
            msg = (
                f"{use_case.use_case}: version {version.version} reads {', '.join(gone)}, which"
                " contract.columns does not have; train again, or put the columns back"
            )
            raise ConfigError(msg)
        self.use_case = use_case
        self.version = version
        self.grading = grading
        self._model = model
        self._contract = SubmissionContract(use_case, model.source_columns)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of a lead that the model reads, in its order."""
        return self._model.source_columns

    def score(self, rows: Sequence[Row]) -> tuple[ScoredRow, ...]:
        """Score leads, each as if it were alone.

        Args:
            rows: Objects as JSON gives them, by field; see `submission`.

        Returns:
            What became of each, in order. Nothing a row says raises an error.
        """
        submission = self._contract.submit(rows)
        found = self._found(to_frame(submission.leads))
        scored = dict(zip(submission.kept.tolist(), found, strict=True))
        return tuple(
            ScoredRow(
                row=row + 1,
                score=scored.get(row),
                findings=submission.refused.get(row, ()) or _unless(scored[row], row + 1),
                warnings=submission.warned.get(row, ()),
            )
            for row in range(len(rows))
        )

    def _found(self, leads: pd.DataFrame) -> list[Mapping[str, object] | None]:
        """Return the score of each lead, ``None`` where no finite one comes of it."""
        scores = self._scores(leads)
        if scores is not None:
            return self._plain(scores)
        if len(leads) == 1:
            return [None]
        each = range(len(leads))
        return [found for place in each for found in self._found(leads.iloc[[place]])]

    def _scores(self, leads: pd.DataFrame) -> pd.DataFrame | None:
        """Return the scores of leads, ``None`` where no finite score comes of one of them."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            try:
                rules = self.use_case.scoring
                reasons = self.use_case.inference.reasons
                scores = score_and_grade(self._model, leads, rules, self.grading, reasons)
            except (ValueError, OverflowError):
                return None
        graded = self.grading is not None or not rules.grades.ranked
        return None if find_broken(scores, graded=graded) else scores

    def _plain(self, scores: pd.DataFrame) -> list[Mapping[str, object] | None]:
        """Return scores as plain values, one mapping per row."""
        names = list(dict.fromkeys([LEAD_ID, *kind_of(self.use_case).columns, GRADE, REASONS]))
        rows: list[Mapping[str, object] | None] = []
        for row in scores[names].to_dict(orient="records"):
            for name in {CLASS_PROBABILITIES, REASONS} & row.keys():
                row[name] = json.loads(row[name])
            rows.append({str(name): value for name, value in row.items()})
        return rows


def _unless(score: object, row: int) -> tuple[RowFinding, ...]:
    """Return the finding for a row without a score, none for one that has it."""
    if score is not None:
        return ()
    allowed = "numbers of which a finite score can be computed"
    return (RowFinding(row, "", UNSCORABLE, "", allowed),)
