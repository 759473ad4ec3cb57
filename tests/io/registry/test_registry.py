"""The real MLflow on SQLite."""

import socket
import subprocess
import sys
import time
from dataclasses import replace

import mlflow  # noqa: TID253 the registry's own tests
import numpy as np
import pytest
from leads import AS_OF
from leads import small_leads
from leads import small_use_case
from made import make_load
from training_fakes import MemoryModels

from lead_scoring.core.model_digest import model_digest
from lead_scoring.core.returned import ReturnedOutcomes
from lead_scoring.core.split import split_leads
from lead_scoring.core.training import train_model
from lead_scoring.core.training_report import report_training
from lead_scoring.errors import IntegrityError
from lead_scoring.errors import TransientError
from lead_scoring.errors import UnknownIdError
from lead_scoring.io.registry.registry import MlflowRegistry
from lead_scoring.io.registry.runs import experiment_id
from lead_scoring.io.registry.runs import find_or_start_run
from lead_scoring.io.registry.runs import log_report
from lead_scoring.io.registry.runs import plain

pytestmark = pytest.mark.slow
USE_CASE = small_use_case()
NAME = USE_CASE.use_case
LEADS = small_leads()


@pytest.fixture(scope="module")
def report():
    """Train once."""
    return make_report()


def make_report(training_id="train_1", **training):
    """Train on made-up leads."""
    use_case = small_use_case(**training)
    split = split_leads(LEADS, 0.25, 1)
    return report_training(
        use_case,
        split,
        train_model(use_case, split),
        as_of=AS_OF,
        reason="a test",
        training_id=training_id,
        loads=[make_load()],
        returned=ReturnedOutcomes(AS_OF),
    )


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Make the tables of MLflow's database once."""
    file = tmp_path_factory.mktemp("mlflow") / "mlflow.db"
    MlflowRegistry.open(f"sqlite:///{file}", str(file.parent), MemoryModels())
    return file.read_bytes()


@pytest.fixture
def registry(tmp_path, template):
    """Open a registry on a database of its own."""
    file = tmp_path / "mlflow.db"
    file.write_bytes(template)
    opened = MlflowRegistry.open(f"sqlite:///{file}", str(tmp_path / "artifacts"), MemoryModels())
    yield opened
    assert mlflow.active_run() is None


def kept(registry, report):
    """Register a report and record its digests."""
    version = registry.register(report)
    registry._models.save_model(version)
    return version


def stored_files(tmp_path, name):
    """Find a stored file of a model."""
    return list((tmp_path / "artifacts").rglob(f"artifacts/data/model/{name}"))


def test_registering_twice_keeps_one_run_and_one_version(registry, report):
    """A training that runs again finds what it left, and says the same."""
    first, second = kept(registry, report), registry.register(report)
    client = registry._client
    experiment = client.get_experiment_by_name(f"lead_scoring/{NAME}")

    assert second == first
    assert len(client.search_model_versions(f"name = 'lead_scoring__{NAME}'")) == 1
    assert len(client.search_runs([experiment.experiment_id])) == 1
    assert len(client.search_logged_models([experiment.experiment_id])) == 1


def test_killed_between_logging_and_registering_logs_no_second_model(registry, report):
    """A whole logged model is taken as it is."""
    first = kept(registry, report)
    client = registry._client
    client.delete_model_version(f"lead_scoring__{NAME}", str(first.version))
    again = registry.register(report)
    experiment = client.get_experiment_by_name(f"lead_scoring/{NAME}")

    assert again.model_digest == first.model_digest
    assert len(client.search_logged_models([experiment.experiment_id])) == 1


def test_killed_while_logging_ends_with_one_whole_model(registry, report):
    """A run that was begun goes on, and a half-logged model is thrown away."""
    client = registry._client
    experiment = experiment_id(client, NAME, str(registry._artifacts))
    run_id = find_or_start_run(client, experiment, report.training_id)
    client.create_logged_model(experiment, name="model", source_run_id=run_id)
    log_report(client, run_id, report)
    version = kept(registry, report)
    (logged,) = client.search_logged_models([experiment])

    assert (version.version, version.run_id) == (1, run_id)
    assert str(logged.status.value) == "READY"
    assert client.get_run(run_id).info.status == "FINISHED"
    assert len(client.get_metric_history(run_id, "test.roc_auc")) == 1


def test_another_model_under_the_same_training_id_is_refused(registry, report):
    """What the registry has must be what was trained."""
    kept(registry, report)
    other = make_report(seed=99, candidates={"logistic_regression": {"C": 0.01}})

    with pytest.raises(IntegrityError, match="was recorded"):
        registry.register(other)


def test_a_loaded_model_gives_identical_margins(registry, report):
    """Through the registry and back, bit for bit."""
    version = kept(registry, report)
    model = registry.load_model(version)

    assert np.array_equal(model.margins(LEADS), report.model.margins(LEADS))


@pytest.mark.parametrize("name", ["preparation.skops", "encoder.skops", "calibration.json"])
def test_a_changed_byte_in_the_store_is_refused(registry, report, tmp_path, name):
    """The digest is checked before the file is opened."""
    version = kept(registry, report)
    (file,) = stored_files(tmp_path, name)
    whole = file.read_bytes()
    file.write_bytes(whole[:50] + bytes([whole[50] ^ 1]) + whole[51:])

    with pytest.raises(IntegrityError, match=rf"{name}.*nothing was opened"):
        registry.load_model(version)


