"""The pages; a module here has a router, and what the navigation leads to has a tab."""

from typing import Final

from fastapi import APIRouter

from lead_scoring.service.console.access import Permission
from lead_scoring.service.console.console import Tab
from lead_scoring.service.console.pages import downloads
from lead_scoring.service.console.pages import drift
from lead_scoring.service.console.pages import held
from lead_scoring.service.console.pages import home
from lead_scoring.service.console.pages import lead
from lead_scoring.service.console.pages import leads
from lead_scoring.service.console.pages import models
from lead_scoring.service.console.pages import overview
from lead_scoring.service.console.pages import quarantine
from lead_scoring.service.console.pages import realised
from lead_scoring.service.console.pages import week
from lead_scoring.service.console.pages import what_if
from lead_scoring.service.console.pages import why

ROUTERS: Final[tuple[APIRouter, ...]] = (
    home.router,
    overview.router,
    leads.router,
    downloads.router,
    lead.router,
    what_if.router,
    why.router,
    realised.router,
    week.router,
    models.router,
    drift.router,
    held.router,
    quarantine.router,
)

TABS: Final = (
    Tab("leads", "Call list"),
    Tab("what_if", "What if", Permission.SCORE),
    Tab("realised", "Realised"),
    Tab("week", "Week"),
    Tab("model", "Model"),
    Tab("drift", "Drift"),
    Tab("held", "Held back"),
    Tab("quarantine", "Quarantine"),
)
