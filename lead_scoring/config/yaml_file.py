"""Reads a YAML file with the line of every key, and refuses what YAML would take in silence."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from typing import Final

import yaml

from lead_scoring.errors import ConfigError

Key = str | int
"""A key of a mapping, or the position of an entry of a list, from 0."""

_TEXT: Final = "tag:yaml.org,2002:str"
_BOOLEAN: Final = "tag:yaml.org,2002:bool"
_MERGE: Final = "<<"


def inside(content: object, key: Key) -> tuple[object] | None:
    """Return what stands under a key or at a position, alone in a tuple; None if nothing does."""
    if isinstance(content, dict):
        return next(((value,) for name, value in content.items() if str(name) == str(key)), None)
    if isinstance(content, list) and isinstance(key, int) and key < len(content):
        return (content[key],)
    return None


@dataclass(frozen=True, slots=True)
class YamlFile:
    """Keys and values of a file, and where they stand.

    Attributes:
        content: What the file holds.
        root: The same with its marks; ``None`` where there is no file.
    """

    content: dict[str, Any]
    root: yaml.Node | None = None

    def value(self, path: Sequence[Key]) -> object:
        """Return what stands at a path; None where nothing does."""
        found: object = self.content
        for key in path:
            below = inside(found, key)
            found = below[0] if below else None
        return found

    def line(self, path: Sequence[Key]) -> int | None:
        """Return the line of a key, from 1; of the last one above it that is there."""
        found = self._walk(path)
        return found[0] if found else None

    def text(self, path: Sequence[Key]) -> str | None:
        """Return a value as the file spells it; None where it is no single value."""
        found = self._walk(path)
        if found is None or not found[2] or not isinstance(found[1], yaml.ScalarNode):
            return None
        return str(found[1].value)

    def _walk(self, path: Sequence[Key]) -> tuple[int, yaml.Node, bool] | None:
        """Return line and node of a path, and whether it was there to its end."""
        if self.root is None:
            return None
        node, line = self.root, self.root.start_mark.line + 1
        for key in path:
            below = _below(node, key)
            if below is None:
                return line, node, False
            line, node = below
        return line, node, True


def _below(node: yaml.Node, key: Key) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if isinstance(name, yaml.ScalarNode) and name.value == str(key):
                return name.start_mark.line + 1, value
    elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        entry = node.value[key]
        return entry.start_mark.line + 1, entry
    return None


def read_yaml(file: Path) -> YamlFile:
    """Read a file whose top level is keys and values.

    A bare ``on``, ``yes`` or ``no`` is a key like any other; YAML 1.1 would make it true or false.

    Raises:
        ConfigError: It cannot be read, is not YAML, has a key twice in one place, or holds
            something else at the top; names the line.
    """
    try:
        loader = yaml.SafeLoader(file.read_text(encoding="utf-8-sig"))
        try:
            root = loader.get_single_node()
            twice = [] if root is None else _prepare(root, set())
            content = None if root is None else loader.construct_document(root)
        finally:
            loader.dispose()
    except OSError as error:
        msg = f"{file}: cannot be read: {error.strerror or error}"
        raise ConfigError(msg) from error
    except UnicodeDecodeError as error:
        msg = f"{file}: is not UTF-8 text (byte {error.start}); save it as UTF-8"
        raise ConfigError(msg) from error
    except yaml.YAMLError as error:
        msg = f"{file}: cannot be read as YAML: {_problem(error)}"
        raise ConfigError(msg) from error
    if twice:
        msg = f"{file}: not valid:\n" + "\n".join(f"  {fault}" for fault in twice)
        raise ConfigError(msg)
    if not isinstance(content, dict):
        found = "nothing" if content is None else f"a {type(content).__name__}"
        msg = (
            f"{file}: must hold keys and values at the top, such as `title: Leads`; found {found}"
        )
        raise ConfigError(msg)
    return YamlFile(content, root)


def _prepare(node: yaml.Node, seen: set[int]) -> list[str]:
    """Make every key text that is no number; return what is wrong with keys."""
    if id(node) in seen:
        return []
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return [fault for entry in node.value for fault in _prepare(entry, seen)]
    if not isinstance(node, yaml.MappingNode):
        return []
    faults = []
    first: dict[str, int] = {}
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode):
            if key.tag == _BOOLEAN:
                key.tag = _TEXT
            line = key.start_mark.line + 1
            if key.value in first and key.value != _MERGE:
                faults.append(
                    f"line {line}, {key.value}: the key stands there twice, first in line"
                    f" {first[key.value]}; YAML would keep the last in silence, take one out"
                )
            first.setdefault(key.value, line)
        faults.extend(_prepare(value, seen))
    return faults


def _problem(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None)
    if mark is None or problem is None:
        return " ".join(str(error).split())
    hint = "; indent with spaces, not with tabs" if "\\t" in problem else ""
    begun = getattr(error, "context_mark", None)
    since = f", in what begins in line {begun.line + 1}" if begun is not None else ""
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}{since}{hint}"
