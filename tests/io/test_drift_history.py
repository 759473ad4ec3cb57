"""The governor on real SQLite and real PostgreSQL: what it sees is what was written down."""

import pytest
from made import USE_CASE
from made import day
from made import make_check
from made import make_decision
from made import make_version

from lead_scoring.config.drift import GovernorConfig
from lead_scoring.core.drift_records import Action
from lead_scoring.core.drift_records import Verdict
from lead_scoring.core.governor import History
from lead_scoring.core.governor import PastCheck
from lead_scoring.core.governor import PastTraining
from lead_scoring.core.governor import govern
from lead_scoring.core.records import DecisionKind

LIMITS = GovernorConfig()


def train(database, version, number, kind):
    """Keep a version trained on a day, and the decision on it."""
    subject = {"version": version, "training_id": f"train_{version}", "as_of": day(number)}
    decision = {"decision_id": f"decision_{version}", "kind": kind, "subject": str(version)}
    database.save_model(make_version(**subject))
    database.save_decision(make_decision(**decision, as_of=day(number)))


def live(database, days, kind):
    """Check each day that drift is harmful, and train when told; return the days of trainings."""
    champion, trainings = 1, []
    for number in range(1, days + 1):
        history = database.history(USE_CASE, day(number))
        verdict = Verdict.HARMFUL_DRIFT
        action, reason = govern(verdict, day(number), history, LIMITS, model_version=champion)
        found = {"verdict": verdict, "action": action, "action_reason": reason}
        given = {"check_id": f"check_{number}", "as_of": day(number), "model_version": champion}
        database.save_check(make_check(**given, **found))
        if action is Action.TRAIN:
            trainings.append(number)
            version = 1 + len(trainings)
            train(database, version, number, kind)
            champion = version if kind is DecisionKind.PROMOTION else champion
    return trainings


@pytest.mark.slow
def test_sixty_days_of_drift_that_pays_train_nine_times(either_database):
    """Once per cooldown of 7 days: days 1, 8, … 57."""
    assert live(either_database, 60, DecisionKind.PROMOTION) == list(range(1, 61, 7))


@pytest.mark.slow
def test_sixty_days_of_drift_that_does_not_pay_train_twice(either_database):
    """After two trainings that won nothing a person is asked, until one of theirs wins."""
    trainings = live(either_database, 60, DecisionKind.REFUSAL)
    asked = either_database.last_check(USE_CASE)
    train(either_database, 9, 60, DecisionKind.PROMOTION)
    history = either_database.history(USE_CASE, day(67))

    assert trainings == [1, 8]
    assert asked.action is Action.ASK
    assert govern(Verdict.HARMFUL_DRIFT, day(67), history, LIMITS)[0] is Action.TRAIN


def test_history_is_what_happened_before(either_database):
    """Checks and trainings of earlier instants, newest first, with what the trainings won."""
    for number, verdict in ((3, Verdict.NO_CHAMPION), (5, Verdict.HARMFUL_DRIFT)):
        either_database.save_check(
            make_check(check_id=f"check_{number}", as_of=day(number), verdict=verdict)
        )
    for version, number in ((1, 3), (2, 5), (3, 7), (4, 8)):
        kind = DecisionKind.REFUSAL if version == 2 else DecisionKind.PROMOTION
        train(either_database, version, number, kind)

    assert either_database.history(USE_CASE, day(7)) == History(
        checks=(
            PastCheck(day(5), 1, Verdict.HARMFUL_DRIFT, Action.NONE),
            PastCheck(day(3), 1, Verdict.NO_CHAMPION, Action.NONE),
        ),
        trainings=(PastTraining(day(5), won=False), PastTraining(day(3), won=True)),
    )


def test_a_check_sees_the_same_history_again(either_database):
    """Neither the check itself nor the training it asked for is part of its history."""
    before = either_database.history(USE_CASE, day(10))

    either_database.save_check(make_check(action=Action.TRAIN))
    either_database.save_model(make_version())

    assert either_database.history(USE_CASE, day(10)) == before


def test_history_knows_of_a_newer_check(either_database):
    """A check for an instant of the past is told so."""
    either_database.save_check(make_check(as_of=day(12)))
    either_database.save_check(make_check(check_id="newest", as_of=day(14)))

    assert either_database.history(USE_CASE, day(11)).newer_check == day(14)
    assert either_database.history(USE_CASE, day(14)).newer_check is None
