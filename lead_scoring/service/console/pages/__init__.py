"""The pages; a module here has a router, and what the navigation leads to has a tab."""

from typing import Final

from fastapi import APIRouter

from lead_scoring.service.console.console import Tab
from lead_scoring.service.console.pages import home
from lead_scoring.service.console.pages import leads

ROUTERS: Final[tuple[APIRouter, ...]] = (home.router, leads.router)

TABS: Final = (Tab("leads", "Call list"),)
