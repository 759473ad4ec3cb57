"""Makes ``.env`` with generated secrets for ``docker-compose.yaml``; needs Python alone."""

import os
import sys
from pathlib import Path
from typing import Final

from lead_scoring.local.credentials import fernet_key
from lead_scoring.local.credentials import token
from lead_scoring.local.credentials import write_private

KEYS: Final = {
    "FERNET_KEY": fernet_key,
    "API_SECRET_KEY": token,
    "JWT_SECRET": token,
    "AIRFLOW_ADMIN_PASSWORD": token,
    "POSTGRES_PASSWORD": token,
    "AIRFLOW_DB_PASSWORD": token,
    "LEAD_SCORING_DB_PASSWORD": token,
    "MLFLOW_DB_PASSWORD": token,
    "LEAD_SCORING_READER_PASSWORD": token,
    "GRAFANA_ADMIN_PASSWORD": token,
}
"""Variables the compose file refuses to start without, and how each is made."""

IMAGE_UID: Final = 50000
"""User of the image; it stands in for root."""


def missing_keys(text: str) -> tuple[str, ...]:
    """Return the variables that an environment file does not set, in order."""
    lines = (line.partition("=") for line in text.splitlines() if not line.startswith("#"))
    there = {name.strip() for name, _, value in lines if value.strip()}
    return tuple(key for key in (*KEYS, "AIRFLOW_UID") if key not in there)


def complete(file: Path) -> tuple[str, ...]:
    """Add the variables that are missing; what is set stays as it is.

    Returns:
        The names that were added.
    """
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    missing = missing_keys(text)
    if missing:
        values = {"AIRFLOW_UID": str(os.getuid() or IMAGE_UID)} | {
            key: KEYS[key]() for key in missing if key in KEYS
        }
        lines = [*text.splitlines(), *(f"{key}={values[key]}" for key in missing)]
        write_private(file, "\n".join(lines) + "\n")
    return missing


def main() -> None:
    """Complete ``.env`` in the current folder and say what was added, never the values."""
    added = complete(Path(".env"))
    said = f"added {', '.join(added)}" if added else "nothing is missing"
    sys.stdout.write(f".env: {said}\n")


if __name__ == "__main__":
    main()
