"""A model's files: the same after reading, and refused when they were touched."""

import copy
import functools
import json
import zipfile

import numpy as np
import pytest
import skops.io as sio
from chunked import chunk_performance
from families import BOOSTED
from families import FAMILIES
from families import FOREST
from families import HISTOGRAM
from families import small_settings
from leads import small_leads
from leads import small_use_case
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

from lead_scoring.core.calibration import fit_calibration
from lead_scoring.core.candidates.histogram import tree_nodes
from lead_scoring.core.fitting import fit
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.model_digest import model_digest
from lead_scoring.core.profile import fit_profile
from lead_scoring.core.reference import fit_reference
from lead_scoring.core.schema import OUTCOME
from lead_scoring.errors import IntegrityError
from lead_scoring.io.estimator_files import FOREST_TRUSTED
from lead_scoring.io.estimator_files import HISTOGRAM_TRUSTED
from lead_scoring.io.model_files import _load_pyfunc
from lead_scoring.io.model_files import file_digests
from lead_scoring.io.model_files import read_model
from lead_scoring.io.model_files import verify
from lead_scoring.io.model_files import write_model

USE_CASE = small_use_case()
LEADS = small_leads(300)
GRADES = USE_CASE.scoring
FILES = {FOREST: "forest.skops", HISTOGRAM: "histogram.skops"}
TRUSTED = {FOREST: FOREST_TRUSTED, HISTOGRAM: HISTOGRAM_TRUSTED}
BY_TREES = pytest.mark.parametrize("family", [FOREST, HISTOGRAM])


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


@functools.cache
def small_model(family):
    """Fit a small model of a family once."""
    return make_model(small_settings(family))


@pytest.fixture(scope="module", params=FAMILIES)
def model(request):
    """Give one model of each family."""
    return small_model(request.param)


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


def test_steady_trees_are_read_back_as_they_were(tmp_path):
    """The trees of both kinds lie in one file, and the digest is that of the model written."""
    model = make_model(small_settings(BOOSTED, steady_trees=5))
    write_model(model, GRADES, tmp_path / "model")

    read = read_model(tmp_path / "model")

    assert model_digest(read) == model_digest(model)
    assert np.array_equal(read.margins(LEADS), model.margins(LEADS))


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
        model.calibration.apply(model.margins(LEADS)), abs=0
    )
    assert set(predicted["grade"]) <= set("ABCD")


def written(family, folder):
    """Write a small model of a family."""
    write_model(small_model(family), GRADES, folder)


@pytest.mark.slow
@BY_TREES
def test_the_trusted_types_are_those_fitted_models_hold(family, tmp_path):
    """Not one more than skops finds, whatever the settings."""
    found = set()
    for place, weight in enumerate([None, "balanced"]):
        settings = small_settings(family, class_weight=weight, max_depth=4 * place or None)
        write_model(make_model(settings), GRADES, tmp_path / str(place))
        found |= set(sio.get_untrusted_types(file=tmp_path / str(place) / FILES[family]))

    assert found == set(TRUSTED[family])


@BY_TREES
def test_a_tree_ensemble_of_a_foreign_type_is_refused(family, tmp_path):
    """What one family may hold the other may not, nor may any other model."""
    written(family, tmp_path / "model")
    other = GradientBoostingClassifier(n_estimators=2).fit([[0.0], [1.0]], [0, 1])
    sio.dump(other, tmp_path / "model" / FILES[family])

    with pytest.raises(IntegrityError, match="nothing was loaded"):
        read_model(tmp_path / "model")


def test_the_file_of_another_family_is_refused(tmp_path):
    """A forest's trees are not trusted in the file of histogram boosting."""
    written(FOREST, tmp_path / "forest")
    written(HISTOGRAM, tmp_path / "histogram")
    whole = (tmp_path / "forest" / FILES[FOREST]).read_bytes()
    (tmp_path / "histogram" / FILES[HISTOGRAM]).write_bytes(whole)

    with pytest.raises(IntegrityError, match="Tree"):
        read_model(tmp_path / "histogram")


def test_a_trusted_type_in_the_wrong_place_is_refused(tmp_path):
    """A single tree is no forest, though its types are trusted there."""
    written(FOREST, tmp_path / "model")
    tree = DecisionTreeClassifier(max_depth=1).fit([[0.0], [1.0]], [0, 1])
    sio.dump(tree, tmp_path / "model" / FILES[FOREST])

    with pytest.raises(IntegrityError, match="not a RandomForestClassifier"):
        read_model(tmp_path / "model")


def test_a_family_nobody_knows_is_refused(folder):
    """It is not opened as some other family."""
    about = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps(about | {"family": "oracle"}))

    with pytest.raises(IntegrityError, match="oracle"):
        read_model(folder)


@pytest.mark.parametrize(
    ("field", "value"), [("left_child", 10**6), ("right_child", 0), ("feature", 99)]
)
def test_a_forest_that_leads_nowhere_is_refused(field, value, tmp_path):
    """scikit-learn follows nodes without any check: past the end, in circles, to no column."""
    model = copy.deepcopy(small_model(FOREST))
    tree = model.estimator.forest.estimators_[0].tree_
    state = tree.__getstate__()
    state["nodes"][field][0] = value
    tree.__setstate__(state)
    write_model(model, GRADES, tmp_path / "model")

    with pytest.raises(IntegrityError, match="leads nowhere"):
        read_model(tmp_path / "model")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("left", 10**6, "leads nowhere"),
        ("right", 0, "leads nowhere"),
        ("feature_idx", 99, "leads nowhere"),
        ("is_categorical", 1, "categories"),
    ],
)
def test_boosted_trees_that_lead_nowhere_are_refused(field, value, words, tmp_path):
    """The same for histogram boosting; its trees know no categories."""
    model = copy.deepcopy(small_model(HISTOGRAM))
    tree_nodes(model.estimator.booster)[0][field][0] = value
    write_model(model, GRADES, tmp_path / "model")

    with pytest.raises(IntegrityError, match=words):
        read_model(tmp_path / "model")


@pytest.mark.parametrize(
    ("family", "unfitted"),
    [(FOREST, RandomForestClassifier()), (HISTOGRAM, HistGradientBoostingClassifier())],
    ids=[FOREST, HISTOGRAM],
)
def test_a_model_that_was_never_fitted_is_refused(family, unfitted, tmp_path):
    """The right type without any trees cannot score."""
    written(family, tmp_path / "model")
    sio.dump(unfitted, tmp_path / "model" / FILES[family])

    with pytest.raises(IntegrityError, match="nothing was loaded"):
        read_model(tmp_path / "model")


@BY_TREES
def test_damaged_bytes_are_refused(family, tmp_path):
    """Also where nobody compared digests before."""
    written(family, tmp_path / "model")
    file = tmp_path / "model" / FILES[family]
    whole = file.read_bytes()
    middle = len(whole) // 2
    file.write_bytes(whole[:middle] + b"\x00" * 40 + whole[middle + 40 :])

    with pytest.raises(IntegrityError, match="nothing was loaded"):
        read_model(tmp_path / "model")
