"""Values with named fields."""

from __future__ import annotations

from typing import Any, ClassVar, Self, dataclass_transform


@dataclass_transform(frozen_default=True)
class Record:
    """A value that is its fields: the annotated names of a class, in their order.

    A frozen dataclass would say the same, and so would a named tuple. But both write source code
    for every class and compile it, each time that it is imported. Named tuples took a quarter of
    the time in which idiomist was loaded, and dataclasses take longer still.

    A record derives from Record itself, never from another record.
    """

    __match_args__: ClassVar[tuple[str, ...]]
    _defaults: ClassVar[dict[str, Any]]

    def __init_subclass__(cls) -> None:
        fields = tuple(cls.__annotations__)
        cls.__match_args__ = fields  # type: ignore[misc]
        cls._defaults = {name: vars(cls)[name] for name in fields if name in vars(cls)}

    def __init__(self, *values: Any, **named: Any):
        """Take the fields in their order or by name; the others have their defaults.

        Raises TypeError for a field that is missing, unknown, or given twice.
        """
        self.__dict__.update(zip(self.__match_args__, values, strict=False), **named)
        if named or len(values) != len(self.__match_args__):
            self._complete(len(values) + len(named))

    def _complete(self, given: int) -> None:
        fields, state = self.__match_args__, self.__dict__
        was_given_once = given == len(state)
        state.update(self._defaults | state)
        if not was_given_once or state.keys() != {*fields}:
            raise TypeError(f"{type(self).__name__} is made of {', '.join(fields)}")

    def replace(self, **changes: Any) -> Self:
        """The same value but for these fields."""
        return type(self)(**self.__dict__ | changes)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed; `replace` makes another")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((*map(self.__dict__.get, self.__match_args__),))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={self.__dict__[name]!r}" for name in self.__match_args__)
        return f"{type(self).__name__}({shown})"
