"""What checking came to the last time, so that nobody has to wait for it again.

A cache may lose anything at any time, but never gives a wrong answer. What it says holds for the
bytes of a file, known by their digest, and for all else that decides what comes out: the context.
Whether a file still has those bytes is told by its state. Rows have checksums, for SQLite does not
notice it when a bit of the file changes.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any, TypeVar
from zlib import crc32

from idiomist.record import Record

FOLDER = ".idiomist_cache"
_NAME = "v1.sqlite"
_MARKS = {
    ".gitignore": "*\n",
    "CACHEDIR.TAG": "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# A cache of idiomist, see https://bford.info/cachedir/\n",
}
_APPLICATION = 0x49444D31  # "IDM1"
_SCHEMA = (
    "CREATE TABLE contexts (id INTEGER PRIMARY KEY, text TEXT UNIQUE NOT NULL)",
    "CREATE TABLE files (path BLOB PRIMARY KEY, state TEXT NOT NULL, content BLOB NOT NULL,"
    " used INTEGER NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID",
    # Only short rows are better without a rowid (https://www.sqlite.org/withoutrowid.html).
    "CREATE TABLE results (content BLOB, context INTEGER, outcome TEXT NOT NULL,"
    " used INTEGER NOT NULL, checksum INTEGER NOT NULL, PRIMARY KEY (content, context))",
    f"PRAGMA application_id = {_APPLICATION}",
)
_NO_DAMAGE = {
    sqlite3.SQLITE_AUTH,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}
_LIMIT = 256 << 20
_AT_ONCE = 500
_DAY = 24 * 60 * 60
_PATIENCE = 5.0
"""Seconds to wait for another run that is writing."""

T = TypeVar("T")


class Known(Record):
    """What the cache knows of a file that is what it was."""

    content: bytes
    """The digest of its bytes."""
    outcome: str | None
    """What checking them came to, as `Outcome.to_text` says it."""


class Cache:
    """The cache in one folder, which several runs may use at once.

    When something is wrong with it, it warns in one line, and from then on knows nothing.
    """

    def __init__(self, folder: str, warn: Callable[[str], None], limit: int = _LIMIT):
        """Open the cache or make it.

        When it has more than `limit` bytes, the half goes that was not used for longest.
        """
        self._folder = folder
        self._warn = warn
        self._limit = limit
        self._now = int(time.time())
        self._numbers: dict[str, int] = {}
        self._files: list[tuple[bytes, str, bytes, int, int]] = []
        self._results: dict[tuple[bytes, str], str] = {}
        self._used: list[tuple[int, bytes, int]] = []
        self._database: sqlite3.Connection | None = None
        with self._guarded():
            self._database = _opened(folder)

    # -- asking

    def by_state(self, context: str, states: Mapping[bytes, str]) -> Iterator[tuple[bytes, Known]]:
        """What is known of the files, by path, that are still in these states."""
        number = self._number(context)
        for paths in _chunks(list(states)):
            for path, state, content, used, checksum, *result in self._rows(
                "SELECT path, state, files.content, files.used, files.checksum, outcome,"
                " results.used,"
                " results.checksum FROM files LEFT JOIN results"
                " ON results.content = files.content AND results.context = ?"
                f" WHERE path IN ({_marks(paths)})",
                number,
                *paths,
            ):
                if states.get(path) == state and _is_sound(checksum, state, path, content):
                    if self._is_old(used):
                        self.remember_file(path, state, content)
                    yield path, Known(content, self._outcome(content, context, *result))

    def by_content(self, context: str, contents: Iterable[bytes]) -> Iterator[tuple[bytes, str]]:
        """The outcomes that are known, by digest."""
        number = self._number(context)
        for chunk in _chunks(list(contents)):
            for content, *result in self._rows(
                "SELECT content, outcome, used, checksum FROM results"
                f" WHERE context = ? AND content IN ({_marks(chunk)})",
                number,
                *chunk,
            ):
                outcome = self._outcome(content, context, *result)
                if outcome is not None:
                    yield content, outcome

    def knows_any(self, context: str) -> bool:
        """Whether it is worth while to read files only to ask for their contents."""
        query = "SELECT 1 FROM results WHERE context = ? LIMIT 1"
        return bool(self._rows(query, self._number(context)))

    def _outcome(
        self, content: bytes, context: str, outcome: str | None, used: int, checksum: int
    ) -> str | None:
        if outcome is None or not _is_sound(checksum, context, content, outcome):
            return None
        if self._is_old(used):
            self._used.append((self._now, content, self._number(context)))
        return outcome

    # -- telling

    def remember_file(self, path: bytes, state: str, content: bytes) -> None:
        """Take down that a file in this state has the content with this digest."""
        checksum = _checksum(state, path, content)
        self._files.append((path, state, content, self._now, checksum))

    def remember_outcome(self, context: str, content: bytes, outcome: str) -> None:
        """Take down what checking a content came to."""
        self._results[content, context] = outcome
        if len(self._results) >= _AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what was taken down, all of it or nothing."""
        with self._guarded():
            if self._database and (self._files or self._results or self._used):
                with _transaction(self._database):
                    self._write(self._database)
                self._evict(self._database)
        self._files, self._results, self._used = [], {}, []

    def close(self) -> None:
        """Write what was taken down, and let go of the folder."""
        self.flush()
        with self._guarded():
            if self._database:
                self._database.close()
        self._database = None

    def _write(self, database: sqlite3.Connection) -> None:
        contexts = {context for _, context in self._results}
        database.executemany(
            "INSERT OR IGNORE INTO contexts (text) VALUES (?)", [(text,) for text in contexts]
        )
        found = database.execute("SELECT text, id FROM contexts")
        self._numbers = dict(found)
        results = [
            (content, self._numbers[context], text, self._now, _checksum(context, content, text))
            for (content, context), text in self._results.items()
        ]
        for query, rows in (
            ("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)", self._files),
            ("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?)", results),
            ("UPDATE results SET used = ? WHERE content = ? AND context = ?", self._used),
        ):
            database.executemany(query, rows)

    def _evict(self, database: sqlite3.Connection) -> None:
        while _size(database) > self._limit and _halve(database):
            self._numbers = {}

    # -- inside

    def _is_old(self, used: object) -> bool:
        """Whether it is time to take down that a row was of use."""
        return not isinstance(used, int) or abs(self._now - used) > _DAY

    def _number(self, context: str) -> int:
        """The number of a context; one that is nobody's when nothing is known under it."""
        if context not in self._numbers:
            found = self._rows("SELECT id FROM contexts WHERE text = ?", context)
            self._numbers[context] = found[0][0] if found else -1
        return self._numbers[context]

    def _rows(self, query: str, *values: Any) -> list[Any]:
        with self._guarded():
            if self._database:
                return self._database.execute(query, values).fetchall()
        return []

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Whatever goes wrong in the cache, the run goes on without it."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            database, self._database = self._database, None
            if database:
                database.close()
            consequence = "this run goes without it"
            if _is_damaged(error):
                with suppress(OSError):
                    _remove_database(self._folder)
                    consequence = "it is made anew by the next run"
            reason = getattr(error, "strerror", None) or error
            self._warn(f"the cache {self._folder} cannot be used ({reason}); {consequence}")


