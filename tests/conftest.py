"""How many programs the tests write (some for everyone, many for the nightly run)."""

import os

import pytest
from hypothesis import settings

settings.register_profile("normal", max_examples=500, deadline=None, derandomize=True)
settings.register_profile("nightly", max_examples=20_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "normal"))


@pytest.fixture(autouse=True)
def not_on_github(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the reports of the tests out of the summary of the step that runs the tests."""
    for name in ("STEP_SUMMARY", "SERVER_URL", "REPOSITORY", "SHA"):
        monkeypatch.delenv(f"GITHUB_{name}", raising=False)
