"""The shop on the command line: python -m shop.main COMMAND [ARGUMENT]."""

import os
import sys

from shop.customers import find_customer, load_customers
from shop.inventory import Inventory
from shop.orders import load_orders, orders_of
from shop.reports import receipt, summary

HELP = """\
tags             print the price tags
sales            print how much was ordered
orders EMAIL     print the orders of a customer
receipt NUMBER   print the receipt for an order"""


def commands():
    names = [line.split()[0] for line in HELP.splitlines()]
    return names


def main(argv):
    """Run one command; returns what the program should exit with."""
    if not argv or argv[0] not in commands():
        print(HELP)
        return 2
    folder = os.environ.get("SHOP_DATA", "data")
    inventory = Inventory.load(os.path.join(folder, "products.csv"))
    orders = load_orders(os.path.join(folder, "orders.json"))
    command, argument = argv[0], " ".join(argv[1:])
    if command == "tags":
        print("\n".join(inventory.tags()))
    elif command == "sales":
        print(summary(orders, inventory.prices()))
    elif command == "orders":
        customers = load_customers(os.path.join(folder, "customers.json"))
        customer = find_customer(customers, argument)
        if customer is None:
            print("nobody has the address", argument)
            return 1
        for order in orders_of(orders, customer.email):
            print(order.number, order.date)
    else:
        wanted = next((order for order in orders if str(order.number) == argument), None)
        if wanted is None:
            print("there is no order", argument)
            return 1
        print("\n".join(receipt(wanted, inventory)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
