import pytest
from shop.customers import (
    Customer,
    add_names,
    address_book,
    cities,
    find_customer,
    greetings,
    guest_book,
    invite,
    load_customers,
    newsletter,
    numbered,
)


def people():
    return [
        Customer("Ann Archer", "ann@example.org", "oslo"),
        Customer("Bob Baker", "bob@example.org"),
        Customer("", "office@example.org", "OSLO"),
        Customer("Dee Dyer", "dee@example.org", "hamar"),
    ]


def test_load_customers(tmp_path):
    path = tmp_path / "customers.json"
    path.write_text(
        '[{"name": "Ann", "email": "Ann@Example.org", "city": "oslo"},'
        ' {"name": "Bob", "email": "bob@example.org"}]',
        encoding="utf-8",
    )
    assert [vars(customer) for customer in load_customers(path)] == [
        {"name": "Ann", "email": "ann@example.org", "city": "oslo"},
        {"name": "Bob", "email": "bob@example.org", "city": ""},
    ]


def test_load_customers_with_a_nameless_entry(tmp_path):
    path = tmp_path / "customers.json"
    path.write_text('[{"email": "ann@example.org"}]', encoding="utf-8")
    with pytest.raises(KeyError):
        load_customers(path)


def test_find_customer():
    customers = people()
    assert find_customer(customers, "BOB@example.org") is customers[1]
    assert find_customer(customers, "eve@example.org") is None
    assert find_customer([], "bob@example.org") is None


def test_cities():
    assert cities(people()) == {"Oslo", "Hamar"}
    assert cities([]) == set()


def test_address_book():
    assert address_book(people()) == {
        "ann@example.org": "Ann Archer",
        "bob@example.org": "Bob Baker",
        "dee@example.org": "Dee Dyer",
    }
    assert address_book([]) == {}


def test_greetings():
    assert greetings("Ann Archer\nBob\n") == ["Dear Ann,", "Dear Bob,"]
    assert greetings("") == []


def test_greeting_for_nobody():
    with pytest.raises(IndexError):
        greetings("Ann\n\nBob")


def test_numbered():
    assert numbered("tea\n  cake ") == "1. tea\n2. cake\n"
    assert numbered("") == ""


def test_guest_book():
    heading = ["Guest book", "=========="]
    assert guest_book("first\n second \nthird") == [
        *heading,
        "third",
        "second",
        "first",
    ]
    assert guest_book("") == heading


def test_newsletter(tmp_path):
    path = tmp_path / "unsubscribed.txt"
    path.write_text("BOB@example.org eve@example.org\noffice@example.org\n")
    assert newsletter(people(), path) == (["ann@example.org", "dee@example.org"], 2)
    assert newsletter([], path) == ([], 0)


def test_newsletter_when_nobody_has_unsubscribed(tmp_path):
    path = tmp_path / "unsubscribed.txt"
    path.write_text("")
    send, skipped = newsletter(people(), path)
    assert len(send) == 4
    assert skipped == 0


def test_newsletter_without_a_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        newsletter(people(), tmp_path / "unsubscribed.txt")


def test_invite(tmp_path):
    path = tmp_path / "guests.txt"
    path.write_text("# friends\nMayor Miller\nDee Dyer\n\nMayor Miller\n")
    assert invite(path, people()) == [
        "Mayor Miller",
        "Dee Dyer",
        "Ann Archer",
        "Bob Baker",
        "",
    ]
    path.write_text("")
    assert invite(path, []) == []


def test_add_names():
    names = ["Eve"]
    assert add_names(names, people()[:2]) is None
    assert names == ["Eve", "Ann Archer", "Bob Baker"]
    add_names(names, [])
    assert len(names) == 3
