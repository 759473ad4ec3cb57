"""``sample``, ``migrate`` and ``doctor`` on homes of their own."""

import yaml
from commands import Command
from commands import new_command
from homes import make_home

from lead_scoring.config.loading import use_case_names


def levels(document) -> dict[str, str]:
    """Return the level of each check by its name."""
    return {check["name"]: check["level"] for check in document["checks"]}


def test_sample_lands_where_the_source_is_read(tmp_path):
    """The files are below the platform's data folder; a second call changes nothing."""
    command = new_command(tmp_path / "home")
    first = command.json("sample", "codepro_leads", "--rows", 300)
    second = command.json("sample", "codepro_leads", "--rows", 300)

    assert [file["changed"] for file in first["files"]] == [True, True]
    assert [file["changed"] for file in second["files"]] == [False, False]
    assert (command.home / "database/sample/codepro/leadscoring.csv").exists()


def test_sample_never_overwrites_something_else_unasked(tmp_path):
    """Another sample is refused with exit code 1, and made with --replace."""
    command = new_command(tmp_path / "home")
    command.json("sample", "codepro_leads", "--rows", 300, "--output", tmp_path)
    refused = command("sample", "codepro_leads", "--rows", 400, "--output", tmp_path)
    made = command("sample", "codepro_leads", "--rows", 400, "--output", tmp_path, "--replace")

    assert (refused.code, made.code) == (1, 0)
    assert "holds something else" in refused.stderr


def test_doctor_names_what_to_do_on_an_empty_home(tmp_path):
    """Nothing is there yet: no database fails, no source and no champion warn; nothing is made."""
    command = Command(make_home(tmp_path / "home"))
    answer = command("doctor", "--json")
    found = levels(answer.document)
    advice = {check["name"]: check["advice"] for check in answer.document["checks"]}

    assert answer.code == 1
    assert found["database"] == "fail"
    assert found["source of codepro_leads"] == "warn"
    assert found["champion of codepro_leads"] == "warn"
    assert "lead-scoring migrate" in advice["database"]
    assert "lead-scoring sample codepro_leads" in advice["source of codepro_leads"]
    assert not list((command.home / "database").glob("*.db*"))


def test_doctor_is_content_once_all_is_there(tmp_path):
    """A migrated home with a sample has nothing that fails."""
    command = new_command(tmp_path / "home")
    command.json("sample", "codepro_leads", "--rows", 300)
    found = levels(command.json("doctor"))

    assert set(found.values()) == {"ok", "warn"}
    assert found["source of codepro_leads"] == "ok"


def test_doctor_shows_every_broken_config(tmp_path):
    """A wrong config is a line that fails, with its key; the others are looked at all the same."""
    command = new_command(tmp_path / "home")
    broken = command.home / "configs" / "broken.yaml"
    broken.write_text("use_case: broken\n")
    answer = command("doctor")

    assert answer.code == 1
    assert "✗ config broken" in answer.stdout
    assert "✓ config codepro_leads" in answer.stdout
    assert "title" in answer.stdout


def test_doctor_stops_at_settings_that_cannot_be_read(tmp_path):
    """A wrong setting is named by its variable; nothing behind it is looked at."""
    command = Command(make_home(tmp_path / "home"), {"LEAD_SCORING_BATCH_ROWS": "none"})
    answer = command("doctor", "--json")

    assert answer.code == 1
    assert "LEAD_SCORING_BATCH_ROWS" in answer.document["checks"][-1]["found"]
    assert "got 'none'" in answer.document["checks"][-1]["found"]


def test_database_that_is_not_one_is_a_line(tmp_path):
    """A file that is no database fails with advice, not with a stack trace."""
    command = Command(make_home(tmp_path / "home"))
    (command.home / "database" / "lead_scoring.db").write_text("no database " * 200)
    answer = command("doctor", "--json")

    assert levels(answer.document)["database"] == "fail"


def test_doctor_tells_every_way_to_go_wrong_apart(tmp_path):
    """A locked storage, a database that is down and a home without use cases fail in words."""
    command = new_command(tmp_path / "home")
    (tmp_path / "file").touch()
    for name in use_case_names():
        (command.home / "configs" / f"{name}.yaml").unlink()
    settings = {
        "LEAD_SCORING_STORAGE": str(tmp_path / "file" / "storage"),
        "LEAD_SCORING_DATABASE_URL": "postgresql+psycopg://nobody@localhost:1/leads",
    }
    document = Command(command.home, settings)("doctor", "--json").document
    found, advice = levels(document), {each["name"]: each["advice"] for each in document["checks"]}

    assert {name for name, level in found.items() if level == "fail"} == {
        *("use cases", "database", "storage")
    }
    assert "LEAD_SCORING_DATABASE_URL" in advice["database"]
    assert "storage writable" in advice["storage"]


def test_doctor_leaves_the_database_that_is_too_old_to_migrate(tmp_path):
    """An empty database has no revision; the advice is to migrate."""
    command = Command(make_home(tmp_path / "home"))
    (command.home / "database" / "lead_scoring.db").touch()
    checks = {each["name"]: each for each in command("doctor", "--json").document["checks"]}

    assert checks["database"]["level"] == "fail"
    assert checks["database"]["found"].startswith("revision none")
    assert checks["database"]["advice"] == "run lead-scoring migrate"


def test_doctor_looks_at_no_query_and_at_no_unknown_storage(tmp_path):
    """A query is not run to see that it could be; a file system nobody knows fails."""
    command = new_command(tmp_path / "home")
    file = command.home / "configs" / "codepro_leads.yaml"
    config = yaml.safe_load(file.read_text(encoding="utf-8"))
    sql = {"kind": "sql", "connection": "crm", "query": "SELECT 1"}
    checks = []
    for source in (sql, config["source"] | {"location": "nosuch://bucket/leads.csv"}):
        file.write_text(yaml.safe_dump(config | {"source": source}), encoding="utf-8")
        document = command("doctor", "--json").document
        checks.append(
            next(each for each in document["checks"] if each["name"] == "source of codepro_leads")
        )

    assert [check["level"] for check in checks] == ["ok", "fail"]
    assert checks[0]["found"] == "a query on the connection crm"
    assert "nosuch" in checks[1]["found"]
