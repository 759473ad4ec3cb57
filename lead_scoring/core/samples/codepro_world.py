"""What made-up CodePro leads are like: the same for every seed, so that samples agree."""

from typing import Final

import numpy as np

from lead_scoring.core.samples.levels import Levels
from lead_scoring.core.samples.levels import make_levels
from lead_scoring.core.samples.levels import zipf

INTERACTIONS: Final = (
    "1_on_1_industry_mentorship", "call_us_button_clicked", "career_assistance", "career_coach",
    "career_impact", "careers", "chat_clicked", "companies", "download_button_clicked",
    "download_syllabus", "emi_partner_click", "emi_plans_clicked", "fee_component_click",
    "hiring_partners", "homepage_upgrad_support_number_clicked",
    "industry_projects_case_studies", "live_chat_button_clicked", "payment_amount_toggle_mover",
    "placement_support", "placement_support_banner_tab_clicked", "program_structure",
    "programme_curriculum", "programme_faculty",
    "request_callback_on_instant_customer_support_cta_clicked", "shorts_entry_click",
    "social_referral_click", "specialisation_tab_clicked", "specializations",
    "specilization_click", "syllabus", "syllabus_expand", "syllabus_submodule_expand",
    "tab_career_assistance", "tab_job_opportunities", "tab_student_support",
    "view_programs_page", "whatsapp_chat_click",
)  # fmt: skip
EMPTY: Final = frozenset(
    {
        "1_on_1_industry_mentorship",
        "career_coach",
        "chat_clicked",
        "download_syllabus",
        "homepage_upgrad_support_number_clicked",
        "industry_projects_case_studies",
        "payment_amount_toggle_mover",
        "program_structure",
    }
)
"""Interaction columns without a single value."""

_CITIES: Final = (
    "ncr", "mumbai", "bengaluru", "hyderabad", "pune", "chennai", "kolkata", "lucknow",
    "ahmedabad", "jaipur", "patna", "indore", "bhubaneswar", "nagpur", "coimbatore", "bhopal",
    "guwahati", "chandigarh", "dehradun", "ludhiana", "surat", "ranchi", "ernakulam",
    "visakhapatnam", "vadodara", "kanpur", "vijayawada", "raipur", "mysuru", "agra", "nashik",
    "meerut", "madurai", "kochi", "varanasi", "rajkot", "gwalior", "jabalpur", "aligarh",
)  # fmt: skip
_SIGNIFICANT: Final = {
    "first_platform_c": (0, 3, 7, 1, 2, 8),
    "first_utm_medium_c": (0, 2, 6, 3, 4, 9, 11, 5, 8, 20, 13, 30, 33, 16, 10, 15, 26, 43),
    "first_utm_source_c": (2, 0, 7, 4, 6, 16, 5, 14),
}
_SIZES: Final = {"first_platform_c": 48, "first_utm_medium_c": 45, "first_utm_source_c": 140}
_POWERS: Final = {"first_platform_c": 1.6, "first_utm_medium_c": 1.2, "first_utm_source_c": 1.7}
_WORLD: Final = 7
_SIGNAL: Final = 0.75
_DRIFT: Final = 0.9
_FOREIGN_SHARE: Final = 0.4


def channels() -> dict[str, Levels]:
    """Return platform, medium and source by column, under the codes of the training file."""
    return {column: _levels(column, _codes(column)) for column in _SIZES}


def recoded_channels() -> dict[str, Levels]:
    """Return the same levels under other codes, some never seen in the training file."""
    rng = np.random.default_rng([_WORLD, len(_SIZES)])
    recoded = {}
    for column, size in _SIZES.items():
        codes = rng.permutation(size)
        foreign = rng.random(size) < _FOREIGN_SHARE
        codes[foreign] += size
        recoded[column] = _levels(column, [int(code) for code in codes])
    return recoded


def cities() -> Levels:
    """Return the cities: big ones, hundreds of small ones, missing, and the text ``nan``."""
    rng = np.random.default_rng([_WORLD, len(_SIZES) + 1])
    small = [f"town {number}" for number in range(1, 401)]
    shares = np.concatenate(
        [0.90 * zipf(len(_CITIES), 1.1), 0.06 * zipf(len(small), 0.5), [0.026, 0.014]]
    )
    names = [*_CITIES, *small, None, "nan"]
    return make_levels(rng, names, shares, signal=0.25, drift=0.0)


def _codes(column: str) -> list[int]:
    known = _SIGNIFICANT[column]
    return [*known, *(code for code in range(_SIZES[column]) if code not in known)]


def _levels(column: str, codes: list[int]) -> Levels:
    rng = np.random.default_rng([_WORLD, list(_SIZES).index(column)])
    shares = zipf(len(codes), _POWERS[column])
    names = [f"Level{code}" for code in codes]
    return make_levels(rng, names, shares, signal=_SIGNAL, drift=_DRIFT)
