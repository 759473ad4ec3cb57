"""How hyperparameters are searched before a model is trained."""

from collections.abc import Iterator
from collections.abc import Mapping
from typing import Annotated
from typing import Final

from pydantic import Field

from lead_scoring.config.base import Model
from lead_scoring.config.outcome import Task
from lead_scoring.config.search_space import Value
from lead_scoring.config.search_space import searched
from lead_scoring.config.search_space import space_of

MAX_TRIALS: Final = 10_000


class TuningConfig(Model):
    """How hyperparameters are searched; left out of the training, nothing is.

    The configured hyperparameters of each family are tried first. A search ends with the first of
    its two limits; a trial that has begun is finished.

    Attributes:
        trials: Sets of hyperparameters to try at most, those that are pruned and the configured
            ones included.
        minutes: Time for all trials together, over all runs of one training; no limit if absent.
        families: Families to search, among the candidates; all of them if absent. The others
            compete as they are configured.
        pruning: Give a trial up after a fold when it does worse than half of the others did.
        ranges: Narrower ranges by family and hyperparameter: two ends for a number, such as
            ``num_leaves: [8, 64]``, or the choices, such as ``criterion: [gini]``.
    """

    trials: Annotated[int, Field(ge=1, le=MAX_TRIALS)] = 30
    minutes: Annotated[float, Field(gt=0)] | None = None
    families: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    pruning: bool = True
    ranges: Mapping[str, Mapping[str, tuple[Value, ...]]] = Field(default_factory=dict)

    def misfits(self, candidates: Mapping[str, Mapping[str, Value]], task: Task) -> Iterator[str]:
        """Iterate over what does not fit the candidates, in words.

        Args:
            candidates: Configured hyperparameters of the families that compete.
            task: What is predicted.
        """
        names = ", ".join(candidates)
        for family in self.families or ():
            if family not in candidates:
                yield (
                    f"training.tuning.families: {family!r} is not among training.candidates"
                    f" ({names}); name it there too, as {family}: {{}}, or drop it"
                )
        chosen = [family for family in candidates if family in (self.families or candidates)]
        if self.trials < len(chosen):
            yield (
                f"training.tuning.trials: {self.trials} is fewer than the {len(chosen)} families"
                f" to search ({', '.join(chosen)}), each of which is first tried as configured"
            )
        yield from self._misfits_of_ranges({name: candidates[name] for name in chosen}, task)

    def _misfits_of_ranges(
        self, chosen: Mapping[str, Mapping[str, Value]], task: Task
    ) -> Iterator[str]:
        for family, ranges in self.ranges.items():
            if family not in chosen:
                searches = ", ".join(chosen)
                yield f"training.tuning.ranges: {family!r} is not searched; that is {searches}"
                continue
            known = space_of(family, task)
            for name in ranges:
                if name not in known:
                    yield (
                        f"training.tuning.ranges.{family}: {name!r} is not searched;"
                        f" that is {', '.join(known)}"
                    )
            try:
                searched(family, chosen[family], ranges, task)
            except ValueError as error:
                yield f"training.tuning.ranges.{error}"
