"""The schema editors complete and check configs with."""

import warnings

import pytest
from homes import PROJECT
from jsonschema import Draft7Validator

from lead_scoring.config.json_schema import as_json
from lead_scoring.config.json_schema import published_schemas
from lead_scoring.config.json_schema import schema_line
from lead_scoring.config.json_schema import schema_of
from lead_scoring.config.loading import PLATFORM_FILE
from lead_scoring.config.loading import configs_folder
from lead_scoring.config.platform import Platform
from lead_scoring.config.reference import reference
from lead_scoring.config.use_case import UseCase
from lead_scoring.config.yaml_file import read_yaml

FILES = sorted((PROJECT / "configs").glob("*.yaml"), key=lambda file: file.name)
COMMAND = "a config model changed: run .venv/bin/lead-scoring schema --write and commit the files"


def faults(model, content) -> list[str]:
    """Return what the schema has against a config's content."""
    found = Draft7Validator(schema_of(model)).iter_errors(as_json(content))
    return [f"{'.'.join(map(str, each.absolute_path))}: {each.message}" for each in found]


@pytest.mark.parametrize("name", published_schemas())
def test_the_published_schema_is_that_of_the_models(name):
    """What editors read is what configs are checked against."""
    written = (configs_folder() / "schema" / name).read_text(encoding="utf-8")

    assert written == published_schemas()[name], COMMAND


def test_the_page_of_keys_is_that_of_the_models():
    """The document lists every key there is, with its default."""
    assert (PROJECT / "docs" / "CONFIG.md").read_text(encoding="utf-8") == reference(), COMMAND


@pytest.mark.parametrize("model", [UseCase, Platform])
def test_the_schema_is_one(model):
    """It is valid against the dialect it names."""
    Draft7Validator.check_schema(schema_of(model))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_shipped_config_is_valid_in_an_editor(file):
    """The schema accepts each file, and the file says where the schema is."""
    platform = file.name == PLATFORM_FILE
    first = file.read_text(encoding="utf-8").splitlines()[0]

    assert faults(Platform if platform else UseCase, read_yaml(file).content) == []
    assert first == schema_line("platform.json" if platform else "use_case.json")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param(("schedul",), "0 5 * * *", id="key"),
        pytest.param(("outcome", "maturity"), "two weeks", id="duration"),
        pytest.param(("outcome", "maturity"), 14, id="duration without unit"),
        pytest.param(("source", "kind"), "cvs", id="kind"),
        pytest.param(("training", "test_share"), 2, id="range"),
        pytest.param(("contract", "rules"), {"ranges": {}}, id="rule"),
        pytest.param(("preparation",), [{"step": "fill"}], id="step"),
        pytest.param(("features", "numeric"), "total_leads_droppped", id="list"),
    ],
)
def test_an_editor_marks_what_would_be_refused(path, value):
    """A mistake is seen before the config is read."""
    content = dict(read_yaml(configs_folder() / "codepro_leads.yaml").content)
    section = content
    for key in path[:-1]:
        section[key] = dict(section[key])
        section = section[key]
    section[path[-1]] = value

    assert faults(UseCase, content)


def test_the_schema_holds_the_words_of_the_models():
    """A key is shown with what its docstring says, and a default as one writes it."""
    schema = schema_of(UseCase)
    governor = schema["$defs"]["GovernorConfig"]["properties"]["cooldown"]

    assert governor["description"] == "Least time between two trainings."
    assert governor["default"] == "7d"
    assert "lightgbm" in schema["$defs"]["TrainingConfig"]["properties"]["candidates"]["default"]


def test_every_default_is_valid_by_its_own_schema():
    """What an editor proposes is accepted by the editor."""
    schema = schema_of(UseCase)
    for definition in (schema, *schema["$defs"].values()):
        for key, place in definition.get("properties", {}).items():
            if "default" in place:
                whole = {**place, "$defs": schema["$defs"]}
                assert list(Draft7Validator(whole).iter_errors(place["default"])) == [], key


def test_making_the_schema_warns_of_nothing():
    """Each model can be said in full."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")

        assert published_schemas()
