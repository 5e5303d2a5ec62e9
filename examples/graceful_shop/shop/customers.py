"""Who buys here, and how to write to them."""

from shop.storage import read_json, read_words


class Customer:
    def __init__(self, name, email, city=""):
        self.name = name
        self.email = email
        self.city = city


def load_customers(path):
    customers = []
    for entry in read_json(path):
        city = entry.get("city", "")
        customers.append(Customer(entry["name"], entry["email"].lower(), city))
    return customers


def find_customer(customers, email):
    """Look somebody up by e-mail address; None when there is nobody."""
    # addresses are unique
    found = next((customer for customer in customers if customer.email == email.lower()), None)
    return found


def cities(customers):
    found = {customer.city.title() for customer in customers if customer.city}
    return found


def address_book(customers):
    """Names by e-mail address."""
    book = {customer.email: customer.name for customer in customers if customer.name}
    return book


def greetings(text):
    """One greeting for each name in a text with one name a line."""
    names = text.splitlines()
    # the first name is enough
    lines = ["Dear " + name.split()[0] + "," for name in names]
    return lines


def numbered(text):
    """The lines of a text with their numbers, to read out on the phone."""
    lines = text.splitlines()
    result = ""
    for i, line in enumerate(lines):
        result += str(i + 1) + ". " + line.strip() + "\n"
    return result


def guest_book(text):
    """The guest book, one entry a line, with the latest entry on top."""
    entries = text.splitlines()
    shown = ["Guest book", "=========="]
    shown.extend(entry.strip() for entry in reversed(entries))
    return shown


def newsletter(customers, path):
    """Who gets the newsletter, and how many do not want it; a file says who."""
    with open(path, encoding="utf-8") as f:
        unsubscribed = f.read().lower().split()
    send = []
    skipped = 0
    unsubscribed_set = set(unsubscribed)
    for customer in customers:
        if customer.email in unsubscribed_set:
            skipped += 1  # maybe ask them why?
        else:
            send.append(customer.email)
    return send, skipped


def invite(path, customers):
    """The guests in a file and, after them, the customers; everybody only once."""
    everybody = list(read_words(path))
    everybody.extend(customer.name for customer in customers)
    once = []
    for name in everybody:
        if name not in once:
            once.append(name)
    return once


def add_names(names, customers):
    """Add the names of customers to a list that somebody else has made."""
    names.extend(customer.name for customer in customers)
