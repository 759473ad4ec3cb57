"""The first config of a source nobody described."""

import numpy as np
import pyarrow as pa
import pytest
import yaml

from lead_scoring.config.source import FileSource
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.first_config import FirstConfig
from lead_scoring.core.first_config import first_config
from lead_scoring.core.first_profile import SAMPLE_ROWS
from lead_scoring.core.first_profile import Profile
from lead_scoring.core.first_profile import Profiler
from lead_scoring.core.first_roles import Wishes
from lead_scoring.core.rows import RawRows

ROWS = 400
SOURCE = FileSource(kind="csv", location="shop/leads.csv", delimiter=";")
DRAW = np.random.default_rng(20)
BOUGHT = DRAW.integers(0, 2, ROWS)
AMOUNTS = DRAW.normal(50, 10, ROWS)


def texts(values) -> pa.Array:
    """Return values as a CSV file has them."""
    return pa.array(["" if value is None else str(value) for value in values])


def profiled(pieces: int = 3, **columns) -> Profile:
    """Look at columns in several batches."""
    table = pa.table({name: texts(values) for name, values in columns.items()})
    profiler = Profiler()
    for rows in np.array_split(np.arange(table.num_rows), pieces):
        profiler.add(RawRows(table.take(pa.array(rows)), rows + 1))
    return profiler.profile()


def made(wishes: Wishes | None = None, **columns) -> tuple[FirstConfig, UseCase]:
    """Return a first config and what it says."""
    given = {"amount": AMOUNTS, "bought": BOUGHT, **columns}
    written = first_config("shop", profiled(**given), wishes or Wishes(), SOURCE, None)
    return written, UseCase.model_validate(yaml.safe_load(written.text))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param([1, 2, 3], "integer", id="whole numbers"),
        pytest.param([1, 2.5, None], "number", id="numbers with a gap"),
        pytest.param(["true", "False", "true"], "boolean", id="true and false"),
        pytest.param(["2022-01-01", "2022-02-01 08:00"], "timestamp", id="instants"),
        pytest.param(["01234", "12345"], "string", id="leading zeros"),
        pytest.param(["01/02/2022", "03/02/2022"], "string", id="days nobody can read for sure"),
        pytest.param([None, None], "string", id="nothing"),
        pytest.param([*range(100), "NA"], "integer", id="one placeholder in a hundred"),
        pytest.param([*range(20), "NA"], "string", id="many placeholders"),
    ],
)
def test_a_column_has_the_strictest_type_that_fits(values, expected):
    """A type fits that reads every value, or all but one in fifty."""
    (column,) = profiled(pieces=1, column=values).columns

    chosen = column.type if column.distinct else "string"

    assert chosen == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param(
            ["31.12.2024 08:00", "1.2.2024"], ("timestamp", "day_first"), id="days first"
        ),
        pytest.param(
            ["12/31/2024", "01/02/2024"], ("timestamp", "month_first"), id="months first"
        ),
        pytest.param(["1.234,50", "12", "-3,5"], ("number", "decimal_comma"), id="commas"),
        pytest.param(["1,234.50", "12"], ("string", None), id="commas between thousands"),
    ],
)
def test_dates_and_numbers_of_other_countries_are_known(values, expected):
    """A column that reads in one of their ways alone is read that way, and the config says so."""
    (column,) = profiled(pieces=1, column=values).columns

    assert (column.type, column.written) == expected


def test_a_first_config_says_how_a_column_is_written():
    """Event time and numbers of a European file need no word of the user."""
    days = [f"{1 + at % 28:02d}.{1 + at % 12:02d}.2024 10:30" for at in range(ROWS)]
    prices = [f"{value:.2f}".replace(".", ",") for value in AMOUNTS]

    written, config = made(**{"Kunden-Nr.": [f"K-{at}" for at in range(ROWS)], "am": days,
                              "price": prices})  # fmt: skip

    assert (config.lead.id_column, config.lead.created_column) == ("Kunden-Nr.", "am")
    assert config.contract.columns["am"].written == "day_first"
    assert config.contract.columns["price"].written == "decimal_comma"
    assert "column 'am' is read as written: day_first" in written.notes


def test_a_profile_does_not_depend_on_the_batches():
    """Types, gaps and ranges are those of all rows, however they come."""
    values = [*range(50), None, 7.5]
    (one,) = profiled(pieces=1, column=values).columns
    (many,) = profiled(pieces=13, column=values).columns

    assert (one.type, one.missing, one.least, one.most) == ("number", 1, 0.0, 49.0)
    assert (many.type, many.missing, many.least, many.most) == ("number", 1, 0.0, 49.0)


def test_the_sample_is_bounded_and_from_everywhere():
    """Of many rows every second, fourth, ... is kept, those at the end among them."""
    (column,) = profiled(pieces=5, column=range(3 * SAMPLE_ROWS)).columns
    kept = column.sampled.to_numpy()

    assert SAMPLE_ROWS / 4 <= len(kept) <= SAMPLE_ROWS
    assert kept.max() > 2.9 * SAMPLE_ROWS
    assert column.most == 3 * SAMPLE_ROWS - 1


def test_a_first_config_is_one():
    """It names the source, the outcome, its positive value and the features."""
    written, config = made(city=DRAW.choice(["Ulm", "Bonn"], ROWS), id=range(ROWS))

    assert config.source == SOURCE
    assert (config.task, config.outcome.column, config.outcome.positive) == ("binary", "bought", 1)
    assert config.lead.id_column == "id"
    assert config.features.numeric == ("amount",)
    assert config.features.categorical == ("city",)
    assert written.text.startswith("# yaml-language-server: $schema=")


