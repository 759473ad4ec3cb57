"""An outcome is checked against the task before anything is read."""

import pytest
from made import make_use_case
from pydantic import ValidationError

NUMBER = {"column": "won", "min": 1, "max": 5, "maturity": "3d"}
CLASSES = {"column": "medium", "classes": ["web", "mail"], "maturity": "3d"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param(
            {"task": "regression", "outcome": NUMBER | {"classes": ["a", "b", "c"]}},
            "outcome.classes is for task: multiclass, this is task: regression",
            id="classes of a number",
        ),
        pytest.param(
            {"outcome": NUMBER},
            "outcome.max is for task: regression, this is task: binary",
            id="range of two outcomes",
        ),
        pytest.param(
            {"task": "regression", "outcome": {"column": "won", "min": 1, "maturity": "3d"}},
            "outcome.max is missing, task: regression needs min and max",
            id="half a range",
        ),
        pytest.param(
            {"task": "regression", "outcome": NUMBER | {"column": "medium"}},
            "'medium' is a string; task: regression needs an integer or a number",
            id="text is no number",
        ),
        pytest.param(
            {"task": "regression", "outcome": NUMBER | {"min": 5}},
            "min 5 must be less than max 5",
            id="empty range",
        ),
        pytest.param(
            {"task": "multiclass", "outcome": CLASSES | {"classes": ["web", "mail", "web"]}},
            "['web'] stands there twice",
            id="class twice",
        ),
        pytest.param(
            {
                "task": "regression",
                "outcome": NUMBER,
                "training": {"candidates": {"logistic_regression": {}}},
            },
            "logistic_regression does not fit task: regression; name ridge instead",
            id="family for classes",
        ),
        pytest.param(
            {
                "task": "multiclass",
                "outcome": CLASSES | {"classes": ["web", "mail", "fair"]},
                "inference": {"grades": {"capacity": {"A": 300}}},
            },
            "inference.grades.capacity is for task: binary and task: regression, this is task:"
            " multiclass; drop it: grades are the classes in the order of outcome.classes",
            id="classes by capacity",
        ),
        pytest.param(
            {"training": {"candidates": {"ridge": {}}}},
            "ridge does not fit task: binary; name logistic_regression instead",
            id="family for numbers",
        ),
        pytest.param(
            {
                "task": "regression",
                "outcome": NUMBER,
                "training": {"candidates": {"random_forest": {"criterion": "entropy"}}},
            },
            "random_forest.criterion is for classes",
            id="criterion of classes",
        ),
        pytest.param(
            {"task": "regression", "outcome": NUMBER, "training": {"gate": {"metric": "roc_auc"}}},
            "'roc_auc' is no metric of task: regression; allowed are rmse, mse, mae, r2",
            id="metric of the gate",
        ),
        pytest.param(
            {
                "task": "regression",
                "outcome": NUMBER,
                "drift": {"performance": {"metric": "brier"}},
            },
            "'brier' cannot be watched for task: regression; allowed are mse, mae",
            id="watched metric",
        ),
        pytest.param(
            {"inference": {"call_first": "low"}},
            "inference.call_first is for task: regression",
            id="least first",
        ),
    ],
)
def test_what_does_not_fit_the_task_is_refused_in_words(given, words):
    """The message names key and value, and what is allowed or what to do."""
    with pytest.raises(ValidationError) as refused:
        make_use_case(**given)

    assert words in str(refused.value)


def test_a_config_that_was_written_out_is_read_again():
    """Defaults that belong to another task are no mistake."""
    for given in ({"task": "regression", "outcome": NUMBER}, {}):
        use_case = make_use_case(**given)

        again = type(use_case).model_validate(use_case.model_dump(by_alias=True))

        assert again == use_case


def test_a_regression_competes_with_ridge():
    """The default families are those that fit the task."""
    assert make_use_case(task="regression", outcome=NUMBER).scoring.maximum == 5
