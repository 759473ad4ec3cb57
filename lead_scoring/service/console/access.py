"""Who somebody is, what they may do, and how they come in."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request


class Permission(StrEnum):
    """What somebody may do with a use case; each one stands alone."""

    READ = "read"
    SCORE = "score"
    DECIDE = "decide"


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who is logged in.

    Attributes:
        name: Name that is kept with what they decide.
        may: Whether they may do something with a use case, by its name.
    """

    name: str
    may: Callable[[Permission, str], bool]


@dataclass(frozen=True, slots=True)
class Entrance:
    """How people come into the console.

    Attributes:
        authenticate: FastAPI dependency that returns the `Principal` of a request and raises
            ``HTTPException(401)`` where nobody is logged in.
        secret: Signs what forms carry; whoever knows it can forge them.
        log_in: Where to log in and then come back to a page, given the request for it.
        log_out: Path below the console that a form is sent to to log out; empty where the console
            does not log out.
        sends: Whether somebody unknown who opens a page is sent to the log-in at once.
        router: Routes of the log-in itself, the only pages that are open to everybody.
    """

    authenticate: Callable[..., Any]
    secret: str
    log_in: Callable[[Request], str]
    log_out: str = ""
    sends: bool = False
    router: APIRouter | None = None
