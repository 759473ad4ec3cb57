"""What a training did, in words and as flat settings."""

from collections.abc import Iterable
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.candidates.families import configured
from lead_scoring.core.identity import digest
from lead_scoring.core.metrics.tables import gate_metric
from lead_scoring.core.split import Split
from lead_scoring.core.training import Trained

_COUNTED: Final = ("baseline_", "confusion_", "rows")
_SHOWN: Final = (
    "roc_auc", "pr_auc", "brier", "log_loss", "calibration_error", "lift_10", "captured_10",
    "lift_20", "captured_20", "accuracy", "precision", "recall", "f1",
)  # fmt: skip


def training_config_digest(use_case: UseCase) -> str:
    """Return the digest of the part of the config a fitted model and its figures depend on.

    The limits of the leakage check are in it, so that a model found by its id has passed them.
    """
    kept = use_case.model_dump(
        mode="json", include={"lead", "outcome", "contract", "preparation", "features", "training"}
    )
    for judging in ("gate", "churn", "approval"):
        del kept["training"][judging]
    kept["training"]["gate"] = {"metric": use_case.training.gate.metric}
    return digest(kept | {"scoring": use_case.scoring.model_dump(mode="json")})


def training_params(use_case: UseCase, split: Split, trained: Trained) -> Mapping[str, str]:
    """Return settings and sizes by name, as text."""
    training = use_case.training
    params = {
        "family": trained.model.estimator.family,
        "seed": training.seed,
        "test_share": training.test_share,
        "calibration_folds": training.calibration_folds,
        "threshold": training.threshold,
        "split": "by time" if split.by_time else "stratified",
        "rows_fit": len(split.fit),
        "rows_test": len(split.test),
        "rows_gap": len(split.gap),
        "features_numeric": len(use_case.features.numeric),
        "features_categorical": len(use_case.features.categorical),
        "features_high_cardinality": len(use_case.features.high_cardinality),
    }
    for family, settings in configured(training.candidates, use_case.task):
        params |= {f"{family}.{name}": value for name, value in settings.model_dump().items()}
    return {name: str(value) for name, value in params.items()}


def describe_training(
    use_case: UseCase, as_of: datetime, reason: str, split: Split, trained: Trained
) -> str:
    """Return a description in Markdown: why, on what, how split, and how good."""
    how = (
        "Split by time: every outcome fitted on was known before the test window began;"
        f" {len(split.gap)} rows were left out for that. The model that scores is the same recipe"
        " fitted again with them; the test window it has not seen either."
        if split.by_time
        else "Stratified split: without event times nothing is known about how the model ages."
    )
    rows = "\n".join(
        f"| {name} | {_shown(trained.metrics, name)}"
        f" | {_shown(trained.comparisons, f'baseline_{name}')} |"
        for name in _names(use_case, trained)
    )
    threshold = (
        "Accuracy, precision, recall and F1 predict a conversion from a probability of"
        f" {use_case.training.threshold} on; n/a is a share of nothing.\n"
    )
    return (
        f"**{use_case.title}**, as of {as_of.isoformat()}. Trained because: {reason}\n\n"
        f"{trained.model.estimator.family}, fitted on {len(split.fit)} leads, judged on"
        f" {len(split.test)}. {how}\n\n"
        f"| test window | model | {gate_metric(use_case).baseline} |\n|---|---|---|\n{rows}\n\n"
        f"{threshold if use_case.task == 'binary' else 'n/a is a share of nothing.'}"
    )


def _names(use_case: UseCase, trained: Trained) -> Iterable[str]:
    """Return the metrics people read, in order; those of each class too, but no counts."""
    if use_case.task == "binary":
        return _SHOWN
    return [name for name in trained.metrics if not name.startswith(_COUNTED)]


def _shown(metrics: Mapping[str, float], name: str) -> str:
    return f"{metrics[name]:.4f}" if name in metrics else "n/a"