def clean(folder: str) -> bool:
    """Remove the cache in a folder, and the folder if nothing else is in it; False for none.

    Raises OSError when it cannot be removed.
    """
    had_any = _remove_database(folder)
    for name, text in _MARKS.items():
        mark = os.path.join(folder, name)
        if had_any and _content(mark) == text:
            os.unlink(mark)
    with suppress(OSError):
        os.rmdir(folder)
    return had_any


def _remove_database(folder: str) -> bool:
    try:
        with os.scandir(folder) as entries:
            # A run that was killed may have left one that it had begun to make.
            ours = [entry.path for entry in entries if entry.name.startswith(_NAME)]
    except (FileNotFoundError, NotADirectoryError):
        return False
    for file in ours:
        with suppress(FileNotFoundError):
            os.unlink(file)
    return bool(ours)


def _content(file: str) -> str | None:
    try:
        with open(file, encoding="utf-8") as handle:
            return handle.read()
    except (OSError, ValueError):
        return None


def _opened(folder: str) -> sqlite3.Connection:
    file = os.path.join(folder, _NAME)
    if not os.path.exists(file):
        _make(folder, file)
    database = _connected(file)
    try:
        [(application,)] = database.execute("PRAGMA application_id")
        [(tables,)] = database.execute("SELECT COUNT(*) FROM sqlite_master")
        if not tables:
            raise sqlite3.DatabaseError("it is empty")
        if application != _APPLICATION:
            raise sqlite3.NotSupportedError("it belongs to another program")
        database.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        database.close()
        raise
    return database


def _make(folder: str, file: str) -> None:
    """Make an empty cache where there is none: all of it at once, whoever else does the same."""
    try:
        os.makedirs(folder)
    except FileExistsError:
        pass  # It is somebody's, or another run has just made it.
    else:
        for name, text in _MARKS.items():
            with open(os.path.join(folder, name), "x", encoding="utf-8") as mark:
                mark.write(text)
    new = f"{file}.{os.getpid()}"
    try:
        database = _connected(new)
        try:
            database.execute("PRAGMA journal_mode = WAL").fetchall()
            with _transaction(database):
                for statement in _SCHEMA:
                    database.execute(statement)
        finally:
            database.close()
        try:
            os.link(new, file)
        except FileExistsError:
            pass
        except OSError:  # a file system without links
            os.replace(new, file)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(new)


def _size(database: sqlite3.Connection) -> int:
    [(pages,)] = database.execute("PRAGMA page_count")
    [(size,)] = database.execute("PRAGMA page_size")
    return int(pages * size)


def _halve(database: sqlite3.Connection) -> int:
    """Remove the half that was not used for longest; returns how many rows that is."""
    before = database.total_changes
    with _transaction(database):
        for table, key in (("files", "path"), ("results", "content, context")):
            database.execute(
                f"DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table}"
                f" ORDER BY used LIMIT (SELECT (COUNT(*) + 1) / 2 FROM {table}))"
            )
        database.execute(
            "DELETE FROM contexts WHERE id NOT IN (SELECT DISTINCT context FROM results)"
        )
    # What is left stands here and there on all pages, so that none is free to be given back.
    database.execute("VACUUM")
    return database.total_changes - before


def _connected(file: str) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None)


@contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.rollback()
        raise
    database.execute("COMMIT")


def _is_damaged(error: Exception) -> bool:
    if isinstance(error, OSError | sqlite3.NotSupportedError):
        return False
    code = getattr(error, "sqlite_errorcode", None)
    # The lowest byte tells the kind (https://www.sqlite.org/rescode.html).
    return code is None or code & 0xFF not in _NO_DAMAGE


def _is_sound(checksum: int, text: str, *parts: str | bytes) -> bool:
    try:
        return checksum == _checksum(text, *parts)
    except (AttributeError, TypeError):  # a bit flipped that says what kind of value it is
        return False


def _checksum(text: str, *parts: str | bytes) -> int:
    value = _of_text(text)
    for part in parts:
        value = crc32(part if isinstance(part, bytes) else part.encode(), value)
    return value


@lru_cache
def _of_text(text: str) -> int:
    # Contexts are long and few, and states are as many as files.
    return crc32(text.encode())


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
