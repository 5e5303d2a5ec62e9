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
    found = None
    for customer in customers:
        if customer.email == email.lower():
            found = customer
            break  # addresses are unique
    return found


def cities(customers):
    found = set()
    for customer in customers:
        if customer.city:
            found.add(customer.city.title())
    return found


def address_book(customers):
    """Names by e-mail address."""
    book = {}
    for customer in customers:
        if not customer.name:
            continue
        book[customer.email] = customer.name
    return book


def greetings(text):
    """One greeting for each name in a text with one name a line."""
    names = text.splitlines()
    lines = []
    for i in range(len(names)):
        # the first name is enough
        lines.append("Dear " + names[i].split()[0] + ",")
    return lines


def numbered(text):
    """The lines of a text with their numbers, to read out on the phone."""
    lines = text.splitlines()
    result = ""
    for i in range(len(lines)):
        result += str(i + 1) + ". " + lines[i].strip() + "\n"
    return result


def guest_book(text):
    """The guest book, one entry a line, with the latest entry on top."""
    entries = text.splitlines()
    shown = ["Guest book", "=========="]
    for i in range(len(entries) - 1, -1, -1):
        entry = entries[i]
        shown.append(entry.strip())
    return shown


def newsletter(customers, path):
    """Who gets the newsletter, and how many do not want it; a file says who."""
    f = open(path, encoding="utf-8")
    unsubscribed = f.read().lower().split()
    f.close()
    send = []
    skipped = 0
    for customer in customers:
        if customer.email in unsubscribed:
            skipped += 1  # maybe ask them why?
        else:
            send.append(customer.email)
    return send, skipped


def invite(path, customers):
    """The guests in a file and, after them, the customers; everybody only once."""
    everybody = list(read_words(path))
    for customer in customers:
        everybody.append(customer.name)
    once = []
    for name in everybody:
        if name not in once:
            once.append(name)
    return once


def add_names(names, customers):
    """Add the names of customers to a list that somebody else has made."""
    for customer in customers:
        names.append(customer.name)
