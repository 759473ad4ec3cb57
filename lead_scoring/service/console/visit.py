"""What a page is given: who asks, for which use case, and how to answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from typing import Annotated
from typing import Any
from urllib.parse import urlencode

from fastapi import Depends
from fastapi import HTTPException
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.responses import RedirectResponse

from lead_scoring.config.use_case import UseCase
from lead_scoring.service.console.access import Permission
from lead_scoring.service.console.access import Principal
from lead_scoring.service.console.console import Console
from lead_scoring.service.console.rendering import templates

if TYPE_CHECKING:
    from lead_scoring.io.database import Database


@dataclass(frozen=True)
class Visit:
    """A request of somebody who is logged in.

    Attributes:
        request: The request.
        console: What all pages share.
        principal: Who asks.
        form: What was sent by a form, the last value of each field.
    """

    request: Request
    console: Console
    principal: Principal
    form: Mapping[str, str]

    @property
    def database(self) -> "Database":
        """The platform database, which stays open."""
        return self.console.database

    def page(self, template: str, status: int = HTTPStatus.OK, **context: Any) -> HTMLResponse:
        """Return a page made of a template."""
        return render(self.request, template, status, {**self._context(), **context})

    def go(self, route: str, said: str = "", **values: object) -> RedirectResponse:
        """Send the browser to a page after a form was accepted.

        Args:
            route: Name of the page's route.
            said: What was done, in a sentence that the page shows once.
            values: Values of its path, and of its query.
        """
        notice = {"said": self.console.tokens.for_notice(said)} if said else {}
        return RedirectResponse(
            url_of(self.request, route, **values, **notice), HTTPStatus.SEE_OTHER
        )

    def _context(self) -> dict[str, Any]:
        return {"principal": self.principal}


@dataclass(frozen=True)
class UseCaseVisit(Visit):
    """A request for a page of one use case."""

    use_case: UseCase

    def may(self, permission: Permission) -> bool:
        """Whether who asks may do something with the use case."""
        return self.principal.may(permission, self.use_case.use_case)

    def go(self, route: str, said: str = "", **values: object) -> RedirectResponse:
        """Send the browser to a page of the same use case, see `Visit.go`."""
        return super().go(route, said, **{"use_case": self.use_case.use_case, **values})

    def _context(self) -> dict[str, Any]:
        tabs = [tab for tab in self.console.tabs if self.may(tab.permission)]
        titles = {
            name: title
            for name, title in self.console.titles().items()
            if self.principal.may(Permission.READ, name)
        }
        return {**super()._context(), "use_case": self.use_case, "tabs": tabs, "titles": titles}


def render(
    request: Request, template: str, status: int, context: Mapping[str, Any]
) -> HTMLResponse:
    """Return a page; what every template may use is added, and nobody need be logged in."""
    console: Console = request.app.state.console
    principal: Principal | None = context.get("principal")
    use_case: UseCase | None = context.get("use_case")

    def url(route: str, **values: object) -> str:
        return url_of(request, route, **values)

    def csrf() -> Markup:
        token = console.tokens.for_form(principal.name if principal else "")
        return Markup('<input type="hidden" name="token" value="{}">').format(token)

    def may(permission: str) -> bool:
        if principal is None or use_case is None:
            return False
        return principal.may(Permission(permission), use_case.use_case)

    shared = {
        "principal": None,
        "use_case": None,
        "tabs": (),
        "titles": {},
        "route": getattr(request.scope.get("route"), "name", ""),
        "url": url,
        "csrf": csrf,
        "may": may,
        "static": lambda name: url("static", path=name),
        "said": console.tokens.notice(request.query_params.get("said", "")),
        "entrance": console.entrance,
        "here": request.scope.get("root_path", ""),
    }
    text = templates().get_template(template).render({**shared, **context})
    return HTMLResponse(text, status)


def url_of(request: Request, route: str, **values: object) -> str:
    """Return the path of a named route below where the console is mounted.

    Values that are not in its path become its query; those that are None or empty are left out.
    """
    names = _path_names(request, route)
    path = request.app.url_path_for(
        route, **{name: str(value) for name, value in values.items() if name in names}
    )
    query = {
        name: value
        for name, value in values.items()
        if name not in names and value is not None and value not in ("", ())
    }
    spelled = f"?{urlencode(query, doseq=True)}" if query else ""
    return f"{request.scope.get('root_path', '')}{path}{spelled}"


def _path_names(request: Request, route: str) -> frozenset[str]:
    for known in request.app.routes:
        if getattr(known, "name", None) == route:
            return frozenset(getattr(known, "param_convertors", {}))
    return frozenset()


def visits(request: Request) -> Visit:
    """Return the visit of somebody who is logged in."""
    return Visit(request, request.app.state.console, request.state.principal, request.state.form)


def reads(visit: Annotated[Visit, Depends(visits)], use_case: str) -> UseCaseVisit:
    """Return the visit of somebody who may read a use case."""
    return _with(visit, use_case, Permission.READ)


def scores(visit: Annotated[Visit, Depends(visits)], use_case: str) -> UseCaseVisit:
    """Return the visit of somebody who may score with a use case."""
    return _with(visit, use_case, Permission.SCORE)


def decides(visit: Annotated[Visit, Depends(visits)], use_case: str) -> UseCaseVisit:
    """Return the visit of somebody who may decide for a use case."""
    return _with(visit, use_case, Permission.DECIDE)


def _with(visit: Visit, use_case: str, permission: Permission) -> UseCaseVisit:
    """Ask for the permission first: who may not read learns not even which use cases there are.

    Raises:
        HTTPException: They may not.
        UnknownIdError: There is no such use case.
    """
    if not visit.principal.may(permission, use_case):
        detail = f"{visit.principal.name} may not {permission} {use_case}"
        raise HTTPException(HTTPStatus.FORBIDDEN, detail)
    config = visit.console.use_case(use_case)
    return UseCaseVisit(visit.request, visit.console, visit.principal, visit.form, config)


Visitor = Annotated[Visit, Depends(visits)]
Reader = Annotated[UseCaseVisit, Depends(reads)]
Scorer = Annotated[UseCaseVisit, Depends(scores)]
Decider = Annotated[UseCaseVisit, Depends(decides)]
