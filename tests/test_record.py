"""Values with named fields, at a fraction of what defining a named tuple costs."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable

import pytest

from idiomist.record import Record


class Point(Record):
    """Two numbers and a name."""

    x: int
    y: int = 0
    name: str = "here"


def test_fields_come_in_order_by_name_and_by_default() -> None:
    point = Point(1, name="there")
    assert (point.x, point.y, point.name) == (1, 0, "there")
    match point:
        case Point(x, y, name):
            assert (x, y, name) == (1, 0, "there")


def test_equal_fields_make_equal_values_of_one_hash() -> None:
    assert Point(1, 2, "a") == Point(name="a", y=2, x=1)
    assert hash(Point(1, 2, "a")) == hash(Point(name="a", y=2, x=1))
    assert Point(1) != Point(2)
    assert Point(1, 2, "a") != (1, 2, "a")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Point(),  # type: ignore[call-arg]
        lambda: Point(1, 2, "a", 4),  # type: ignore[call-arg]
        lambda: Point(1, x=2),  # type: ignore[misc]
        lambda: Point(1, z=2),  # type: ignore[call-arg]
        lambda: Point(y=1, z=2),  # type: ignore[call-arg]
        lambda: Point(1).replace(z=2),
    ],
)
def test_a_missing_unknown_or_second_value_is_refused(make: Callable[[], Point]) -> None:
    with pytest.raises(TypeError, match=re.escape("Point is made of x, y, name")):
        make()


def test_a_record_is_not_changed_but_replaced() -> None:
    point = Point(1)
    with pytest.raises(AttributeError, match="`replace` makes another"):
        point.x = 2  # type: ignore[misc]
    assert point.replace(x=2) == Point(2)
    assert point == Point(1)


def test_a_record_says_what_it_holds_and_survives_pickling() -> None:
    assert repr(Point(1)) == "Point(x=1, y=0, name='here')"
    assert pickle.loads(pickle.dumps(Point(1))) == Point(1)
