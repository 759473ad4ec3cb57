"""The page that lists every key of a config, made of the same schema editors read."""

import json
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel

from lead_scoring.config.allowed import Fragment
from lead_scoring.config.allowed import Places
from lead_scoring.config.json_schema import SCHEMA_FOLDER
from lead_scoring.config.json_schema import schema_of
from lead_scoring.config.platform import Platform
from lead_scoring.config.use_case import UseCase

REFERENCE_FILE: Final = "CONFIG.md"

_OPENING: Final = f"""\
# Every key of a config

`lead-scoring schema --write` makes this page and the schemas in `configs/{SCHEMA_FOLDER}/` from
the models that configs are checked against; change the models, not this page.

An editor with a YAML language server (VS Code with its YAML extension, JetBrains, Neovim)
completes keys, shows these words and marks mistakes in a config that begins with

```yaml
# yaml-language-server: $schema={SCHEMA_FOLDER}/use_case.json
```

A key without a default is needed where its section is written.
`[]` stands for each entry of a list, `<name>` for a name of your own.
"""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a config that has keys.

    Attributes:
        path: Where it stands; empty for the top.
        choice: What tells it from the alternatives at the same place; empty if there are none.
        place: What the schema says of it.
    """

    path: str
    choice: str
    place: Fragment


def reference() -> str:
    """Return the page as Markdown."""
    use_case = _part("A use case", "`configs/<use_case>.yaml`", UseCase)
    platform = _part("The platform", "`configs/platform.yaml`", Platform)
    return "\n".join([_OPENING, *use_case, *platform]).rstrip() + "\n"


def _part(title: str, file: str, model: type[BaseModel]) -> Iterator[str]:
    schema = schema_of(model)
    places = Places(schema)
    yield f"## {title}: {file}\n"
    for section in _sections(places, Section("", "", schema), set()):
        if section.path:
            yield f"### `{section.path}`{section.choice}\n"
        yield f"{section.place['description']}\n"
        yield "| key | what it may be | default | what it is |\n| --- | --- | --- | --- |"
        needed = section.place.get("required", ())
        for key, place in section.place["properties"].items():
            yield _row(places, key, place, needed=key in needed)
        yield ""


def _sections(places: Places, section: Section, seen: set[int]) -> Iterator[Section]:
    """Iterate over a section and those below it, each model once."""
    if id(section.place["properties"]) in seen:
        return
    seen.add(id(section.place["properties"]))
    yield section
    for key, place in section.place["properties"].items():
        path = f"{section.path}.{key}" if section.path else key
        for below in _below(places, path, place):
            yield from _sections(places, below, seen)


def _below(places: Places, path: str, place: Fragment) -> Iterator[Section]:
    for one in places.alternatives(place):
        if "properties" in one:
            yield Section(path, _choice(one), one)
        if isinstance(one.get("items"), Mapping):
            yield from _below(places, f"{path}[]", one["items"])
        for named in _named(one):
            yield from _below(places, f"{path}.<name>", named)


def _named(one: Fragment) -> Iterator[Fragment]:
    yield from one.get("patternProperties", {}).values()
    if isinstance(one.get("additionalProperties"), Mapping):
        yield one["additionalProperties"]


def _choice(one: Fragment) -> str:
    """Return the first key if it has one value or a few: it tells alternatives apart."""
    key, first = next(iter(one["properties"].items()))
    values: Sequence[str] = [first["const"]] if "const" in first else first.get("enum", ())
    told = bool(values) and key in one.get("required", ())
    return f" with {key}: {' or '.join(values)}" if told else ""


def _row(places: Places, key: str, place: Fragment, *, needed: bool) -> str:
    words = place.get("description") or next(
        (one["description"] for one in places.alternatives(place) if "description" in one), ""
    )
    default = "**needed**" if needed else _default(place)
    cells = (f"`{key}`", places.words(place, brief=True), default, words)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _default(place: Fragment) -> str:
    if "default" not in place:
        return ""
    value = place["default"]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
