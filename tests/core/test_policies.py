"""Each policy trains when it says, and no other text is a policy."""

from datetime import timedelta

import pytest
from made import day

from lead_scoring.core.drift_records import Action
from lead_scoring.core.policies import PolicyKind
from lead_scoring.core.policies import Situation
from lead_scoring.core.policies import parse_period
from lead_scoring.core.policies import parse_policy
from lead_scoring.core.policies import wants_training


def situation(**given) -> Situation:
    """Return the fifteenth day with a champion trained on the first, and nothing to do."""
    usual = {
        "as_of": day(15),
        "has_champion": True,
        "action": Action.NONE,
        "last_training": day(1),
    }
    return Situation(**usual | given)


@pytest.mark.parametrize(
    ("text", "kind", "period", "settings"),
    [
        ("never", PolicyKind.NEVER, None, None),
        (" always ", PolicyKind.ALWAYS, None, None),
        ("every:14d", PolicyKind.EVERY, timedelta(days=14), None),
        ("drift", PolicyKind.DRIFT, None, None),
        ("drift:strict.yaml", PolicyKind.DRIFT, None, "strict.yaml"),
    ],
)
def test_every_form_is_read(text, kind, period, settings):
    """The name stays as it was given; period and file are told apart."""
    policy = parse_policy(text)

    assert (policy.kind, policy.period, policy.settings) == (kind, period, settings)
    assert policy.name == text.strip()


@pytest.mark.parametrize(
    "text", ["", "weekly", "every", "every:", "every:x", "never:1d", "drift:"]
)
def test_anything_else_is_refused_in_words(text):
    """The error says what was given and what may be."""
    with pytest.raises(ValueError, match=r"every:14d|such as 7d"):
        parse_policy(text)


@pytest.mark.parametrize("text", ["0d", "-1d", "7", "week"])
def test_a_period_is_more_than_nothing(text):
    """Zero, a negative and a number without a unit are no periods."""
    with pytest.raises(ValueError, match="such as 7d"):
        parse_period(text)


@pytest.mark.parametrize(
    ("text", "action", "expected"),
    [
        ("never", Action.TRAIN, False),
        ("always", Action.NONE, True),
        ("drift", Action.TRAIN, True),
        ("drift", Action.NONE, False),
        ("drift", Action.WAIT, False),
        ("drift", Action.ASK, False),
        ("drift:strict.yaml", Action.TRAIN, True),
    ],
)
def test_policies_with_a_champion(text, action, expected):
    """Never and always do not look at the check; drift does what it leads to."""
    wanted = wants_training(parse_policy(text), situation(action=action))

    assert wanted == expected


@pytest.mark.parametrize(("days", "expected"), [(14, True), (15, False), (13, True)])
def test_every_waits_for_its_period(days, expected):
    """A training is due when the period since the last one is over, to the instant."""
    wanted = wants_training(parse_policy(f"every:{days}d"), situation())

    assert wanted == expected


@pytest.mark.parametrize("text", ["never", "always", "every:14d"])
def test_without_a_champion_everybody_trains(text):
    """There must be a first model, whatever the check says."""
    assert wants_training(parse_policy(text), situation(has_champion=False))


@pytest.mark.parametrize(("action", "expected"), [(Action.TRAIN, True), (Action.WAIT, False)])
def test_drift_does_what_the_check_leads_to_even_without_a_champion(action, expected):
    """A governor that waits after a refused first training is obeyed."""
    now = situation(has_champion=False, action=action)

    assert wants_training(parse_policy("drift"), now) == expected


@pytest.mark.parametrize("text", ["never", "always", "every:1d", "drift"])
def test_a_data_fault_trains_nobody(text):
    """Not even always, not even where there is no champion."""
    now = situation(action=Action.STOP, has_champion=False)

    assert not wants_training(parse_policy(text), now)


def test_slugs_tell_policies_apart():
    """Two files of the same name in different folders get different slugs without odd letters."""
    slugs = {
        parse_policy(text).slug
        for text in ("drift", "drift:a/x.yaml", "drift:b/x.yaml", "every:14d", "every:1d")
    }

    assert len(slugs) == 5
    assert all(slug.replace("_", "").isalnum() for slug in slugs)
