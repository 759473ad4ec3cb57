"""Says in words what a place in a config may hold, from its JSON schema."""

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import Final

from lead_scoring.config.yaml_file import Key
from lead_scoring.config.yaml_file import inside

Fragment = Mapping[str, Any]

MAX_NAMED: Final = 24
"""Names listed in one message, at most."""

_BOUNDS: Final = {
    "minimum": "at least",
    "exclusiveMinimum": "above",
    "maximum": "at most",
    "exclusiveMaximum": "below",
}
_FORMATS: Final = {
    "date-time": "an instant such as 2022-02-01T00:00:00Z",
    "password": "a text",
}


class Places:
    """Finds what a schema says of a place, following references and alternatives."""

    def __init__(self, schema: Fragment) -> None:
        self._schema = schema

    def at(self, path: Sequence[Key], content: object) -> Fragment | None:
        """Return what the schema says of a place; ``None`` where it says nothing.

        Args:
            path: Keys from the top, positions in lists from 0.
            content: The whole config, which tells alternatives apart.
        """
        found: Fragment | None = self._schema
        for key in path:
            if found is None:
                return None
            found = self._below(found, key, content)
            below = inside(content, key)
            content = below[0] if below else None
        return found

    def keys(self, place: Fragment, content: object) -> tuple[str, ...]:
        """Return the keys a section may have, given what it has; none if it is no section."""
        found = (one.get("properties", {}) for one in self._chosen(place, content))
        return tuple(dict.fromkeys(key for properties in found for key in properties))

    def words(self, place: Fragment, *, brief: bool = False) -> str:
        """Return what a place may hold, in words.

        Args:
            place: What the schema says of it.
            brief: Leave the keys of sections out.
        """
        texts = (self._words(one, brief=brief) for one in self.alternatives(place))
        return either(list(dict.fromkeys(text for text in texts if text)))

    def choices(self, place: Fragment) -> tuple[object, ...]:
        """Return the only values a place may hold; none where others may stand."""
        values: list[object] = []
        for one in self.alternatives(place):
            if "const" in one:
                values.append(one["const"])
            values.extend(one.get("enum", ()))
        return tuple(values)

    def paths_of(self, key: str) -> tuple[str, ...]:
        """Return the sections in which a key may stand, at the top level or one below."""
        top = self._schema.get("properties", {})
        found = []
        for name, place in top.items():
            for one in self.alternatives(place):
                below = one.get("properties", {})
                if key in below:
                    found.append(name)
                deeper = (
                    f"{name}.{under}"
                    for under, part in below.items()
                    for each in self.alternatives(part)
                    if key in each.get("properties", {})
                )
                found.extend(deeper)
        return tuple(dict.fromkeys(found))

    def _below(self, place: Fragment, key: Key, content: object) -> Fragment | None:
        for one in self._chosen(place, content):
            if isinstance(key, int) and "items" in one:
                return _fragment(one["items"])
            properties = one.get("properties", {})
            if str(key) in properties:
                return _fragment(properties[str(key)])
            for each in one.get("patternProperties", {}).values():
                return _fragment(each)
            if isinstance(one.get("additionalProperties"), Mapping):
                return _fragment(one["additionalProperties"])
        return None

    def _chosen(self, place: Fragment, content: object) -> Iterator[Fragment]:
        """Iterate over the alternatives of a place that its content can mean."""
        chooser = place.get("discriminator")
        if chooser is not None and isinstance(content, Mapping):
            chosen = chooser["mapping"].get(content.get(chooser["propertyName"]))
            if chosen is not None:
                yield self._resolved({"$ref": chosen})
                return
        yield from self.alternatives(place)

    def alternatives(self, place: Fragment) -> Iterator[Fragment]:
        """Iterate over what may stand at a place, one after another, but an absent value."""
        place = self._resolved(place)
        several = place.get("anyOf") or place.get("oneOf")
        if several is None:
            if place.get("type") != "null":
                yield place
            return
        for one in several:
            yield from self.alternatives(one)

    def _resolved(self, place: Fragment) -> Fragment:
        while "$ref" in place:
            place = self._schema["$defs"][place["$ref"].rsplit("/", 1)[-1]]
        return place

    def _words(self, one: Fragment, *, brief: bool) -> str:
        kind = one.get("type")
        if "const" in one or "enum" in one:
            return either([_shown(value) for value in self.choices(one)])
        if kind == "array":
            items = self.words(one["items"], brief=brief) if "items" in one else "values"
            least = f", at least {one['minItems']}" if one.get("minItems") else ""
            return f"a list of: {items}{least}"
        if kind == "object":
            keys = () if brief else tuple(one.get("properties", ()))
            return f"a section with the keys {listed(keys)}" if keys else "a section"
        return _scalar(one)


def _fragment(place: object) -> Fragment | None:
    return place if isinstance(place, Mapping) else None


def _scalar(one: Fragment) -> str:
    if "patternErrorMessage" in one:
        return str(one["patternErrorMessage"])
    if "format" in one:
        return _FORMATS[one["format"]]
    if "pattern" in one:
        return f"a text like {one['pattern']}"
    kinds = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}
    said = kinds.get(str(one.get("type")), "a text")
    if one.get("maxLength") == 1:
        return "a single character"
    if one.get("minLength"):
        said += " that is not empty"
    bounds = [f"{word} {one[bound]:g}" for bound, word in _BOUNDS.items() if bound in one]
    return " ".join([said, " and ".join(bounds)]).strip()


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def either(names: Sequence[str]) -> str:
    """Return names as a choice.

    >>> either(["csv", "parquet", "sql"])
    'csv, parquet or sql'
    """
    return " or ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def listed(names: Sequence[object]) -> str:
    """Return names with commas, no more than `MAX_NAMED` of them.

    >>> listed(["a", "b"])
    'a, b'
    """
    shown = ", ".join(str(name) for name in names[:MAX_NAMED])
    more = len(names) - MAX_NAMED
    return f"{shown} and {more} more" if more > 0 else shown
