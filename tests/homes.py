"""A project's folder for a test: the real code beside databases of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from lead_scoring.config.loading import configs_folder
from lead_scoring.local.credentials import ensure_credentials
from lead_scoring.local.environment import service_environment
from lead_scoring.local.layout import Layout

PROJECT = Path(__file__).resolve().parents[1]


def make_home(folder: Path) -> Path:
    """Lay out a home that shares the code with this checkout and nothing else."""
    (folder / "database").mkdir(parents=True)
    shutil.copytree(configs_folder(), folder / "configs")
    for name in ("dags", "plugins", "database/migrations", "database/views"):
        (folder / name).symlink_to(PROJECT / name)
    return folder


def change_config(home: Path, use_case: str, **given: Any) -> None:
    """Replace top-level keys in the config of a use case of that home."""
    file = home / "configs" / f"{use_case}.yaml"
    config = yaml.safe_load(file.read_text(encoding="utf-8"))
    file.write_text(yaml.safe_dump({**config, **given}), encoding="utf-8")


def environment_of(home: Path, **settings: str) -> dict[str, str]:
    """Return the environment services of that home run in, whatever this process's own says."""
    layout = Layout(home)
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("LEAD_SCORING_")
    }
    return service_environment(layout, settings, ensure_credentials(layout), inherited)


def run_script(script: Path, home: Path, *arguments: str, **settings: str) -> str:
    """Run a Python script in that environment; return what it wrote to its output."""
    finished = subprocess.run(
        [sys.executable, str(script), *arguments],
        env=environment_of(home, **settings),
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr[-4000:]
    return finished.stdout
