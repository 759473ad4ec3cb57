"""How many examples property tests try: few and the same every time, or many new ones."""

from typing import Final

from hypothesis import settings

SEEDED: Final = "seeded"
"""Profile of ``make test``: the same examples every time."""
FAST: Final = "fast"
"""Profile of ``make test-fast``: the first few of these."""
PROOF: Final = "proof"
"""Profile of ``make proof``: other examples every time, many more of them."""
TIMES: Final = 20
_FEW: Final = 20
_USUAL: Final = 100


def register_profiles() -> None:
    """Make the profiles known and take the seeded one."""
    settings.register_profile(FAST, max_examples=_FEW, derandomize=True, deadline=None)
    settings.register_profile(SEEDED, max_examples=_USUAL, derandomize=True, deadline=None)
    settings.register_profile(
        PROOF,
        max_examples=_USUAL * TIMES,
        derandomize=False,
        deadline=None,
        database=None,
        print_blob=True,
    )
    settings.load_profile(SEEDED)


def examples(usual: int) -> int:
    """Return how many examples a test tries that usually tries so many.

    >>> examples(5) in {1, 5, 5 * TIMES}
    True
    """
    return usual * settings().max_examples // _USUAL
