"""Templates to pages."""

from functools import cache

from jinja2 import Environment
from jinja2 import PackageLoader
from jinja2 import StrictUndefined

from lead_scoring.service.console import shown


@cache
def templates() -> Environment:
    """Return the templates of the package; what they are given is escaped."""
    environment = Environment(
        loader=PackageLoader("lead_scoring.service.console", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for spell in (shown.number, shown.percent, shown.instant, shown.day):
        environment.filters[spell.__name__] = spell
    return environment


def prepare_templates() -> None:
    """Compile every template, so that no page waits for it."""
    environment = templates()
    for name in environment.list_templates():
        environment.get_template(name)
