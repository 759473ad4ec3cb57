"""A model's files: the same after reading, and refused when they were touched."""

import json
import zipfile

import numpy as np
import pytest
import skops.io as sio
from leads import small_leads
from leads import small_use_case
from sklearn.tree import DecisionTreeClassifier

from lead_scoring.config.training import LightGBMConfig
from lead_scoring.config.training import LogisticRegressionConfig
from lead_scoring.core.calibration import fit_calibration
from lead_scoring.core.fitting import fit
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.model_digest import model_digest
from lead_scoring.core.performance import chunk_performance
from lead_scoring.core.profile import fit_profile
from lead_scoring.core.reference import fit_reference
from lead_scoring.core.schema import OUTCOME
from lead_scoring.errors import IntegrityError
from lead_scoring.io.model_files import _load_pyfunc
from lead_scoring.io.model_files import file_digests
from lead_scoring.io.model_files import read_model
from lead_scoring.io.model_files import verify
from lead_scoring.io.model_files import write_model

USE_CASE = small_use_case()
LEADS = small_leads(300)
GRADES = USE_CASE.inference.grades


def make_model(settings):
    """Fit a small model."""
    preparation, estimator = fit(USE_CASE, settings, LEADS)
    margins = estimator.margins(preparation.transform(LEADS[list(preparation.feature_names_in_)]))
    outcomes = LEADS[OUTCOME].to_numpy()
    calibration = fit_calibration(margins, outcomes)
    probabilities = calibration.apply(margins)
    return ScoringModel(
        preparation,
        estimator,
        calibration,
        fit_profile(LEADS, ["visits"], ["city", "source"]),
        fit_reference(
            LEADS,
            ["visits", "clicks", "calls"],
            ["city", "source"],
            ["city"],
            probabilities=probabilities,
            chunks=chunk_performance(probabilities, outcomes),
        ),
    )


@pytest.fixture(scope="module", params=["linear", "boosted"])
def model(request):
    """Give one model of each family."""
    boosted = LightGBMConfig(n_estimators=10, min_child_samples=10)
    return make_model(boosted if request.param == "boosted" else LogisticRegressionConfig())


@pytest.fixture
def folder(model, tmp_path):
    """Write the model and give its folder."""
    write_model(model, GRADES, tmp_path / "model")
    return tmp_path / "model"


def test_margins_are_identical_after_reading(model, folder):
    """Bit for bit the same margins, probabilities, profile, reference and digest."""
    read = read_model(folder)

    assert np.array_equal(read.margins(LEADS), model.margins(LEADS))
    assert read.calibration == model.calibration
    assert read.profile == model.profile
    assert read.reference == model.reference
    assert model_digest(read) == model_digest(model)


def test_a_model_of_an_earlier_version_has_no_reference(folder):
    """It scores as it did; only drift checks have nothing to compare with."""
    (folder / "reference.json").unlink()

    assert read_model(folder).reference is None


def test_files_that_were_not_touched_pass(folder):
    """Recorded digests hold."""
    verify(folder, file_digests(folder))


def test_every_changed_byte_is_found_before_anything_is_opened(folder):
    """One flipped bit in any file is named."""
    recorded = file_digests(folder)
    for name in recorded:
        file = folder / name
        whole = file.read_bytes()
        middle = len(whole) // 2
        file.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
        with pytest.raises(IntegrityError, match=name):
            verify(folder, recorded)
        file.write_bytes(whole)


def test_missing_and_surplus_files_are_found(folder):
    """What was recorded must be there, and nothing else."""
    recorded = file_digests(folder)
    (folder / "surplus.py").write_text("")
    with pytest.raises(IntegrityError, match=r"surplus\.py"):
        verify(folder, recorded)
    (folder / "surplus.py").unlink()
    (folder / "profile.json").unlink()
    with pytest.raises(IntegrityError, match=r"profile\.json"):
        verify(folder, recorded)


def test_a_model_without_recorded_digests_is_refused(folder):
    """Nothing recorded means nothing is trusted."""
    with pytest.raises(IntegrityError):
        verify(folder, {})


def test_a_file_with_a_foreign_type_is_refused(folder):
    """Our own list of types decides, not the file's."""
    tree = DecisionTreeClassifier(max_depth=1).fit([[0.0], [1.0]], [0, 1])
    sio.dump(tree, folder / "encoder.skops")

    with pytest.raises(IntegrityError, match="Tree"):
        read_model(folder)


@pytest.mark.parametrize("name", ["preparation.skops", "encoder.skops"])
def test_a_pickle_in_disguise_is_refused(folder, name):
    """An archive without a schema is not opened any other way."""
    with zipfile.ZipFile(folder / name, "w") as archive:
        archive.writestr("model.pkl", b"cos\nsystem\n(S'true'\ntR.")

    with pytest.raises(IntegrityError, match="cannot be read"):
        read_model(folder)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("model.json", "{", id="no JSON"),
        pytest.param(
            "calibration.json", '{"margins": [1, 0], "probabilities": [0.1, 0.2]}', id="map"
        ),
        pytest.param("profile.json", "{}", id="no profile"),
    ],
)
def test_a_broken_file_is_named_as_such(folder, name, content):
    """The error says that nothing was loaded."""
    (folder / name).write_text(content)

    with pytest.raises(IntegrityError, match="nothing was loaded"):
        read_model(folder)


def test_content_must_be_what_the_model_says_it_is(folder):
    """Another calibration, well formed, is another model."""
    about = json.loads((folder / "calibration.json").read_text())
    about["probabilities"][-1] = 0.999
    (folder / "calibration.json").write_text(json.dumps(about))

    with pytest.raises(IntegrityError, match="the files hold model"):
        read_model(folder)


def test_mlflows_loader_gives_the_same_scores(model, folder):
    """Probability, score and grade by the cut-offs kept with the model."""
    predicted = _load_pyfunc(str(folder)).predict(LEADS)

    assert predicted["probability"].to_numpy() == pytest.approx(
        model.probabilities(model.margins(LEADS)), abs=0
    )
    assert set(predicted["grade"]) <= set("ABCD")
