"""Secrets of the services of this machine: made once, kept in files only their owner reads."""

import base64
import json
import os
import secrets
from pathlib import Path
from typing import Final

from lead_scoring.local.layout import Layout

USER: Final = "admin"


def fernet_key() -> str:
    """Return a new key of the form Airflow encrypts connections with."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def token() -> str:
    """Return a new random text that may stand in an environment file."""
    return secrets.token_urlsafe(32)


def ensure_credentials(layout: Layout) -> dict[str, str]:
    """Return the secrets of the services as environment variables, made at the first call."""
    layout.services.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not layout.passwords.exists():
        write_private(layout.passwords, json.dumps({USER: secrets.token_urlsafe(12)}))
    if not layout.secrets.exists():
        made = {
            "AIRFLOW__CORE__FERNET_KEY": fernet_key(),
            "AIRFLOW__API__SECRET_KEY": token(),
            "AIRFLOW__API_AUTH__JWT_SECRET": token(),
        }
        write_private(layout.secrets, json.dumps(made))
    kept: dict[str, str] = json.loads(layout.secrets.read_text(encoding="utf-8"))
    return kept


def password(layout: Layout) -> str:
    """Return the password of Airflow's administrator."""
    passwords: dict[str, str] = json.loads(layout.passwords.read_text(encoding="utf-8"))
    return passwords[USER]


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner can read; it is never there half-written."""
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    part.replace(file)
