"""The program's own secret: it signs cookies, and makes the secrets of authenticator apps."""

import contextlib
import os
import secrets
from pathlib import Path

from core.base.settings import Settings


def secret_key_of(settings: Settings) -> str:
    """Take the key from the settings or, outside production, from the data folder."""
    return settings.secret_key.get_secret_value() if settings.secret_key else _own_key(settings.data_dir)


def _own_key(data_dir: Path) -> str:
    path = data_dir / "secret.key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        mine = data_dir / f"secret.{secrets.token_hex(8)}"
        with os.fdopen(os.open(mine, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
        # Whoever is first wins, and nobody ever reads half a key.
        with contextlib.suppress(FileExistsError):
            os.link(mine, path)
        mine.unlink()
    return path.read_text().strip()
