"""The console inside Airflow asks Airflow who comes and what they may do."""

import json
from pathlib import Path

import pytest
from homes import make_home
from homes import run_script

from lead_scoring.io.migrations import migrate

pytestmark = pytest.mark.slow
HERE = Path(__file__).parent
LEADS = "/lead-scoring/codepro_leads/leads"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Lay out a home with an empty platform database."""
    made = make_home(tmp_path_factory.mktemp("console") / "home")
    migrate("sqlite:///database/lead_scoring.db", made)
    return made


@pytest.fixture(scope="module")
def answers(home):
    """Ask the console of that home as several people."""
    return json.loads(run_script(HERE / "ask_console.py", home).splitlines()[-1])


@pytest.mark.parametrize("person", ["nobody", "forged"])
def test_whoever_is_not_logged_in_sees_nothing(answers, person):
    """A page answers 401 (403 for a forged token), and leads to Airflow's own log-in."""
    statuses = {answer["status"] for answer in answers[person].values()}

    assert statuses <= {401, 403, 404}
    assert answers[person][LEADS]["status"] in {401, 403}
    assert answers["nobody"][LEADS]["log_in"]


@pytest.mark.parametrize("person", ["viewer", "user", "viewer by header"])
def test_airflows_people_read_under_their_own_name(answers, person):
    """Cookie and token both work; the pages know the name Airflow knows."""
    answer = answers[person][LEADS]

    assert answer["status"] == 200
    assert answer["person"] == f"ann the {person.split()[0]}"
    assert "default-src 'none'" in answer["policy"]


def test_nobody_finds_a_description_of_the_routes(answers):
    """There is no page of documentation, logged in or not."""
    assert {answers[person]["/lead-scoring/docs"]["status"] for person in ("nobody", "user")} == {
        404
    }


def test_the_navigation_leads_to_the_console(answers):
    """The plug-in was loaded without a fault and has its entry and icon."""
    plugin = next(one for one in answers["plugins"] if one["name"] == "lead_scoring_console")

    (view,) = plugin["external_views"]
    assert answers["errors"]["total_entries"] == 0
    assert view["destination"] == "nav"
    assert view["href"] == "/lead-scoring/"
    assert view["icon"] == "/lead-scoring/static/icon.svg"


def test_other_processes_of_airflow_import_nothing_heavy(answers):
    """The scheduler and its tasks import the plug-in, but not the pages."""
    assert answers["imported"] == ["lead_scoring_console"]
