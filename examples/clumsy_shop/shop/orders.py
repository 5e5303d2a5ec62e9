"""Orders: what a customer wants, how much it costs and whether it is paid."""

import threading

from shop.storage import read_json, write_json

number_lock = threading.Lock()
last_number = [0]  # a list, so that functions can change it


def next_number():
    """A new number for an order; two threads never get the same."""
    number_lock.acquire()
    last_number[0] += 1
    number = last_number[0]
    number_lock.release()
    return number


class Order:
    """An order with its lines: pairs of a sku and how many of it."""

    def __init__(self, number, email, date, lines=(), paid=False):
        self.number = number
        self.email = email
        self.date = date
        self.lines = []
        for sku, count in lines:
            self.lines.append((sku.upper(), count))
        self.paid = paid

    def add(self, sku, count=1):
        if count < 1:
            raise ValueError("cannot order " + str(count) + " of " + sku)
        self.lines.append((sku.upper(), count))

    def total(self, prices):
        """The price of everything in cents; a KeyError when a sku has no price."""
        total = 0
        for sku, count in self.lines:
            total += prices[sku] * count
        return total


def load_orders(path):
    """Read orders from a JSON file; no file means no orders yet."""
    try:
        entries = read_json(path)
    except FileNotFoundError:
        return []
    orders = []
    for entry in entries:
        order = Order(entry["number"], entry["email"], entry["date"])
        order.paid = entry.get("paid", False)
        for line in entry["lines"]:
            order.add(line["sku"], line["count"])
        orders.append(order)
        # new orders must not use the numbers of old ones
        last_number[0] = max(last_number[0], order.number)
    return orders


def save_orders(path, orders):
    """Write the orders to a JSON file."""
    entries = []
    for order in orders:
        lines = []
        for sku, count in order.lines:
            lines.append({"sku": sku, "count": count})
        entry = {"number": order.number, "email": order.email, "date": order.date}
        entries.append(dict(entry, paid=order.paid, lines=lines))
    write_json(path, entries)


def orders_of(orders, email):
    mine = []
    for order in orders:
        if order.email == email:
            mine.append(order)
    return mine


def ordered_skus(orders):
    skus = set()
    for order in orders:
        for sku, _ in order.lines:
            skus.add(sku)
    return skus


def big_lines(orders):
    """The lines of all orders in one list, the big ones only."""
    lines = []
    for order in orders:
        for sku, count in order.lines:
            # one or two of a thing is not big
            if count > 2:
                lines.append((order.number, sku, count))
    return lines


def first_unpaid(orders):
    """The order that waits longest for its money, as orders are sorted by date."""
    for order in orders:
        if not order.paid:
            return order


def mark_paid(orders, text):
    """Mark orders as paid, given a text with one number a line."""
    numbers = text.splitlines()
    marked = 0
    for order in orders:
        if not order.paid and str(order.number) in numbers:
            order.paid = True
            marked += 1
    return marked


def ship(order, inventory):
    """Take the products of an order off the shelves."""
    missing = []
    for sku, count in order.lines:
        product = inventory.find(sku)
        if product is None or product.stock < count:
            missing.append(sku)
    if missing:
        raise ValueError("not enough on the shelves: " + ", ".join(missing))
    for sku, count in order.lines:
        inventory.find(sku).stock -= count


def with_discounts(prices, percents):
    for i in range(len(prices)):  # idiomist: ignore[index-loop] the prices change
        prices[i] = round(prices[i] * (100 - percents[i]) / 100)
    return prices
