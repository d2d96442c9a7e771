"""The example of an `.env` file names every setting, and nothing that is none."""

import re
from pathlib import Path

from core.base.settings import Settings

EXAMPLE = Path(__file__).resolve().parent.parent / ".env.example"


def test_every_setting_stands_in_the_example_file() -> None:
    named = set(re.findall(r"^#?((?:MEJA|OTEL|FORWARDED)_[A-Z_]+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))

    assert named == {Settings.variable(name) for name in Settings.model_fields}


def test_the_example_file_is_a_start_that_works() -> None:
    Settings(_env_file=EXAMPLE)
