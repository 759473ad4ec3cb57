"""The aliases ``champion``, ``challenger`` and ``previous``."""

from typing import Final

import mlflow
from mlflow.exceptions import MlflowException

from lead_scoring.io.registry.connection import is_absent
from lead_scoring.io.registry.models import registered_name

CHAMPION: Final = "champion"
CHALLENGER: Final = "challenger"
PREVIOUS: Final = "previous"


def aliased(client: mlflow.MlflowClient, use_case: str, alias: str) -> int | None:
    """Return the version an alias points at."""
    try:
        found = client.get_model_version_by_alias(registered_name(use_case), alias)
    except MlflowException as error:
        if not is_absent(error):
            raise
        return None
    return int(found.version)


def crown(client: mlflow.MlflowClient, use_case: str, version: int) -> None:
    """Make a version the champion, and the champion before it ``previous``.

    ``previous`` moves first: killed in between, a rerun does the rest and ends the same.
    """
    name = registered_name(use_case)
    champion = aliased(client, use_case, CHAMPION)
    if champion != version:
        if champion is not None:
            client.set_registered_model_alias(name, PREVIOUS, str(champion))
        client.set_registered_model_alias(name, CHAMPION, str(version))
    if aliased(client, use_case, CHALLENGER) == version:
        client.delete_registered_model_alias(name, CHALLENGER)


def challenge(client: mlflow.MlflowClient, use_case: str, version: int) -> None:
    """Make a version the challenger, unless it is champion already."""
    if aliased(client, use_case, CHAMPION) != version:
        name = registered_name(use_case)
        client.set_registered_model_alias(name, CHALLENGER, str(version))
