"""What the demonstration shows at its end."""

from made import day
from made import make_batch
from made import make_check
from made import make_load
from made import make_version

from lead_scoring.config.loading import home
from lead_scoring.io.database import Database
from lead_scoring.io.migrations import migrate
from lead_scoring.local.results import read_results


def test_the_verdict_shown_is_that_of_the_batch(tmp_path):
    """A check of a later instant, from a demonstration before, says nothing about this one."""
    url = f"sqlite:///{tmp_path / 'own.db'}"
    migrate(url, home())
    batch = make_batch()
    own = make_check(check_id="own", load_id=batch.load_id, as_of=batch.as_of)
    later = make_check(check_id="later", load_id=batch.load_id, as_of=day(300))
    with Database.open(url, home()) as database:
        database.save_load(make_load(load_id=batch.load_id), [])
        database.save_model(make_version(version=batch.model_version))
        for check in (own, later):
            database.save_check(check)

    shown = read_results(url, home(), batch).check

    assert shown is not None
    assert shown.check_id == "own"
