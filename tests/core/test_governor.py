"""What verdicts lead to; every count is worked by hand from the limits."""

from dataclasses import replace
from datetime import timedelta

import pytest
from made import day

from lead_scoring.config.drift import GovernorConfig
from lead_scoring.core.drift_records import Action
from lead_scoring.core.drift_records import Override
from lead_scoring.core.drift_records import OverrideKind
from lead_scoring.core.drift_records import Verdict
from lead_scoring.core.governor import History
from lead_scoring.core.governor import PastCheck
from lead_scoring.core.governor import PastTraining
from lead_scoring.core.governor import govern

LIMITS = GovernorConfig()
HARMFUL = Verdict.HARMFUL_DRIFT


def checked(number, verdict=HARMFUL, action=Action.WAIT, version=1):
    """Make an earlier check of a day."""
    return PastCheck(day(number), version, verdict, action)


def trained(number, won):
    """Make an earlier training of a day."""
    return PastTraining(day(number), won=won)


def act(verdict=HARMFUL, number=60, *, limits=LIMITS, version=1, override=None, **history):
    """Return the action on a day."""
    action, reason = govern(
        verdict,
        day(number),
        History(**history),
        limits,
        model_version=version,
        override=override,
    )

    assert reason
    return action


def live(days, limits, *, wins, makes=True, every=1, verdict=HARMFUL):
    """Check once per ``every`` days; return the days on which it trained and what was last done.

    A training that wins makes a new champion, which the next checks are of.
    """
    history, version, trainings = History(), 1, []
    action = Action.NONE
    for number in range(1, days + 1, every):
        action, _ = govern(verdict, day(number), history, limits, model_version=version)
        check = checked(number, verdict, action, version)
        history = replace(history, checks=(check, *history.checks))
        if action is Action.TRAIN:
            trainings.append(number)
            version += wins
            if makes:
                made = (trained(number, wins), *history.trainings)
                history = replace(history, trainings=made)
    return trainings, action


@pytest.mark.parametrize(
    ("number", "action"), [(57, Action.NONE), (58, Action.TRAIN), (70, Action.TRAIN)]
)
def test_a_training_is_due_when_the_last_one_is_old(number, action):
    """Three weeks after day 37 a stable champion is trained anew, where the config asks for it."""
    renewed = GovernorConfig(max_age=timedelta(days=21))

    assert (
        act(Verdict.STABLE, number, limits=renewed, trainings=(trained(37, won=True),)) is action
    )


def test_a_renewal_is_held_back_like_any_training():
    """After two trainings that won nothing a person is asked, however old the champion is."""
    renewed = GovernorConfig(max_age=timedelta(days=21))
    lost = (trained(30, won=False), trained(20, won=False))

    assert act(Verdict.STABLE, limits=renewed, trainings=lost) is Action.ASK


@pytest.mark.parametrize(
    ("verdict", "action"),
    [
        (Verdict.NO_CHAMPION, Action.TRAIN),
        (Verdict.STABLE, Action.NONE),
        (Verdict.VIRTUAL_DRIFT, Action.NONE),
        (Verdict.HARMFUL_DRIFT, Action.TRAIN),
        (Verdict.DATA_FAULT, Action.STOP),
        (Verdict.NOT_ENOUGH_DATA, Action.NONE),
    ],
)
def test_each_verdict_leads_to_an_action(verdict, action):
    """Where nothing happened before, the verdict alone decides."""
    assert act(verdict) is action


def test_sixty_days_of_drift_train_once_a_week_where_it_pays():
    """A cooldown of 7 days lets days 1, 8, … 57 through: nine trainings of sixty checks."""
    trainings, _ = live(60, LIMITS, wins=True)

    assert trainings == [1, 8, 15, 22, 29, 36, 43, 50, 57]


def test_sixty_days_of_drift_train_twice_where_nothing_is_won():
    """The breaker opens after two trainings that won nothing and stays open: a person is asked."""
    trainings, last = live(60, LIMITS, wins=False)

    assert (trainings, last) == ([1, 8], Action.ASK)


def test_sixty_days_of_drift_are_bounded_by_the_period():
    """At most two in 28 days: 1 and 8, then 29 as 1 is out, 36 as 8 is out, 57 as 29 is out."""
    limits = GovernorConfig(max_trainings=2)

    trainings, _ = live(60, limits, wins=True)

    assert trainings == [1, 8, 29, 36, 57]


def test_a_weekly_check_may_train_each_time():
    """Exactly one cooldown later is late enough."""
    trainings, _ = live(29, LIMITS, wins=True, every=7)

    assert trainings == [1, 8, 15, 22, 29]


def test_trainings_that_were_asked_for_and_made_nothing_count():
    """A training that fails each time is asked for twice; then a person has to look."""
    trainings, last = live(60, LIMITS, wins=False, makes=False)

    assert (trainings, last) == ([1, 8], Action.ASK)


def test_without_a_champion_too_little_data_is_tried_again():
    """A first training that found too few rows is asked for again with the next load."""
    trainings, _ = live(5, LIMITS, wins=False, makes=False, verdict=Verdict.NO_CHAMPION)

    assert trainings == [1, 2, 3, 4, 5]


def test_without_a_champion_refused_models_cool_down_and_break():
    """Models that were refused hold the next one back, and two of them ask for a person."""
    trainings, last = live(60, LIMITS, wins=False, verdict=Verdict.NO_CHAMPION)

    assert (trainings, last) == ([1, 8], Action.ASK)


