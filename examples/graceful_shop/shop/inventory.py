"""The products, and how many of each are on the shelf."""

from shop.storage import read_rows

# T -> tea and so on: the first letter of a sku is the one of its category
CATEGORIES = {category[0].upper(): category for category in ["tea", "coffee", "bakery", "dishes"]}


class Product:
    """Something to sell; the price is in cents."""

    def __init__(self, sku, name, category, price, stock):
        self.sku = sku
        self.name = name
        self.category = category
        self.price = price
        self.stock = stock

    def is_available(self):
        return self.stock > 0


class Inventory:
    """All products, in the order of the price list."""

    # the shelves have labels: A1 A2 B1 B2 C1 C2
    SHELVES = []
    for letter in "ABC":
        for number in "12":
            SHELVES.append(letter + number)

    def __init__(self, products=()):
        self.products = list(products)

    @classmethod
    def load(cls, path):
        """Read the price list from a CSV file."""
        products = []
        for row in read_rows(path):
            category = row["category"] or CATEGORIES.get(row["sku"][0], "other")
            # prices are written as 4.50, we count in cents
            price = round(float(row["price"]) * 100)
            stock = int(row["stock"])
            products.append(Product(row["sku"], row["name"], category, price, stock))
        return cls(products)

    def find(self, sku):
        """The product with this sku, or None."""
        return next((product for product in self.products if product.sku == sku), None)

    def has(self, sku):
        return any(product.sku == sku for product in self.products)

    def is_complete(self):
        """Whether nothing is sold out."""
        return all(product.is_available() for product in self.products)  # one is enough

    def running_low(self, limit=5):
        """What should be ordered soon. Sold out products are ordered already."""
        low = [
            product
            for product in self.products
            if product.is_available() and not product.stock > limit
        ]
        return low

    def tags(self):
        """What stands on the price tags."""
        tags = [
            (
                product.name + f" {product.price / 100:.2f}"
                if product.is_available()
                else product.name + " (sold out)"
            )
            for product in self.products
        ]
        return tags

    def prices(self):
        prices = {product.sku: product.price for product in self.products}
        return prices

    def receive(self, skus, counts):
        """Put a delivery on the shelves; returns the skus that nobody knows."""
        unknown = []
        for i in range(len(skus)):
            product = self.find(skus[i])
            if product is None:
                unknown.append(skus[i])
            else:
                product.stock += counts[i]
        return unknown
