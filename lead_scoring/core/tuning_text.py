"""What a search did, in words."""

from collections.abc import Sequence
from typing import Final

from lead_scoring.core.trials import Trial
from lead_scoring.core.trials import TrialState

_MINUTE: Final = 60.0


def describe_tuning(done: Sequence[Trial], best: Sequence[Trial], quality: str) -> str:
    """Return a description in Markdown: what was tried, and what each family gained.

    Args:
        done: All finished trials; the first of a family is what is configured.
        best: The chosen trials, one per family.
        quality: Name of the figure that picks.
    """
    pruned = sum(trial.state is TrialState.PRUNED for trial in done)
    minutes = sum(trial.seconds for trial in done) / _MINUTE
    rows = "\n".join(_row(done, trial) for trial in best)
    return (
        f"Tuned in {len(done)} trials, {pruned} of them given up early, and {minutes:.1f} minutes,"
        f" by {quality} out of fold on the fit rows:\n\n"
        f"| family | trials | as configured | best | of trial |\n|---|---|---|---|---|\n{rows}\n\n"
        "The best of many trials looks a little better than it is; the test window, which"
        " no trial has seen, says how good the model is.\n"
    )


def describe_trial(trial: Trial) -> str:
    """Return the hyperparameters of a trial and how it did, in one line."""
    values = ", ".join(
        f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in trial.proposal.settings.items()
    )
    quality = trial.judged.quality
    how = trial.state.value if quality is None else f"{quality:.4f}"
    return f"{trial.proposal.family}({values}): {how}"


def _row(done: Sequence[Trial], best: Trial) -> str:
    family = [trial for trial in done if trial.proposal.family == best.proposal.family]
    return (
        f"| {best.proposal.family} | {len(family)} | {family[0].judged.quality:.4f}"
        f" | {best.judged.quality:.4f} | {best.number} |"
    )