def test_the_breaker_says_how_to_go_on():
    """The sentence names the trainings and both ways to train all the same."""
    _, reason = govern(
        HARMFUL,
        day(60),
        History(trainings=(trained(40, won=False), trained(31, won=False))),
        LIMITS,
    )

    assert reason == (
        "the last 2 trainings won nothing (2024-02-09 00:00 UTC, 2024-01-31 00:00 UTC), so "
        "another one needs a person: find out why, then trigger the training DAG with a reason, "
        "or run `lead-scoring train … --reason …`, or override this check with `train`"
    )


def test_a_training_that_wins_closes_the_breaker():
    """Only trainings in a row count."""
    lost = (trained(30, won=False), trained(20, won=False))

    assert act(trainings=lost) is Action.ASK
    assert act(trainings=(trained(40, won=True), *lost)) is Action.TRAIN
    assert act(trainings=(lost[0], trained(25, won=True), lost[1])) is Action.TRAIN


def test_a_training_by_hand_counts_for_the_cooldown():
    """Whoever asked for it, the next one waits; the sentence says until when."""
    action, reason = govern(
        HARMFUL, day(12), History(trainings=(trained(8, won=True),)), LIMITS, model_version=1
    )

    assert action is Action.WAIT
    assert reason == (
        "the last training was for 2024-01-08 00:00 UTC; the next may come 7 days later, "
        "from 2024-01-15 00:00 UTC"
    )


def test_the_period_says_when_the_next_training_may_come():
    """Four trainings in 28 days; the oldest of them, day 32, leaves the period on day 60."""
    limits = GovernorConfig(cooldown="12h")
    history = History(trainings=tuple(trained(number, won=True) for number in (50, 44, 38, 32)))

    action, reason = govern(HARMFUL, day(59), history, limits)

    assert action is Action.WAIT
    assert reason == (
        "4 trainings within 28 days, at most 4 are allowed; the next may come from "
        "2024-02-29 00:00 UTC"
    )
    assert govern(HARMFUL, day(60), history, limits)[0] is Action.TRAIN


@pytest.mark.parametrize(
    ("earlier", "action"),
    [
        pytest.param((), Action.WAIT, id="first"),
        pytest.param((checked(59),), Action.TRAIN, id="second in a row"),
        pytest.param((checked(59, Verdict.STABLE), checked(58)), Action.TRAIN, id="2 of 3"),
        pytest.param(
            (checked(59, Verdict.STABLE), checked(58, Verdict.VIRTUAL_DRIFT), checked(57)),
            Action.WAIT,
            id="too long ago",
        ),
        pytest.param((checked(59, version=2),), Action.WAIT, id="another champion"),
        pytest.param(
            (
                checked(59, Verdict.DATA_FAULT),
                checked(58, Verdict.NOT_ENOUGH_DATA),
                checked(57, Verdict.STABLE),
                checked(56),
            ),
            Action.TRAIN,
            id="checks that judged nothing",
        ),
        pytest.param((checked(59, Verdict.STABLE), checked(59)), Action.WAIT, id="same instant"),
    ],
)
def test_drift_is_confirmed_by_two_of_three_checks(earlier, action):
    """Only checks that judged this champion count, one per instant."""
    limits = GovernorConfig(confirm=2, of_last=3)

    assert act(limits=limits, checks=earlier) is action


@pytest.mark.parametrize("verdict", [Verdict.NO_CHAMPION, HARMFUL])
def test_a_load_of_the_past_never_trains(verdict):
    """Where a later instant was checked already, a backfill leads to nothing."""
    assert act(verdict, newer_check=day(61)) is Action.NONE


@pytest.mark.parametrize("verdict", [one for one in Verdict if one is not Verdict.DATA_FAULT])
def test_a_person_outweighs_verdict_and_governor(verdict):
    """``train`` trains in spite of breaker and cooldown; ``keep`` does not train."""
    lost = (trained(59, won=False), trained(58, won=False))
    train, keep = (
        Override(kind, "ada", "a new form") for kind in (OverrideKind.TRAIN, OverrideKind.KEEP)
    )

    assert act(verdict, trainings=lost, override=train) is Action.TRAIN
    assert act(verdict, override=keep) is Action.NONE


@pytest.mark.parametrize("kind", list(OverrideKind))
def test_a_data_fault_stops_whatever_people_say(kind):
    """Not even a person trains on a data fault; accepting the load changes the verdict first."""
    assert act(Verdict.DATA_FAULT, override=Override(kind, "ada", "hm")) is Action.STOP


def test_an_accepted_load_is_governed_as_any_other():
    """``accept`` says nothing about training."""
    accept = Override(OverrideKind.ACCEPT, "ada", "the form changed")

    assert act(override=accept) is Action.TRAIN
    assert act(Verdict.STABLE, override=accept) is Action.NONE


def test_lengths_are_said_in_their_own_units():
    """A cooldown of 90 minutes is said in minutes, one of a day in the singular."""
    history = History(trainings=(PastTraining(day(2) - timedelta(minutes=1), won=True),))
    said = [
        govern(HARMFUL, day(2), history, GovernorConfig(cooldown=length))[1]
        for length in ("90m", "6h", "1d")
    ]

    words = ("90 minutes later", "6 hours later", "1 day later")
    assert [word in reason for word, reason in zip(words, said, strict=True)] == [True] * 3