def test_columns_nobody_can_learn_from_are_no_features():
    """Constant and empty columns, ids, free text and numbers of rows stay out, with the reason."""
    written, config = made(
        constant=["x"] * ROWS,
        empty=[None] * ROWS,
        code=[f"c{number}" for number in range(ROWS)],
        position=range(ROWS),
    )

    assert config.features.names == ("amount",)
    for reason in ("always the same", "always empty", "ids or free text", "numbers the rows"):
        assert f"not used: {reason}" in written.text or reason in written.text


def test_an_event_time_is_found_and_gives_parts():
    """The instants split the rows by time; maturity is marked as a guess."""
    days = [f"2022-01-{1 + number % 28:02}T{number % 24:02}:00:00Z" for number in range(ROWS)]
    written, config = made(signup_date=days)

    assert config.lead.created_column == "signup_date"
    assert config.features.numeric == ("amount", "created_hour", "created_weekday")
    assert "CHECK: how long after the event" in written.text
    assert written.newest == "2022-01-28"


def test_many_levels_are_merged():
    """A column of more levels than a model can learn one by one keeps the frequent ones."""
    _, config = made(shop=[f"shop {number % 60}" for number in range(ROWS)])

    assert [(step.step, step.columns) for step in config.preparation] == [
        ("rare_levels", ("shop",))
    ]


def test_a_column_that_gives_the_outcome_away_is_kept_from_the_model():
    """It is said to be known only with the outcome, and why."""
    written, config = made(margin=BOUGHT * 10 + DRAW.normal(0, 1, ROWS))

    assert config.contract.columns["margin"].known == "outcome"
    assert "margin" not in config.features.names
    assert "alone it gives the outcome away (ROC AUC 1.000)" in written.text


def test_a_column_that_is_there_only_with_the_outcome_is_kept_from_the_model():
    """Whether it is empty says all; its values need not say anything."""
    seller = [DRAW.choice(["a", "b"]) if bought else None for bought in BOUGHT]
    written, config = made(seller=seller)

    assert config.contract.columns["seller"].known == "outcome"
    assert "whether it is empty gives the outcome away" in written.text


def test_a_name_that_tells_of_later_is_marked():
    """The column is used, and somebody is asked to look."""
    written, config = made(RaisedAmount=DRAW.normal(0, 1, ROWS))

    assert "RaisedAmount" in config.features.names
    assert "CHECK: 'raised' may tell of the time after" in written.text


@pytest.mark.parametrize(
    ("wishes", "outcome", "task", "positive"),
    [
        pytest.param(Wishes(outcome="state", positive="won"), "state", "binary", "won", id="said"),
        pytest.param(Wishes(outcome="state"), "state", "multiclass", 1, id="classes"),
        pytest.param(Wishes(outcome="amount"), "amount", "regression", 1, id="number"),
        pytest.param(Wishes(), "bought", "binary", 1, id="guessed"),
    ],
)
def test_the_task_follows_from_the_outcome(wishes, outcome, task, positive):
    """Two values, several or a number; a positive value makes any of them two."""
    _, config = made(wishes, state=DRAW.choice(["won", "lost", "none"], ROWS))

    assert (config.outcome.column, config.task) == (outcome, task)
    assert config.outcome.positive == positive


@pytest.mark.parametrize(
    ("columns", "wishes", "words"),
    [
        pytest.param({"bought": AMOUNTS}, Wishes(), "--outcome COLUMN", id="none"),
        pytest.param(
            {"bought": None, "a": BOUGHT, "b": BOUGHT[::-1]}, Wishes(), "a (", id="several"
        ),
        pytest.param({}, Wishes(outcome="bougth"), "did you mean 'bought'", id="misspelt"),
        pytest.param({}, Wishes(positive="yes"), "never 'yes'", id="no such value"),
        pytest.param({}, Wishes(created="amount"), "not instants such as", id="no instants"),
        pytest.param({"gap": [None, *range(ROWS - 1)]}, Wishes(id="gap"), "is empty in", id="id"),
        pytest.param({"bought": ["1"] * ROWS}, Wishes(outcome="bought"), "at least two", id="one"),
        pytest.param({"amount": [1] * ROWS}, Wishes(), "no column is left", id="nothing to learn"),
    ],
)
def test_what_is_unclear_is_asked(columns, wishes, words):
    """The message names the columns there are and the option to give."""
    given = {name: values for name, values in columns.items() if values is not None}
    left = {"amount": AMOUNTS, "bought": BOUGHT}
    kept = {name: values for name, values in left.items() if name not in columns}

    with pytest.raises(ValueError, match=r".") as error:
        first_config("shop", profiled(**kept, **given), wishes, SOURCE, None)

    assert words in str(error.value)


def test_names_and_values_come_through_yaml():
    """Quotes, colons, bare yes and no, and columns without a name stay what they are."""
    written, config = made(
        Wishes(outcome="no: 1", positive="No"),
        **{
            "no: 1": DRAW.choice(["Yes", "No"], ROWS),
            'it\'s "so"': AMOUNTS,
            "": range(ROWS),
            "known_at": AMOUNTS,
        },
    )

    assert config.outcome.positive == "No"
    assert config.contract.columns["no: 1"].allowed is not None
    assert set(config.contract.columns["no: 1"].allowed) == {"Yes", "No"}
    assert config.contract.ignore_columns == ("", "known_at")
    assert 'it\'s "so"' in config.features.numeric
    assert "taken by the platform" in written.text


def test_values_that_cannot_be_read_are_told():
    """A placeholder in a column of numbers is named with its count."""
    written, _ = made(visits=["NA" if number == 7 else number for number in range(ROWS)])

    assert any("1 values such as 'NA' are no integer" in note for note in written.notes)
