import pytest
from shop.inventory import Inventory, Product
from shop.orders import Order
from shop.reports import (
    daily_totals,
    euros,
    headline,
    pages,
    receipt,
    running_totals,
    summary,
    write_report,
    write_sales,
)

PRICES = {"T-01": 650, "B-01": 360}


def some_orders():
    return [
        Order(1, "ann@example.org", "2024-03-09", [("t-01", 1), ("b-01", 2)]),
        Order(2, "bob@example.org", "2024-03-08", [("b-01", 1)]),
        Order(3, "ann@example.org", "2024-03-09", [("t-01", 2)]),
    ]


def test_euros():
    assert [euros(450), euros(5), euros(0)] == ["4.50", "0.05", "0.00"]


def test_daily_totals():
    assert daily_totals(some_orders(), PRICES) == {
        "2024-03-09": 2670,
        "2024-03-08": 360,
    }
    assert daily_totals([], PRICES) == {}


def test_daily_totals_without_a_price():
    with pytest.raises(KeyError):
        daily_totals(some_orders(), {"T-01": 650})


def test_running_totals():
    assert running_totals([5, -2, 10]) == [5, 3, 13]
    assert running_totals([]) == []


def test_summary():
    orders = some_orders()
    assert summary(orders, PRICES) == "3 orders, the last one for 13.00"
    assert summary([], PRICES) == "no orders"


def test_receipt():
    inventory = Inventory(
        [
            Product("T-01", "Darjeeling", "tea", 650, 1),
            Product("B-01", "Carrot cake", "bakery", 360, 1),
        ]
    )
    assert receipt(some_orders()[0], inventory) == [
        "Order 1",
        "2024-03-09",
        "1 x Darjeeling",
        "2 x Carrot cake",
        "Total: 13.70",
    ]
    assert receipt(Order(9, "", "2024-03-10"), inventory) == [
        "Order 9",
        "2024-03-10",
        "Total: 0.00",
    ]


def test_receipt_for_an_unknown_product():
    with pytest.raises(AttributeError):
        receipt(some_orders()[0], Inventory())


def test_headline():
    assert headline("Sales of the week") == "SALES of the WEEK"
    assert headline("  From tea to cake ") == "from TEA TO CAKE"
    assert headline("") == ""
    assert headline(2024) == "2024"


def test_pages():
    assert list(pages(["a", "b", "c"], 2)) == [["a", "b"], ["c"]]
    assert list(pages(["a", "b"], 2)) == [["a", "b"]]
    assert list(pages([], 2)) == []


def test_write_report(tmp_path):
    path = tmp_path / "report.txt"
    assert write_report(path, "The sales", ["one", "two", "three"], size=2) == 2
    assert path.read_text(encoding="utf-8").splitlines() == [
        "the SALES",
        "one",
        "two",
        "-- page 1 --",
        "three",
        "-- page 2 --",
    ]


def test_write_empty_report(tmp_path):
    path = tmp_path / "report.txt"
    assert write_report(path, "Nothing", []) == 0
    assert path.read_text(encoding="utf-8") == "NOTHING\n"


def test_write_report_into_no_folder(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_report(tmp_path / "no" / "report.txt", "Sales", ["one"])


def test_write_sales(tmp_path):
    path = tmp_path / "sales.csv"
    write_sales(path, some_orders(), PRICES)
    assert path.read_text(encoding="utf-8").splitlines() == [
        "day,total",
        "2024-03-08,3.60",
        "2024-03-09,26.70",
    ]
    write_sales(path, [], PRICES)
    assert path.read_text(encoding="utf-8").splitlines() == ["day,total"]
