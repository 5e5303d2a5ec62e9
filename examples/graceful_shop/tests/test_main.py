import os

import pytest
from shop.main import HELP, commands, main

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data")


@pytest.fixture(autouse=True)
def data(monkeypatch):
    monkeypatch.setenv("SHOP_DATA", DATA)


def test_commands():
    assert commands() == ["tags", "sales", "orders", "receipt"]


@pytest.mark.parametrize("argv", [[], ["dance"], ["TAGS"]])
def test_help(argv, capsys):
    assert main(argv) == 2
    assert capsys.readouterr().out == HELP + "\n"


def test_tags(capsys):
    assert main(["tags"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 9
    assert lines[0] == "Darjeeling 6.50"
    assert lines[2] == "Peppermint (sold out)"


def test_sales(capsys):
    assert main(["sales"]) == 0
    assert capsys.readouterr().out == "3 orders, the last one for 45.70\n"


def test_orders(capsys):
    assert main(["orders", "ann@example.org"]) == 0
    assert capsys.readouterr().out == "1 2024-03-08\n3 2024-03-09\n"


def test_orders_of_nobody(capsys):
    assert main(["orders", "eve@example.org"]) == 1
    assert "nobody has the address eve@example.org" in capsys.readouterr().out
    assert main(["orders"]) == 1


def test_receipt(capsys):
    assert main(["receipt", "2"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Order 2",
        "2024-03-08",
        "3 x Espresso beans",
        "Total: 29.40",
    ]


def test_receipt_for_no_order(capsys):
    assert main(["receipt", "99"]) == 1
    assert "there is no order 99" in capsys.readouterr().out


def test_without_products(monkeypatch, tmp_path):
    monkeypatch.setenv("SHOP_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError):
        main(["tags"])


def test_without_orders(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("SHOP_DATA", str(tmp_path))
    (tmp_path / "products.csv").write_text("sku,name,category,price,stock\n")
    assert main(["sales"]) == 0
    assert capsys.readouterr().out == "no orders\n"
