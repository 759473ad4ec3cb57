"""Says what is wrong with a config: line, key, value, and what is allowed there."""

import re
from collections.abc import Mapping
from typing import Any
from typing import Final
from typing import NamedTuple

from pydantic import BaseModel
from pydantic import ValidationError

from lead_scoring.config.allowed import Places
from lead_scoring.config.allowed import either
from lead_scoring.config.allowed import listed
from lead_scoring.config.json_schema import schema_of
from lead_scoring.config.spelling import did_you_mean
from lead_scoring.config.yaml_file import Key
from lead_scoring.config.yaml_file import YamlFile
from lead_scoring.config.yaml_file import inside

MAX_FAULTS: Final = 10
MAX_SHOWN: Final = 80
"""Characters of a value that are shown, at most."""

Path = tuple[Key, ...]
_PREFIX: Final = re.compile(r"([a-z_]+)((?:\.[^\s:.]+)*): (.+)", re.DOTALL)
_KEY: Final = "[key]"
_STEP: Final = re.compile(r"preparation step (\d+) ")


class Fault(NamedTuple):
    """One thing that is wrong: where, keys from the top and positions from 0, and what."""

    path: Path
    problem: str


def describe(
    error: ValidationError, model: type[BaseModel], file: YamlFile, elsewhere: Mapping[str, str]
) -> tuple[str, ...]:
    """Return a line for each fault, at most `MAX_FAULTS` and how many more there are.

    Args:
        error: What pydantic has against the content.
        model: The model the content was held against.
        file: The content and its lines.
        elsewhere: Keys at the top that do not come from the file, and where they come from.
    """
    reader = _Reader(Places(schema_of(model)), file, elsewhere)
    raw = error.errors(include_url=False)
    faults = tuple(dict.fromkeys(reader.fault(each) for each in raw))
    lines = [_line(fault, file, elsewhere) for fault in faults[:MAX_FAULTS]]
    if len(faults) > MAX_FAULTS:
        lines.append(f"and {len(faults) - MAX_FAULTS} more")
    return tuple(lines)


def _line(fault: Fault, file: YamlFile, elsewhere: Mapping[str, str]) -> str:
    if fault.path and str(fault.path[0]) in elsewhere:
        return f"{elsewhere[str(fault.path[0])]}: {fault.problem}"
    line = file.line(fault.path)
    place = ", ".join(
        part for part in (f"line {line}" if line else "", spelled(fault.path)) if part
    )
    return f"{place}: {fault.problem}" if place else fault.problem


def spelled(path: Path) -> str:
    """Return a path as people read it; entries of lists are counted from 1.

    >>> spelled(("preparation", 0, "columns"))
    'preparation[1].columns'
    """
    text = ""
    for key in path:
        if isinstance(key, int):
            text += f"[{key + 1}]"
        else:
            text += f".{key}" if text else key
    return text


class _Reader:
    """Turns pydantic's faults into ours."""

    def __init__(self, places: Places, file: YamlFile, elsewhere: Mapping[str, str]) -> None:
        self._places = places
        self._file = file
        self._elsewhere = elsewhere

    def fault(self, raw: Any) -> Fault:
        """Return one of pydantic's faults in words."""
        kind = raw["type"]
        path = self._path(raw["loc"], missing=kind == "missing")
        if kind == "value_error":
            return self._own(path, str(raw["ctx"]["error"]))
        if raw["loc"][-1:] == (_KEY,):
            return Fault(path, self._wrong_key(path))
        if kind == "extra_forbidden":
            return Fault(path, self._unknown(path))
        if kind.startswith("union_tag"):
            path = (*path, raw["ctx"]["discriminator"].strip("'"))
            return Fault(path, self._untold(path))
        return Fault(path, self._wrong(path, raw))

    def _untold(self, path: Path) -> str:
        """Say of a key that tells alternatives apart that it does not."""
        place = self._places.at(path[:-1], self._file.content) or {}
        kinds = list(place.get("discriminator", {}).get("mapping", ()))
        given = self._file.value(path)
        if given is None:
            return f"is missing; needed: {either(kinds)}"
        return f"got {self._shown(path)}; allowed: {either(kinds)}{did_you_mean(given, kinds)}"

    def _path(self, location: tuple[Key, ...], *, missing: bool) -> Path:
        """Return the keys of a location that stand in the file, without pydantic's own marks."""
        content: object = self._file.content
        path: list[Key] = []
        for at, part in enumerate(location):
            below = inside(content, part)
            if below is None and not (missing and at == len(location) - 1):
                continue
            path.append(part if isinstance(content, list) else str(part))
            content = below[0] if below else None
        return tuple(path)

    def _own(self, path: Path, message: str) -> Fault:
        """Take the key a message of ours begins with as part of the path."""
        step = _STEP.match(message) if not path else None
        if step is not None:
            return Fault(("preparation", int(step[1]) - 1), message)
        begun = _PREFIX.fullmatch(message)
        place = self._places.at(path, self._file.content)
        if begun is None or place is None:
            return Fault(path, message)
        if begun[1] not in self._places.keys(place, None):
            return Fault(path, message)
        below = [part for part in begun[2].split(".") if part]
        return Fault((*path, begun[1], *below), begun[3])

    def _unknown(self, path: Path) -> str:
        above, key = path[:-1], str(path[-1])
        place = self._places.at(above, self._file.content)
        if place is None:
            return "there is no such key"
        known = self._places.keys(place, self._file.value(above))
        meant = did_you_mean(key, known)
        sections = [name for name in self._places.paths_of(key) if name != spelled(above)]
        if not meant and sections:
            meant = f"; it belongs in {' or '.join(sections)}"
        here = f"{spelled(above)} has" if above else "there are"
        return f"there is no such key{meant or f'; {here} {listed(known)}'}"

    def _wrong_key(self, path: Path) -> str:
        place = self._places.at(path[:-1], self._file.content) or {}
        names = place.get("propertyNames", {})
        meant = did_you_mean(path[-1], self._places.choices(names))
        return f"the key is not allowed; allowed: {self._places.words(names)}{meant}"

    def _wrong(self, path: Path, raw: Any) -> str:
        place = self._places.at(path, self._file.content) or {}
        allowed = self._places.words(place) if place else raw["msg"]
        if raw["type"] == "missing":
            return f"is missing; needed: {allowed}"
        if place.get("format") == "password":
            return f"the value (not shown) is wrong; allowed: {allowed}"
        value = self._file.value(path)
        meant = did_you_mean(value, self._places.choices(place))
        hint = ""
        if raw["type"] == "string_type" and isinstance(value, bool | int | float):
            taken = "true or false" if isinstance(value, bool) else "a number"
            hint = f"; YAML takes it for {taken}, put it in quotes"
        return f"got {self._shown(path)}; allowed: {allowed}{meant}{hint}"

    def _shown(self, path: Path) -> str:
        value = self._file.value(path)
        if value is None:
            return "nothing"
        if isinstance(value, Mapping | list):
            kind = "section" if isinstance(value, Mapping) else "list"
            return f"a {kind}" if value else f"an empty {kind}"
        written = None if path[0] in self._elsewhere else self._file.text(path)
        return repr(written or value)[:MAX_SHOWN]
