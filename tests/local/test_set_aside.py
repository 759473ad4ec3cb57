"""Results of other data are moved aside, never mixed, never deleted."""

from lead_scoring.config.platform import Platform
from lead_scoring.local.layout import Layout
from lead_scoring.local.set_aside import set_aside


def layout_with_results(home):
    """Lay out a home in which something was stored."""
    layout = Layout(home)
    layout.services.mkdir(parents=True)
    (home / "database" / "storage").mkdir()
    (home / "database" / "storage" / "snapshot").write_text("rows", encoding="utf-8")
    layout.airflow_home.mkdir()
    (home / "database" / "lead_scoring.db").write_text("tables", encoding="utf-8")
    (home / "database" / "lead_scoring.db-wal").write_text("log", encoding="utf-8")
    return layout


def test_the_same_data_again_moves_nothing(tmp_path):
    """A second demonstration works on what is there."""
    layout = layout_with_results(tmp_path)

    assert set_aside(layout, Platform()) is None
    assert set_aside(layout, Platform()) is None
    assert (tmp_path / "database" / "lead_scoring.db").exists()


def test_other_data_finds_an_empty_place(tmp_path):
    """Databases and files of the sample are kept whole in a folder of their own."""
    layout = layout_with_results(tmp_path)
    set_aside(layout, Platform())

    moved = set_aside(layout, Platform(data="/real"))

    assert moved == tmp_path / "database" / "set-aside" / "001"
    assert not (tmp_path / "database" / "lead_scoring.db").exists()
    assert (moved / "lead_scoring.db-wal").read_text(encoding="utf-8") == "log"
    assert (moved / "airflow").is_dir()
    assert (moved / "storage" / "snapshot").read_text(encoding="utf-8") == "rows"


def test_two_kinds_of_data_in_turn_keep_every_result(tmp_path):
    """Each move has a folder of its own."""
    layout = layout_with_results(tmp_path)
    set_aside(layout, Platform())
    set_aside(layout, Platform(data="/real"))
    (tmp_path / "database" / "lead_scoring.db").write_text("real", encoding="utf-8")

    moved = set_aside(layout, Platform())

    assert moved == tmp_path / "database" / "set-aside" / "002"
