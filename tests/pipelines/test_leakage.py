"""A model that knows the outcome too early is not registered."""

import pytest
from fakes import FakeProgress
from leads import AS_OF
from leads import small_leads
from leads import small_use_case
from made import make_load
from training_fakes import MemoryLoads
from training_fakes import MemoryModels
from training_fakes import MemoryRegistry
from training_fakes import MemorySnapshots

from lead_scoring.core.schema import OUTCOME
from lead_scoring.errors import LeakageError
from lead_scoring.pipelines.training import train_challenger

LEADS = small_leads(600)
LEAKING = LEADS.assign(visits=LEADS[OUTCOME])


def use_case(**leakage):
    """Make a use case with one small candidate."""
    return small_use_case(candidates={"logistic_regression": {}}, leakage=leakage)


def train(registry, leads, trained_use_case, progress=None):
    """Train into a registry."""
    return train_challenger(
        trained_use_case,
        AS_OF,
        "a test",
        loads=MemoryLoads([make_load()]),
        snapshots=MemorySnapshots(leads),
        models=registry.models,
        registry=registry,
        progress=progress or FakeProgress(),
    )


@pytest.mark.slow
def test_a_leak_blocks_registration_and_says_all():
    """Column, evidence, limit and the way out are named; nothing is left behind."""
    registry = MemoryRegistry(MemoryModels())
    with pytest.raises(LeakageError) as error:
        train(registry, LEAKING, use_case())

    message = str(error.value)
    words = ("visits: alone it has ROC AUC 1.0000", "limit 0.98", "nothing was registered")
    assert [word for word in (*words, "the champion stays", "Drop") if word not in message] == []
    assert (registry.registered, registry.aliases, registry.models.kept) == ({}, {}, {})


@pytest.mark.slow
def test_an_allowed_column_passes_with_its_reason_in_the_description():
    """What a person allowed is kept with the model."""
    registry = MemoryRegistry(MemoryModels())
    version = train(
        registry, LEAKING, use_case(allow=[{"column": "visits", "reason": "the label is a rule"}])
    )
    description = registry.registered[version.training_id][1].description

    assert "Reason: visits: the label is a rule" in description


@pytest.mark.slow
def test_killed_at_the_check_and_run_again_ends_the_same():
    """The same model with the same description."""
    registry, whole = MemoryRegistry(MemoryModels()), MemoryRegistry(MemoryModels())
    progress = FakeProgress(fail_at="check_leakage")
    with pytest.raises(KeyboardInterrupt):
        train(registry, LEADS, use_case(), progress)
    again, once = (train(one, LEADS, use_case()) for one in (registry, whole))
    told = [one.registered[once.training_id][1].description for one in (registry, whole)]

    assert again == once
    assert told[0] == told[1]
    assert "Leakage check**: no finding" in told[0]
