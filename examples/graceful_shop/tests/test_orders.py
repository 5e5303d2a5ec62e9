import pytest
from shop import orders as shop_orders
from shop.inventory import Inventory, Product
from shop.orders import (
    Order,
    big_lines,
    first_unpaid,
    load_orders,
    mark_paid,
    next_number,
    number_lock,
    ordered_skus,
    orders_of,
    save_orders,
    ship,
    with_discounts,
)


def some_orders():
    return [
        Order(1, "ann@example.org", "2024-03-08", [("t-01", 1), ("b-01", 3)], True),
        Order(2, "bob@example.org", "2024-03-08", [("c-01", 5)]),
        Order(3, "ann@example.org", "2024-03-09", [("t-01", 4)]),
    ]


def test_next_number():
    first = next_number()
    assert next_number() == first + 1
    assert not number_lock.locked()


def test_order_add():
    order = Order(1, "ann@example.org", "2024-03-08", [("t-01", 2)])
    order.add("b-01")
    order.add("c-01", 3)
    assert order.lines == [("T-01", 2), ("B-01", 1), ("C-01", 3)]


def test_order_add_nothing():
    order = Order(1, "ann@example.org", "2024-03-08")
    with pytest.raises(ValueError, match="cannot order 0 of t-01"):
        order.add("t-01", 0)
    assert order.lines == []


def test_orders_do_not_share_their_lines():
    first, second = Order(1, "", ""), Order(2, "", "")
    first.add("t-01")
    assert second.lines == []


def test_order_total():
    order = some_orders()[0]
    assert order.total({"T-01": 650, "B-01": 360}) == 1730
    assert Order(4, "", "").total({}) == 0
    with pytest.raises(KeyError):
        order.total({"T-01": 650})


def test_load_orders(tmp_path, monkeypatch):
    monkeypatch.setattr(shop_orders, "last_number", [0])
    path = tmp_path / "orders.json"
    path.write_text(
        '[{"number": 7, "email": "ann@example.org", "date": "2024-03-08",'
        ' "lines": [{"sku": "t-01", "count": 2}]},'
        ' {"number": 5, "email": "bob@example.org", "date": "2024-03-09",'
        ' "paid": true, "lines": []}]',
        encoding="utf-8",
    )
    first, second = load_orders(path)
    assert (first.number, first.paid, first.lines) == (7, False, [("T-01", 2)])
    assert (second.number, second.paid, second.lines) == (5, True, [])
    assert next_number() == 8


def test_load_orders_without_a_file(tmp_path):
    assert load_orders(tmp_path / "orders.json") == []


def test_load_orders_with_a_wrong_count(tmp_path):
    path = tmp_path / "orders.json"
    path.write_text(
        '[{"number": 1, "email": "", "date": "", "lines": [{"sku": "a", "count": 0}]}]'
    )
    with pytest.raises(ValueError):
        load_orders(path)


def test_orders_there_and_back(tmp_path):
    path = tmp_path / "orders.json"
    save_orders(path, some_orders())
    loaded = load_orders(path)
    assert [vars(order) for order in loaded] == [vars(order) for order in some_orders()]
    save_orders(path, [])
    assert load_orders(path) == []


def test_orders_of():
    orders = some_orders()
    assert orders_of(orders, "ann@example.org") == [orders[0], orders[2]]
    assert orders_of(orders, "eve@example.org") == []
    assert orders_of([], "ann@example.org") == []


def test_ordered_skus():
    assert ordered_skus(some_orders()) == {"T-01", "B-01", "C-01"}
    assert ordered_skus([Order(1, "", "")]) == set()
    assert ordered_skus([]) == set()


def test_big_lines():
    assert big_lines(some_orders()) == [(1, "B-01", 3), (2, "C-01", 5), (3, "T-01", 4)]
    assert big_lines([]) == []


def test_first_unpaid():
    orders = some_orders()
    assert first_unpaid(orders) is orders[1]
    assert first_unpaid(orders[:1]) is None
    assert first_unpaid([]) is None


def test_mark_paid():
    orders = some_orders()
    assert mark_paid(orders, "1\n3\n99\n") == 1
    assert [order.paid for order in orders] == [True, False, True]
    assert mark_paid(orders, "") == 0
    assert mark_paid([], "1") == 0


def test_ship():
    inventory = Inventory(
        [Product("T-01", "Tea", "tea", 650, 2), Product("B-01", "Cake", "bakery", 1, 3)]
    )
    ship(some_orders()[0], inventory)
    assert [product.stock for product in inventory.products] == [1, 0]


def test_ship_what_is_not_there():
    inventory = Inventory([Product("T-01", "Tea", "tea", 650, 2)])
    with pytest.raises(ValueError, match="not enough on the shelves: B-01"):
        ship(some_orders()[0], inventory)
    with pytest.raises(ValueError, match="T-01"):
        ship(some_orders()[2], inventory)
    assert inventory.find("T-01").stock == 2


def test_with_discounts():
    prices = [1000, 250, 99]
    assert with_discounts(prices, [10, 0, 50]) is prices
    assert prices == [900, 250, 50]
    assert with_discounts([], [10]) == []
