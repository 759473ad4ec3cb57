"""The long proofs name tests that exist, and leave none of the properties out."""

import runpy
import subprocess
import sys

import pytest
from homes import PROJECT
from hypothesis import settings
from proofs import PROOF
from proofs import TIMES

SCRIPT = runpy.run_path(str(PROJECT / "benchmarks" / "proof.py"))
PROPERTIES: tuple[str, ...] = SCRIPT["PROPERTIES"]
KILLS: tuple[str, ...] = SCRIPT["KILLS"]


def run(*command: str) -> str:
    """Run Python in the project and return what it prints."""
    done = subprocess.run(
        [sys.executable, *command], cwd=PROJECT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_every_named_test_exists():
    """Pytest collects something for each name under the profile of the proof."""
    collected = run(
        *("-m", "pytest", "-q", "--collect-only", "--hypothesis-profile=proof"),
        *(*PROPERTIES, *KILLS),
    )

    for name in (*PROPERTIES, *KILLS):
        assert name in collected


def test_every_property_is_proved():
    """A file with property tests is named, as a whole or by its tests."""
    files = {
        str(file.relative_to(PROJECT))
        for file in (PROJECT / "tests").rglob("test_*.py")
        if "\n@given(" in file.read_text(encoding="utf-8")
    }

    assert files == {name.partition("::")[0] for name in PROPERTIES}


def test_the_proof_tries_many_more_examples():
    """Tests are seeded as a rule; the proof takes other examples, and more."""
    proof = settings.get_profile(PROOF)

    assert settings().derandomize or settings().max_examples == proof.max_examples
    assert (proof.derandomize, proof.max_examples) == (False, 100 * TIMES)


@pytest.mark.slow
def test_help_tells_the_options():
    """Nothing is run to say what could be."""
    assert "--repeats" in run("-m", "benchmarks.proof", "--help")
