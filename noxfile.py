"""Run the suite on every Python that is there: `nox`."""

from __future__ import annotations

import nox

nox.options.error_on_missing_interpreters = False
nox.options.default_venv_backend = "venv"


@nox.session(python=["3.11", "3.12", "3.13", "3.14"])
def tests(session: nox.Session) -> None:
    """The whole suite, as `make test` runs it."""
    session.install("--upgrade", "pip>=25.1")
    session.install("--group", "test", ".")
    session.run("python", "-m", "pytest", "-n", "auto", *session.posargs)
