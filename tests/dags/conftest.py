"""What Airflow makes of the DAG files."""

import json
from pathlib import Path
from typing import Any

import pytest
from homes import change_config
from homes import make_home
from homes import run_script

HERE = Path(__file__).parent
TUNED = {
    "drift": {"faults": {"score_anyway": True}},
    "alerts": {
        "email": ["ada@example.org", "bob@example.org"],
        "slack": True,
        "stale_after": "6h",
    },
    "export": {"location": "exports"},
    "summary": {"email": ["ada@example.org"]},
}
BROKEN = "use_case: broken_leads\ntitle: Broken\n"


def describe(home: Path) -> dict[str, Any]:
    """Return what Airflow makes of the DAG files of a home."""
    written = run_script(HERE / "describe.py", home, str(home / "dags"))
    return json.loads(written.splitlines()[-1])


@pytest.fixture(scope="session")
def bag(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Describe the DAGs of the configs as they are."""
    return describe(make_home(tmp_path_factory.mktemp("sound") / "home"))


@pytest.fixture(scope="session")
def spoiled_bag(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Describe the DAGs when one use case more has a config that is wrong."""
    home = make_home(tmp_path_factory.mktemp("spoiled") / "home")
    (home / "configs" / "broken_leads.yaml").write_text(BROKEN, encoding="utf-8")
    return describe(home)


@pytest.fixture(scope="session")
def tuned_bag(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Describe the DAGs of a use case that scores broken loads too and tells people."""
    home = make_home(tmp_path_factory.mktemp("tuned") / "home")
    change_config(home, "codepro_leads", **TUNED)
    return describe(home)
