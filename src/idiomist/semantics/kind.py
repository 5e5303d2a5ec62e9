"""Built-in kinds of values, and what is known about them: their methods, who makes them."""

from __future__ import annotations

from idiomist.record import Record


class Kind(Record):
    """A built-in type, by name.

    `item` is the kind of what iterating yields (`items`: of each part when that is a tuple of
    known length); `exact` is False where an annotation said it, which a subclass also fulfils.
    """

    name: str
    item: Kind | None = None
    items: tuple[Kind | None, ...] | None = None
    exact: bool = True


def of(name: str, item: Kind | None = None) -> Kind:
    """A kind without further ado."""
    return Kind(name, item)


def as_item(kind: Kind | None) -> Kind | None:
    """A kind, as that of something inside a container, where others may get at it and change it."""
    if kind is None:
        return None
    if kind.name == "tuple":
        items = tuple(map(as_item, kind.items)) if kind.items is not None else None
        return kind.replace(item=as_item(kind.item), items=items)
    return kind if kind.name in IMMUTABLE else kind.replace(item=None, items=None)


STR = of("str", of("str"))
BYTES = of("bytes", of("int"))
INT, FLOAT, BOOL, NONE = of("int"), of("float"), of("bool"), of("none")
SEQUENCES = frozenset({"list", "tuple", "str", "bytes", "range"})
IMMUTABLE = frozenset({"tuple", "str", "text", "bytes", "range", "int", "float", "bool", "none"})
CHANGEABLE = frozenset({"list", "dict", "set", "deque"})
SELF_EQUAL = frozenset({"str", "text", "bytes", "int", "bool", "none", "range"})
"""Kinds whose values are hashable, and equal to themselves and to nothing that is not alike."""

_STR_METHODS: dict[str, Kind] = {
    **dict.fromkeys(
        "capitalize casefold center expandtabs format format_map join ljust lower lstrip "
        "removeprefix removesuffix replace rjust rstrip strip swapcase title translate upper "
        "zfill".split(),
        STR,
    ),
    **dict.fromkeys(("split", "rsplit", "splitlines"), of("list", STR)),
    **dict.fromkeys(("partition", "rpartition"), Kind("tuple", STR, (STR, STR, STR))),
    **dict.fromkeys(("count", "find", "index", "rfind", "rindex"), INT),
    **dict.fromkeys(
        "endswith isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric "
        "isprintable isspace istitle isupper startswith".split(),
        BOOL,
    ),
    "encode": BYTES,
}
_BYTES_METHODS: dict[str, Kind] = {
    "decode": STR,
    "hex": STR,
    **dict.fromkeys(("strip", "lstrip", "rstrip", "lower", "upper", "replace", "join"), BYTES),
    **dict.fromkeys(("split", "rsplit", "splitlines"), of("list", BYTES)),
    **dict.fromkeys(("startswith", "endswith", "isdigit", "isspace"), BOOL),
    **dict.fromkeys(("count", "find", "index"), INT),
}
_FILE_METHODS: dict[str, Kind] = {}
METHODS: dict[str, dict[str, Kind]] = {
    "str": _STR_METHODS,
    "bytes": _BYTES_METHODS,
    "text": dict.fromkeys("lower lstrip replace rstrip strip upper".split(), of("text")),
    "file": {"read": STR, "readline": STR, "readlines": of("list", STR)},
    "binary file": {"read": BYTES, "readline": BYTES, "readlines": of("list", BYTES)},
    "list": {"index": INT, "count": INT},
    "tuple": {"index": INT, "count": INT},
    "int": {"bit_length": INT, "bit_count": INT},
    "float": {"is_integer": BOOL},
    "Path": {
        "read_text": STR,
        "read_bytes": BYTES,
        **dict.fromkeys(
            "absolute resolve joinpath with_suffix with_name with_stem expanduser".split(),
            of("Path"),
        ),
        **dict.fromkeys(("iterdir", "glob", "rglob"), of("iterator", of("Path"))),
        **dict.fromkeys(("exists", "is_file", "is_dir"), BOOL),
    },
}
"""What the methods of a kind return that neither change it nor run code of others."""

TELLTALE = dict.fromkeys(("splitlines", "readlines"), of("list", of("text")))
"""Methods that give themselves away: who has them is a str, or bytes, or a file, or a module."""

CALLS: dict[str, Kind] = {
    **dict.fromkeys(("str", "repr", "ascii", "chr", "hex", "oct", "bin", "format", "input"), STR),
    **dict.fromkeys(("int", "len", "ord", "hash", "id"), INT),
    **dict.fromkeys(
        ("bool", "isinstance", "issubclass", "callable", "hasattr", "any", "all"), BOOL
    ),
    "float": FLOAT,
    "range": of("range", INT),
    "bytes": BYTES,
    "bytearray": of("bytearray", INT),
    "dict": of("dict"),
    "list": of("list"),
    "tuple": of("tuple"),
    "set": of("set"),
    "frozenset": of("frozenset"),
    "sorted": of("list"),
    "enumerate": of("iterator"),
    "zip": of("iterator"),
    "map": of("iterator"),
    "filter": of("iterator"),
    "reversed": of("iterator"),
    "iter": of("iterator"),
}
ITEM_FROM_FIRST = frozenset({"list", "tuple", "set", "frozenset", "sorted", "reversed", "iter"})
_LOCKS = ("Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition")
IMPORTED: dict[str, Kind] = {
    **{f"threading.{name}": of("lock") for name in _LOCKS},
    **{f"multiprocessing.{name}": of("lock") for name in _LOCKS},
    **{f"pathlib.{name}": of("Path") for name in ("Path", "PosixPath", "WindowsPath")},
    "collections.deque": of("deque"),
    "collections.OrderedDict": of("OrderedDict"),
    "collections.defaultdict": of("defaultdict"),
    "collections.Counter": of("Counter"),
    "re.findall": of("list"),
    "os.listdir": of("list", STR),
    "os.path.join": STR,
    "glob.glob": of("list", STR),
    "csv.reader": of("iterator", of("list", STR)),
}
"""What calling an imported function or class gives, by its full name."""

OPENERS = frozenset(
    {"io.open", "codecs.open", "gzip.open", "bz2.open", "lzma.open", "tokenize.open", "os.fdopen"}
)
"""Functions that open a file the way the builtin `open` does, and give a context manager."""

ANNOTATED: dict[str, str] = {
    **{name.lower(): name.lower() for name in ("str", "bytes", "int", "float", "bool", "range")},
    **{name: name for name in ("list", "tuple", "dict", "set", "frozenset", "bytearray")},
    **{f"typing.{name}": name.lower() for name in ("List", "Tuple", "Dict", "Set", "FrozenSet")},
    "pathlib.Path": "Path",
    "typing.TextIO": "file",
    "typing.BinaryIO": "binary file",
    "threading.Lock": "lock",
    "threading.RLock": "lock",
}