def test_the_run_tells_everything_about_the_training(registry, report):
    """Parameters, metrics, dataset, tags, plots, config and description."""
    version = kept(registry, report)
    run = registry._client.get_run(version.run_id)
    files = {
        file.path
        for folder in (None, "plots")
        for file in registry._client.list_artifacts(version.run_id, folder)
    }

    assert run.info.status == "FINISHED"
    assert run.data.params["family"] == version.family
    assert run.data.metrics["test.roc_auc"] == pytest.approx(version.metrics["roc_auc"])
    assert run.data.metrics["comparison.baseline_roc_auc"] == 0.5
    assert run.data.tags["lead_scoring.training_id"] == "train_1"
    assert "Trained because: a test" in run.data.tags["mlflow.note.content"]
    assert run.inputs.dataset_inputs[0].dataset.name == NAME
    assert {"config.yaml", "training.md", "plots/roc.png", "plots/importance.png"} <= files
    assert {"model_card.md", "model_card.html", "data_profile.html"} <= files


def test_card_and_profile_are_linked_from_run_and_version(registry, report):
    """Descriptions have links that MLflow's own pages follow; tags say where the files are."""
    version = kept(registry, report)
    client = registry._client
    run = client.get_run(version.run_id)
    registered = client.get_model_version(f"lead_scoring__{NAME}", str(version.version))
    folder = f"#/experiments/{run.info.experiment_id}/runs/{version.run_id}/artifacts"

    for text in (run.data.tags["mlflow.note.content"], registered.description):
        assert f"[Model card]({folder}/model_card.html)" in text
        assert f"[Training data]({folder}/data_profile.html)" in text
    for tags in (run.data.tags, registered.tags):
        page = mlflow.artifacts.load_text(tags["lead_scoring.model_card"])
        assert "<h1>Model card: Made up</h1>" in page
        assert "data:image/png;base64," in page


def test_pages_are_no_part_of_the_model(registry, report):
    """What is digested and loaded are the model's own files."""
    version = kept(registry, report)

    assert not [name for name in version.artifacts if name.endswith((".html", ".md", ".png"))]
    assert model_digest(registry.load_model(version)) == report.model_digest


def test_aliases_move_and_moving_them_again_changes_nothing(registry, report):
    """Challenger, champion and previous, each step twice."""
    first = kept(registry, report)
    second = kept(registry, make_report("train_2", seed=21))

    registry.set_challenger(first)
    assert registry.champion(NAME) is None
    for version in (first, first, second, second):
        registry.set_champion(version)
    registry.set_challenger(second)

    assert registry.champion(NAME) == second
    assert registry.previous(NAME) == first
    aliases = registry._client.get_registered_model(f"lead_scoring__{NAME}").aliases
    assert {name: int(version) for name, version in aliases.items()} == {
        "champion": 2,
        "previous": 1,
    }


def test_a_champion_without_a_recorded_digest_is_refused(registry, report):
    """An alias set by hand on a foreign version is not followed."""
    version = registry.register(report)
    registry._client.set_registered_model_alias(f"lead_scoring__{NAME}", "champion", "1")
    assert version.version == 1

    with pytest.raises(IntegrityError, match="no digest was recorded"):
        registry.champion(NAME)


def test_no_model_at_all_is_no_champion(registry):
    """Absence is a value; an unknown version is an error."""
    assert registry.champion(NAME) is None
    assert registry.previous(NAME) is None
    with pytest.raises(UnknownIdError, match="version 7"):
        registry.version(NAME, 7)


def test_mlflow_itself_loads_the_champion(registry, report):
    """``models:/…@champion`` gives probability, score and grade."""
    version = kept(registry, report)
    registry.set_champion(version)
    model = mlflow.pyfunc.load_model(f"models:/lead_scoring__{NAME}@champion")
    leads = LEADS.head(5)
    predicted = model.predict(plain(leads[list(report.model.source_columns)]))

    expected = report.model.calibration.apply(report.model.margins(leads))
    assert predicted["probability"].to_numpy() == pytest.approx(expected, abs=0)
    assert set(predicted["grade"]) <= set("ABCD")
    assert model.metadata.saved_input_example_info is not None


def test_a_dead_server_fails_in_seconds_and_may_be_tried_again():
    """Nobody waits minutes for a server that is down."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    registry = MlflowRegistry.open(f"http://127.0.0.1:{port}", "unused", MemoryModels())
    began = time.monotonic()
    with pytest.raises(TransientError, match="does not answer"):
        registry.champion(NAME)

    assert time.monotonic() - began < 60


def test_two_processes_may_open_a_fresh_database_at_once(tmp_path):
    """The tables are made once."""
    code = (
        "from lead_scoring.io.registry.registry import MlflowRegistry as Registry;"
        f"Registry.open('sqlite:///{tmp_path}/mlflow.db', 'unused', None).champion('made_up')"
    )
    openers = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]

    assert [opener.wait(timeout=120) for opener in openers] == [0, 0]


def test_how_well_classes_are_predicted_stands_in_the_run(registry, report):
    """Finite figures at the threshold of the config, with the matrix as a plot."""
    version = kept(registry, report)
    run = registry._client.get_run(version.run_id)
    names = ("accuracy", "precision", "recall", "f1", "true_positives", "false_negatives")
    plots = {file.path for file in registry._client.list_artifacts(version.run_id, "plots")}

    assert run.data.params["threshold"] == "0.5"
    assert all(run.data.metrics[f"test.{name}"] >= 0 for name in names)
    assert "plots/confusion.png" in plots


def test_a_metric_that_is_not_finite_is_left_out_of_the_run(registry, report):
    """MLflow gets numbers only; the version keeps what the gate has to refuse."""
    broken = replace(report, metrics={**report.metrics, "brier": float("nan")})
    version = kept(registry, broken)
    run = registry._client.get_run(version.run_id)

    assert "test.brier" not in run.data.metrics
    assert all(np.isfinite(value) for value in run.data.metrics.values())
