"""How many programs the tests write: some for everyone, many for the nightly run."""

import os

from hypothesis import settings

settings.register_profile("normal", max_examples=500, deadline=None, derandomize=True)
settings.register_profile("nightly", max_examples=20_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "normal"))
