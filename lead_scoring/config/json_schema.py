"""The JSON schemas of ``configs/*.yaml``, made of the models, for editors and for messages."""

import inspect
import json
import re
from datetime import timedelta
from enum import Enum
from typing import Any
from typing import Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic.json_schema import JsonSchemaValue

from lead_scoring.config.base import write_duration
from lead_scoring.config.platform import Platform
from lead_scoring.config.use_case import UseCase

Schema = dict[str, Any]

SCHEMA_FOLDER: Final = "schema"
"""Folder below the configs that holds the published schemas."""
DIALECT: Final = "http://json-schema.org/draft-07/schema#"
"""What editors understand; nothing newer is used."""

_MODELS: Final[dict[str, type[BaseModel]]] = {
    "use_case.json": UseCase,
    "platform.json": Platform,
}


def schema_of(model: type[BaseModel]) -> Schema:
    """Return the JSON schema of a config model, each key with what its docstring says of it."""
    return {"$schema": DIALECT, **model.model_json_schema(schema_generator=_Schemas)}


def published_schemas() -> dict[str, str]:
    """Return the text of each published schema by its file's name."""
    return {
        name: json.dumps(schema_of(model), indent=2, ensure_ascii=False) + "\n"
        for name, model in _MODELS.items()
    }


def schema_line(name: str = "use_case.json") -> str:
    """Return the first line of a config, which tells an editor where its schema is."""
    return f"# yaml-language-server: $schema={SCHEMA_FOLDER}/{name}"


def summary(model: type[object]) -> str:
    """Return what a docstring says before its sections, in one paragraph's Markdown."""
    text = re.split(r"\n(?:Attributes|Raises|Args|Returns|Source):\n", inspect.getdoc(model) or "")
    return _plain(text[0])


def attributes(model: type[object]) -> dict[str, str]:
    """Return what a class's docstring says of each attribute."""
    section = re.search(
        r"\nAttributes:\n((?:[ ]{4}.*\n?|\n)+)", (inspect.getdoc(model) or "") + "\n"
    )
    if section is None:
        return {}
    entries = re.findall(r"(?m)^[ ]{4}(\w+): (.*(?:\n[ ]{8}.*)*)", section[1])
    return {name: _plain(words) for name, words in entries}


def _plain(text: str) -> str:
    return " ".join(text.replace("``", "`").split())


class _Schemas(GenerateJsonSchema):
    """Pydantic's schemas with words from docstrings, defaults as one writes them, no titles."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Set no title: it would only repeat the key."""
        del schema
        return False

    def model_schema(self, schema: Any) -> JsonSchemaValue:
        """Describe a model and its keys."""
        made = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        made.pop("title", None)
        made["description"] = summary(model)
        words = {
            name: said
            for base in reversed(model.__mro__)
            for name, said in attributes(base).items()
        }
        for name, field in model.model_fields.items():
            below = made["properties"][field.alias or name]
            if name in words:
                below["description"] = words[name]
            elif "const" in below:
                below["description"] = summary(model)
            if below.get("default", ...) is None:
                del below["default"]
        return made

    def enum_schema(self, schema: Any) -> JsonSchemaValue:
        """Leave the class's name out."""
        made = super().enum_schema(schema)
        made.pop("title", None)
        return made

    def encode_default(self, dft: Any) -> Any:
        """Write durations as a config does."""
        return write_duration(dft) if isinstance(dft, timedelta) else super().encode_default(dft)

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        """Say of a section's default only what differs from the defaults of its keys."""
        default = schema.get("default")
        if not isinstance(default, BaseModel):
            return super().default_schema(schema)
        made = self.generate_inner(schema["schema"])
        said = default.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return {**made, "default": said} if said else made


def as_json(value: object) -> object:
    """Return a config's content as JSON has it: keys are texts, and instants too."""
    if isinstance(value, dict):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    return value if isinstance(value, str | int | float | None) else str(value)
