"""What the documents name exists."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from lead_scoring.cli import app
from lead_scoring.config.json_schema import schema_of
from lead_scoring.config.loading import home
from lead_scoring.config.loading import use_case_names
from lead_scoring.config.platform import Platform
from lead_scoring.config.training import GATE_METRICS
from lead_scoring.config.use_case import STANDARD_COLUMNS
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.api_keys import KeyScope
from lead_scoring.core.drift_records import Action
from lead_scoring.core.drift_records import OverrideKind
from lead_scoring.core.drift_records import Verdict
from lead_scoring.core.records import BatchStatus
from lead_scoring.core.records import DecisionKind
from lead_scoring.io.tables import METADATA
from lead_scoring.io.views import READER
from lead_scoring.io.views import VIEWS
from lead_scoring.io.views import read_view
from lead_scoring.service.console.lead_list import TRENDS

DOCUMENTS = sorted(home().glob("*.md")) + sorted((home() / "docs").glob("*.md"))
STATES = (Verdict, Action, OverrideKind, BatchStatus, DecisionKind, KeyScope)
PROSE = re.compile(r"```.*?```", re.DOTALL)


@pytest.fixture(params=DOCUMENTS, ids=lambda path: path.name)
def document(request) -> str:
    """Give the text of each document in turn."""
    return request.param.read_text(encoding="utf-8")


def make_targets() -> set[str]:
    """Return the targets of the Makefile."""
    return set(re.findall(r"(?m)^([a-z][\w-]*):", (home() / "Makefile").read_text()))


def commands() -> set[str]:
    """Return the sub-commands of ``lead-scoring``."""
    return set(get_command(app).commands)


def config_keys(place: object) -> Iterator[str]:
    """Yield every key a schema names, at any depth."""
    if isinstance(place, dict):
        yield from place.get("properties", ())
    for below in _parts(place):
        yield from config_keys(below)


def config_values(place: object) -> Iterator[str]:
    """Yield every value a schema names: of a key that has a few."""
    if isinstance(place, dict):
        yield from place.get("enum", ())
        yield from (place[key] for key in ("const", "default") if isinstance(place.get(key), str))
    for below in _parts(place):
        yield from config_values(below)


def _parts(place: object) -> Iterator[object]:
    if isinstance(place, dict | list):
        yield from place.values() if isinstance(place, dict) else place


def known_names() -> set[str]:
    """Return every plain word a document may set in backticks."""
    columns = {column.name for table in METADATA.tables.values() for column in table.columns}
    folders = {path.name for path in home().iterdir()}
    modules = {path.stem for path in (home() / "lead_scoring").rglob("*.py")}
    dags = {
        f"{use_case}__{path.stem}"
        for use_case in use_case_names()
        for path in (home() / "dags").glob("*.py")
    }
    packages = {path.name for path in (home() / "lead_scoring").rglob("*") if path.is_dir()}
    return {
        *config_keys(schema_of(UseCase)),
        *config_keys(schema_of(Platform)),
        *config_values(schema_of(UseCase)),
        *(metric for metrics in GATE_METRICS.values() for metric in metrics),
        *METADATA.tables,
        *VIEWS,
        *(name for view in VIEWS for name in read_view(home(), view).columns),
        *columns,
        *STANDARD_COLUMNS,
        *(str(member) for kind in STATES for member in kind),
        *("snapshot", "training_request", "champion", "challenger", "previous", "batch"),
        *use_case_names(),
        *TRENDS,
        READER,
        *("lead_scoring", "make", "to_sql", "dataframe_split", "dataframe_records"),
        *dags,
        *scheduler_names(),
        *folders,
        *modules,
        *packages,
    }


def scheduler_names():
    """Return functions and texts of the DAG files and plugins: tasks, connections, forms."""
    for folder in ("dags", "plugins"):
        for path in (home() / folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef):
                    yield node.name
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def test_every_make_command_exists(document):
    """A ``make`` command a document names is a target of the Makefile."""
    named = set(re.findall(r"(?:`|^|\$ )make ([a-z][\w-]*)", document, re.MULTILINE))

    assert named <= make_targets()


def test_every_lead_scoring_command_exists(document):
    """A ``lead-scoring`` command a document names is a command."""
    named = set(re.findall(r"(?:`|^|\$ |bin/)lead-scoring ([a-z][\w-]*)", document, re.MULTILINE))

    assert named <= commands()


def test_every_plain_name_in_backticks_exists(document):
    """A lower-case word in backticks is a config key, table, column, module, folder or state."""
    words = set(re.findall(r"`([a-z_]{2,})`", PROSE.sub("", document)))

    assert words - known_names() == set()


def test_every_path_in_backticks_exists(document):
    """A path in backticks that begins with a folder of the project exists, if only at run time."""
    named = re.findall(r"`((?:lead_scoring|configs|dags|docs|tests|database)/[\w./-]+)`", document)
    kept = Platform().database_url.get_secret_value()
    missing = [path for path in named if not (home() / path).exists() and path not in kept]

    assert missing == []


def test_every_link_to_a_file_leads_somewhere(document):
    """A relative link or picture exists."""
    targets = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", document)
    missing = [target for target in targets if not any(_resolved(target))]

    assert missing == []


def _resolved(target: str) -> Iterator[Path]:
    yield from (path for path in (home() / target, home() / "docs" / target) if path.exists())


def test_every_variable_named_is_read_somewhere(document):
    """An environment variable of ours that a document names stands in the code."""
    named = set(re.findall(r"LEAD_SCORING_[A-Z_]+", document))
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("lead_scoring", "dags", "plugins", "tests")
        for path in (home() / folder).rglob("*.py")
    )
    fields = {f"LEAD_SCORING_{name.upper()}" for name in Platform.model_fields}
    written = set(re.findall(r"LEAD_SCORING_[A-Z_]+", code)) | fields

    assert {name.rstrip("_") for name in named} <= {name.rstrip("_") for name in written} | {
        f"LEAD_SCORING_{name}" for name in ("HOME", "CONFIGS", "CONNECTION")
    }
