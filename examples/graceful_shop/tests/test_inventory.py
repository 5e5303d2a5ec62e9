import pytest
from shop.inventory import CATEGORIES, Inventory, Product


def products():
    return [
        Product("T-01", "Darjeeling", "tea", 650, 12),
        Product("C-01", "Espresso beans", "coffee", 980, 3),
        Product("B-01", "Carrot cake", "bakery", 360, 0),
    ]


def test_categories():
    assert CATEGORIES == {"T": "tea", "C": "coffee", "B": "bakery", "D": "dishes"}


def test_shelves():
    assert Inventory.SHELVES == ["A1", "A2", "B1", "B2", "C1", "C2"]


def test_product_is_available():
    tea, coffee, cake = products()
    assert tea.is_available() and coffee.is_available()
    assert not cake.is_available()


def test_load(tmp_path):
    path = tmp_path / "products.csv"
    path.write_text(
        "sku, name, category, price, stock\n"
        "T-01, Darjeeling, tea, 6.50, 12\n"
        "D-01, Teapot, , 24, 1\n"
        "X-01, Gift card, , 19.99, 0\n",
        encoding="utf-8",
    )
    inventory = Inventory.load(path)
    assert [vars(product) for product in inventory.products] == [
        {
            "sku": "T-01",
            "name": "Darjeeling",
            "category": "tea",
            "price": 650,
            "stock": 12,
        },
        {
            "sku": "D-01",
            "name": "Teapot",
            "category": "dishes",
            "price": 2400,
            "stock": 1,
        },
        {
            "sku": "X-01",
            "name": "Gift card",
            "category": "other",
            "price": 1999,
            "stock": 0,
        },
    ]


def test_load_with_a_wrong_price(tmp_path):
    path = tmp_path / "products.csv"
    path.write_text(
        "sku,name,category,price,stock\nT-01,Tea,tea,cheap,1\n", encoding="utf-8"
    )
    with pytest.raises(ValueError):
        Inventory.load(path)


def test_load_without_a_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        Inventory.load(tmp_path / "products.csv")


def test_find():
    inventory = Inventory(products())
    assert inventory.find("C-01").name == "Espresso beans"
    assert inventory.find("Z-99") is None
    assert Inventory().find("C-01") is None


def test_find_gives_the_first_of_two():
    first, second = Product("A", "1", "tea", 1, 1), Product("A", "2", "tea", 1, 1)
    assert Inventory([first, second]).find("A") is first


def test_has():
    inventory = Inventory(products())
    assert inventory.has("B-01") is True
    assert inventory.has("b-01") is False
    assert Inventory().has("B-01") is False


def test_is_complete():
    assert Inventory(products()).is_complete() is False
    assert Inventory(products()[:2]).is_complete() is True
    assert Inventory().is_complete() is True


def test_running_low():
    inventory = Inventory(products())
    assert [product.sku for product in inventory.running_low()] == ["C-01"]
    assert [product.sku for product in inventory.running_low(20)] == ["T-01", "C-01"]
    assert inventory.running_low(0) == []


def test_tags():
    assert Inventory(products()).tags() == [
        "Darjeeling 6.50",
        "Espresso beans 9.80",
        "Carrot cake (sold out)",
    ]
    assert Inventory().tags() == []


def test_prices():
    assert Inventory(products()).prices() == {"T-01": 650, "C-01": 980, "B-01": 360}
    assert Inventory().prices() == {}


def test_receive():
    inventory = Inventory(products())
    assert inventory.receive(["B-01", "Z-99", "T-01"], [10, 1, 3]) == ["Z-99"]
    assert [product.stock for product in inventory.products] == [15, 3, 10]
    assert inventory.receive([], []) == []


def test_receive_with_too_few_counts():
    with pytest.raises(IndexError):
        Inventory(products()).receive(["B-01", "T-01"], [10])
