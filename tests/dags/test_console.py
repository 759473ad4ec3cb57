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
FORMS = ("release", "approve", "rollback", "replay")
TABS = ("leads", "what-if", "realised", "week", "model", "drift", "held", "quarantine")


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


@pytest.mark.parametrize("form", FORMS)
def test_who_may_not_trigger_the_dag_decides_nothing(answers, form):
    """A viewer of Airflow reads, and is told in words that they may not decide."""
    answer = answers["viewer decides"][form]

    assert answer["status"] == 403
    assert "You may not do this" in answer["said"]
    assert "ann the viewer may not decide codepro_leads" in answer["said"]


@pytest.mark.parametrize("form", FORMS)
def test_who_may_trigger_the_dag_may_decide(answers, form):
    """They pass; what they are told is about the form: no reason, no such batch, no such load."""
    answer = answers["user decides"][form]

    assert answer["status"] in {404, 422}
    assert "may not" not in answer["said"]
    assert {
        "release": "has no batch batch_x; nothing was released",
        "approve": "No champion yet",
        "rollback": "No champion yet",
        "replay": "has no load load_x; nothing was tried",
    }[form] in answer["said"]


@pytest.mark.parametrize("form", FORMS)
def test_nobody_decides(answers, form):
    """Not logged in to Airflow, a form is answered with 401."""
    assert answers["nobody decides"][form]["status"] == 401


def test_every_page_opens_below_airflow(answers):
    """From the first page on, each link leads to one of the console below its prefix."""
    links = answers["links"]
    statuses = {path: found["status"] for path, found in links.items()}

    assert {found for path in links for found in links[path]["outside"]} == set()
    assert {f"/lead-scoring/codepro_leads/{tab}" for tab in TABS} | {"/lead-scoring/overview"} <= {
        *statuses
    }
    without_champion = {path for path, status in statuses.items() if status == 409}
    assert {path.rpartition("/")[2] for path in without_champion} == {"what-if"}
    assert {statuses[path] for path in {*statuses} - without_champion} == {200}


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
