"""``make secrets`` makes what docker-compose.yaml asks for."""

import base64
import re
import stat

from homes import PROJECT

from lead_scoring.local.env_file import KEYS
from lead_scoring.local.env_file import complete
from lead_scoring.local.env_file import missing_keys

COMPOSE = (PROJECT / "docker-compose.yaml").read_text(encoding="utf-8")


def test_every_variable_the_compose_file_insists_on_is_made(tmp_path):
    """No variable marked as needed is left out, and none is made in vain."""
    needed = set(re.findall(r"\$\{(\w+):\?run make secrets\}", COMPOSE))

    added = complete(tmp_path / ".env")

    assert set(added) == needed
    assert missing_keys((tmp_path / ".env").read_text(encoding="utf-8")) == ()


def test_only_the_owner_reads_the_file(tmp_path):
    """The file is made with mode 0600."""
    complete(tmp_path / ".env")

    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


def test_what_is_set_stays(tmp_path):
    """A second run adds only what is missing; an empty value is missing."""
    file = tmp_path / ".env"
    file.write_text("# mine\nJWT_SECRET=chosen\nFERNET_KEY=\n", encoding="utf-8")

    added = complete(file)

    assert "JWT_SECRET" not in added
    assert "FERNET_KEY" in added
    assert file.read_text(encoding="utf-8").startswith("# mine\nJWT_SECRET=chosen\n")
    assert complete(file) == ()


def test_secrets_are_long_and_never_the_same(tmp_path):
    """Every value is random; the fernet key is 32 bytes of base64."""
    complete(tmp_path / "one")
    complete(tmp_path / "two")
    one, two = (
        dict(line.split("=", 1) for line in (tmp_path / name).read_text().splitlines())
        for name in ("one", "two")
    )

    assert all(one[key] != two[key] for key in KEYS)
    assert all(len(one[key]) >= 32 for key in KEYS)
    assert len(base64.urlsafe_b64decode(one["FERNET_KEY"])) == 32
