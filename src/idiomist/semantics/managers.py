"""Which context managers let every exception out, so that code behind them follows."""

from __future__ import annotations

import ast

from idiomist.semantics.kinds import Kinds

_TRANSPARENT = frozenset(
    {
        "contextlib.closing",
        "contextlib.nullcontext",
        "contextlib.redirect_stdout",
        "contextlib.redirect_stderr",
        "contextlib.chdir",
        "tempfile.TemporaryDirectory",
        "tempfile.NamedTemporaryFile",
        "tempfile.TemporaryFile",
        "zipfile.ZipFile",
        "tarfile.open",
        "urllib.request.urlopen",
        "socket.socket",
        "concurrent.futures.ThreadPoolExecutor",
        "concurrent.futures.ProcessPoolExecutor",
        "decimal.localcontext",
        "os.scandir",
        "warnings.catch_warnings",
    }
)


def lets_errors_out(kinds: Kinds, manager: ast.expr) -> bool:
    """Whether a context manager is known not to suppress exceptions."""
    kind = kinds.of(manager)
    if kind is not None and kind.name in ("file", "binary file", "lock"):
        return True
    if isinstance(manager, ast.Call):
        return kinds.scope.full_name(manager.func) in _TRANSPARENT
    return False
