"""What black makes of a statement, our layout makes of it, too."""

from __future__ import annotations

import argparse
import ast
import dataclasses
import inspect
import io
import random
import tokenize
import typing
from collections import Counter
from collections.abc import Iterator

import black
import pytest
from black.mode import TargetVersion

from idiomist.layout import Style, laid_out
from idiomist.semantics.taste import TOO_MANY, lines_needed

STATEMENTS = r"""
found = [transform(element, scale=factor) for element in elements if element.is_interesting()]

found = [element for row in rows for element in row if element is not None and element.ready]

names = {name.strip().lower() for name in text.split(separator) if name and not
    name.startswith("#")}

ages = {person.full_name: today.year - person.born.year for person in registry.people.values()}

ages = {person.full_name: person.age for person in registry.people if person.age is not None}

return any(candidate.matches(pattern, ignoring_case=True) for candidate in self.candidates)

return not any(line.startswith(prefix) and line.endswith(suffix) for line in text.splitlines())

return all(condition(value) or value in exceptions for value in self.values_to_check.values())

first = next((entry for entry in self.entries if entry.key == wanted and not entry.hidden),
    None)

first = next((entry.value for entry in self.entries if entry.key == wanted),
    default_for(wanted))

return next((entry for entry in self.entries if entry.key == wanted and not entry.hidden), None)

found.extend(convert(number, base=16) for number in numbers if number % 2 == 0 and number >
    limit)

self.found_items.extend(item for item in self.all_items if item.price < self.price_limit)

self.found_items.extend([item for item in self.all_items if item.price < self.price_limit])

counts.update((word, text.count(word)) for word in words if word not in counts and word)

counts.update({word: text.count(word) for word in words if word not in counts and word})

self.seen.update(item.identifier for item in self.items_of(category, including_hidden=True))

with open(os.path.join(directory, "some-file-name.txt"), "w", encoding="utf-8") as target_file:

with gzip.open(path_of_the_archive_to_read_from, mode="rt", encoding="utf-8", errors="ignore")
    as f:

with self.connection_pool.locks_by_name[name_of_the_connection_to_lock_for_the_transaction]:

with path_to_the_configuration.open(encoding="utf-8", newline="") as configuration_file:

sizes = [len(element) if element is not None else 0 for element in elements_of_the_collection]

labels = ["even number" if number % 2 == 0 else "odd number" for number in numbers_to_label]

labels = [number if number.is_integer() and number > 0 else -number for number in numbers if
    number]

good = [item for item in items if item.price > minimum and item.price < maximum or item.is_free]

good = [item for item in items if (item.price > minimum and item.weight < maximum) or
    item.is_free]

good = [item for item in items if not (item.price > minimum and item.weight < maximum)]

lines = ["name: " + person.name + ", born: " + str(person.born) for person in
    self.list_of_people]

lines = [prefix + separator.join(part.strip() for part in parts) + suffix for parts in
    all_parts]

values = [parser.parse(line.strip().lower()).normalized().value for line in open_file_handle]

values = [outer(inner(deepest(value, 1), second=2), third=3) for value in
    a_rather_long_list_name]

values = [Person(first_name=row[0], last_name=row[1], age=int(row[2]), city=row[3]) for row in
    rows]

pairs = [(index, element.name) for index, element in enumerate(self.collection_of_elements)]

pairs = [(index, element) for index, element in enumerate(elements, start=1) if element > index]

values = [function(lambda key: key.lower() + suffix, element, default=None) for element in
    elements]

ordered = sorted((entry for entry in self.entries if entry.visible), key=lambda entry:
    entry.date)

parts = [text[start : start + length] for start in range(0, len(text), length) if text[start]]

parts = [text[position:] for position in positions_of_the_parts if text[position - 1 :] != ""]

numbers = [-number for number in self.numbers_to_be_negated if number != -1 and ~number >
    -limit]

flags = [not element.disabled for element in self.elements_with_flags if not element.is_hidden]

table = {key: [convert(value) for value in values] for key, values in grouped_by_key.items()}

names: list[str] = [person.name for person in people_in_the_list if person.name is not None]

self.names = [person.name.strip() for person in self.people_in_the_list if person.name is not
    None]

total_by_name[name] = [order.total for order in orders_of_the_person if order.total is not None]

result = [await fetch(address, timeout=30) for address in addresses_to_be_fetched if address.ok]

result = [element async for element in asynchronous_source_of_elements() if element.is_wanted]

result = [f"{person.name}: {person.age}" for person in self.people_in_the_list if person.age >
    17]

found = [transform(element, scale=factor,) for element in elements]

wanted = tuple(part for part in text_to_be_split.split("separator") if part and part !=
    unwanted)

text = ", ".join(part.strip() for part in text_to_be_split.split("separator") if part.strip())

print(", ".join(part.strip() for part in text_to_be_split.split("separator") if part.strip()))

found = [element for element in first_list_of_elements + second_list_of_elements if element > 0]

customers_by_name_set = set(customers_by_name_of_the_department_and_of_all_others[department])

found = [2 * number + offset for number in list_of_numbers if lower <= number <=
    upper_limit_here]

found = [number**2 for number in list_of_numbers_to_square if number**2 < limit_of_the_squares]

found = [value for key, value in mapping.items() if key in wanted_keys and value is not None]

found = [word for line in lines for word in line.split() if word.isalpha() and len(word) > 3 and
    word not in stop_words]

return [word for line in lines for word in line.split() if word.isalpha() and len(word) > 3]

return {word for line in lines for word in line.split() if word.isalpha() and len(word) > 3}

is_known = any(isinstance(node, ast.Name) and node.id == name for node in
    ast.walk(statement_tree))

is_free = not any(booking.overlaps(start, end) for booking in bookings if booking.room == room)

is_free = all(not booking.overlaps(start, end) for booking in bookings if booking.room == room)

if any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(statement_tree)):

found = [(yes if condition(element) else no) for element in elements_of_the_long_collection]

found = [call(element)(argument)[index] for element in collection_of_many_elements if
    call(element)]

keys = [a.b.c.d_very_long_attribute_name_of_something for a in self.collection.of_elements.here]

x = y = [element.something for element in self.collection_of_elements if element.something_else]

names += [person.name for person in people_in_the_list if person.name is not None and person.ok]

self.collected_results_by_name[name] = [convert_to_result(element, precision=self.precision,
    unit=self.unit) for element in elements]

wanted = next((candidate for candidate in self.list_of_all_candidates_ever_seen if
    candidate.matches(pattern)), "nothing found here")

return any(first_condition_of_the_element(element) and second_condition_of_the_element(element)
    for element in elements_to_be_checked)

return any(first_condition(element) or second_condition(element) and
    third_condition_of_it(element) for element in elements_to_check)

return not any(element.first_attribute_name == wanted.first_attribute_name and element.second ==
    wanted.second for element in elements)

return all(element.first_attribute_name != wanted.first_attribute_name for element in
    elements_of_a_collection_with_a_rather_long_name)

message_lines.extend("the name of the person is " + person.full_name + " and the age is " +
    str(person.age) for person in persons)

message_lines = [f"the name of the person is {person.full_name} and the age is {person.age}" for
    person in persons_of_the_department]

matrix = [[row[column] * factor + offset for row in self.matrix_of_numbers] for column in
    range(self.number_of_columns_in_the_matrix)]

flattened = [cell for table in document.tables_of_the_document for row in table.rows for cell in
    row.cells if cell.text and cell.visible]

totals = {customer.name: sum(order.amount for order in customer.orders if not order.cancelled)
    for customer in self.customers_by_name}

names = {name_of_the_thing_in_question(thing, including_its_namespace=True, separator="::") for
    thing in self.things_to_be_named_again}

chosen = [option for option in self.options if option.name not in excluded_names and
    option.group in (wanted_group, default_group)]

chosen = [option for option in self.options if option.name is not None and not option.is_hidden
    and option.priority >= minimal_priority]

values = [(first + second) * third // fourth % fifth for first, second, third, fourth, fifth in
    self.rows_of_numbers_to_be_calculated]

values = [first_number_of_the_row << shift | second_number_of_the_row & mask for
    first_number_of_the_row, second_number_of_the_row in rows]

with open(os.path.join(self.directory_of_the_reports,
    f"report-{self.name}-{today:%Y-%m-%d}.txt"), "w", encoding="utf-8") as report_file:

with lzma.open(self.path_of_the_compressed_archive_to_be_read_from, mode="rt", encoding="utf-8",
    errors="replace", newline="") as archive:

ordered = sorted([element for element in self.elements_of_the_collection if element.is_visible],
    key=lambda element: element.position)

return tuple(element.normalized(form="NFC").strip() for element in
    self.elements_of_the_collection_to_normalize if element is not None)

return sum(order.amount * order.price_of_one for order in self.orders_of_the_customer if
    order.is_paid and not order.is_cancelled_yet)

lengths = dict((len(word), word) for word in text_with_very_many_words_in_it.split() if
    word.isalpha() and word not in words_to_ignore)

parts = [text[start:stop].strip() for start, stop in zip(starts_of_the_parts,
    stops_of_the_parts) if text[start:stop].strip() != ""]

parts = [line[line.index(separator) + len(separator) :].strip() for line in
    self.lines_of_the_text_to_be_cut if separator in line]

result = [await self.client.fetch(address, timeout=self.timeout_in_seconds) async for address in
    self.addresses_of_the_servers_to_ask()]

callbacks = [partial(self.handle_event_of_the_kind, kind=kind, handler=handler) for kind,
    handler in self.handlers_by_kind.items()]

found_entries: dict[str, list[int]] = {entry.name: [value.number for value in entry.values] for
    entry in entries_to_be_searched_for}

is_valid = bool(text) and all(character.isalnum() or character in allowed_characters_of_the_name
    for character in text_of_the_name)

first_match = next((match_of_the_pattern for line in lines for match_of_the_pattern in
    pattern.finditer(line) if match_of_the_pattern), None)

words.extend(word for line in self.lines_of_the_text_to_be_searched for word in line.split() if
    len(word) > minimal_length_of_a_word)

xs.extend(map_to_something(element, some_argument, another_argument,
    keyword_argument=some_value) for element in collection_of_elements)

found = [*first_list_of_elements, *(element for element in second_list_of_elements if element)]

found = [element for element in self.collection_of_elements.get(key_of_the_collection, ())]

found = [index for index, (first_value, second_value) in enumerate(zip(first_values,
    second_values)) if first_value != second_value]

found = [x for x in ["first", "second", "third",] if x]

return next((position for position, element in enumerate(self.elements_of_the_page) if
    element.identifier == wanted_identifier), -1)

settings = {key.strip().lower(): value.strip() for key, value in (line.split("=", 1) for line
    in lines_of_the_file if "=" in line)}

settings.update((key.strip().lower(), value.strip()) for key, value in (line.split("=", 1) for
    line in lines_of_the_file if "=" in line))

values = [int(value) if value.isdigit() else float(value) for value in
    text_with_a_lot_of_numbers_in_it.split(separator_of_the_numbers)]

values = [outer(inner(deepest(value_of_things, number_of_things), second=2), third=3) for value
    in xs]

with (self.directory_of_the_reports / "some" / "longer" / "path" /
    name_of_the_report).open("w", encoding="utf-8") as report_file_to_write:

with open(self.path_of_the_source, "rb") as source_file, open(self.path_of_the_target, "wb") as
    target_file:

names = [name for name in
    self.registry.query(kind_of_the_entries).filter(active=True).order_by("name").all()]

return self.registry.query(kind_of_the_entries).filter(active=True,
    visible=True).order_by("name").first()

return first_condition_of_the_object and any(element.is_wanted_by(self.owner) for element in
    self.elements_of_it)

is_known = name_of_the_element in self.known_names or any(name in other for other in
    self.other_names_of_it)

ordered = sorted(entries_of_the_registry, key=lambda entry: entry.position if entry.position is
    not None else -1)

content_types = {kind.model: kind for kind in
    ContentType.objects.using(alias).filter(app_label=configuration.label)}

manifest = {name: list(filter(is_installed, models)) for name, models in
    all_models_of_the_application.items()}

self.totals_by_customer[customer.identifier] =
    sum_of_all_the_orders_of_the_customer_in_the_last_year

message = "these could not be found: %s" % ", ".join(sorted(name for name in names if name not
    in self.found))

with sys.stdin if arguments.file_name == "-" else open(arguments.file_name, encoding="utf-8")
    as input_file:

for index, (first_element, second_element) in enumerate(zip(self.first_elements,
    self.second_elements)):

if self.is_enabled and any(rule.matches(candidate, strictly=True) for rule in
    self.rules_of_the_registry):

first_found, second_found = next(((one, two) for one, two in pairs_of_elements if one == two),
    (None, None))

assert first_condition_of_the_object and any(element.is_wanted_by(self.owner) for element in self)

assert self.condition_of_the_object(first_argument, second_argument, third_argument, fourth) == 1234

assert first_condition_of_the_object or second_condition_of_the_object, "neither of the conditions"

assert first_condition, "neither of the conditions holds, as far as we know: %s" % (one, two)

assert measured == measured_by_others, "neither of the conditions %s, or something" % measured(a, b)

assert measured == measured_by_others(with_arguments), f"neither of the conditions or else {number}"

handlers += [lambda event, kind=kind: self.handle(event, kind) or self.ignore(event) for kind
    in self.kinds]
""".strip()
"""Separated by blank lines; each is one line, which is shown here on several."""
WIDTHS = (79, 88, 100, 120)
NEWLINE = "\n"
INDENTS = ("    ", "        ", "            ")


def as_written(shown: str) -> str:
    return " ".join(line.strip() for line in shown.splitlines())


def blackened(code: str, indent: str, width: int) -> str:
    """What black makes of one statement, or header, inside the same indentation."""
    depth = len(indent) // 4
    around = ["    " * level + "async def f():\n" for level in range(depth)]
    below = f"{indent}    pass\n" if code.endswith(":") else ""
    mode = black.Mode(line_length=width, target_versions={TargetVersion.PY311})
    done = black.format_str("".join(around) + f"{indent}{code}\n" + below, mode=mode)
    lines = done.splitlines(keepends=True)[depth:]
    return "".join(lines[:-1] if below else lines)


@pytest.mark.parametrize("shown", STATEMENTS.split("\n\n"), ids=as_written)
def test_lays_out_as_black_does(shown: str) -> None:
    code = as_written(shown)
    fitting = 0
    for indent in INDENTS:
        for width in WIDTHS:
            wanted = blackened(code, indent, width)
            if max(map(len, wanted.splitlines())) <= width:
                assert laid_out(f"{indent}{code}\n", indent, Style(width, "\n")) == wanted
                fitting += 1
    assert fitting


@pytest.mark.parametrize("shown", STATEMENTS.split("\n\n"), ids=as_written)
def test_commas_keep_nothing_apart_where_black_is_told_so(shown: str) -> None:
    code = as_written(shown)
    exploded = laid_out(f"{code}\n", "", Style(30, "\n"))
    below = "    pass\n" if code.endswith(":") else ""
    mode = black.Mode(line_length=79, magic_trailing_comma=False)
    wanted = black.format_str(exploded + below, mode=mode).removesuffix(below)
    assert laid_out(exploded, "", Style(79, "\n", keeps_exploded=False)) == wanted


def test_there_are_enough_statements() -> None:
    assert len(STATEMENTS.split("\n\n")) > 100


@pytest.mark.parametrize(
    "code",
    [
        'text = function("""one\ntwo""", with_an_argument)\n',
        'text = f"""one\n{two}""" + function(with_an_argument)\n',
        "found = [x for x in xs\n",
        "found = [\n    x  # two comments\n    ,  # for one word\n    y,\n]\n",
    ],
)
def test_what_cannot_be_moved_stays_as_it_is(code: str) -> None:
    assert laid_out(code, "", Style(20, "\n")) == code


def test_a_value_without_brackets_gets_parentheses_if_it_fits_there() -> None:
    code = "one_rather_long_name = another_name\n"
    assert laid_out(code, "", Style(24, "\n")) == "one_rather_long_name = (\n    another_name\n)\n"
    assert laid_out(code, "", Style(15, "\n")) == code


COMMENTED = """
found = [  # all of them
    element for element in elements]

found = [
    # the good ones,
    # in order
    element.name for element in elements
    # and no others
    if element.is_good]

found = [element for element in elements if not (
    # neither these
    element.is_bad
    or element.is_worse  # nor those
)]

text = function(one, two,  # both
    three)

text = function(
    one_rather_long_argument,  # the first one
    another_rather_long_argument, # the second one
    the_last_rather_long_argument)

with open(path, mode  # of the report
        ) as file:

with open(
    # where the report goes
    path, mode) as file:
""".strip()


@pytest.mark.parametrize("code", COMMENTED.split("\n\n"))
def test_comments_stand_where_black_puts_them(code: str) -> None:
    lines = "".join(f"    {line}\n" for line in code.splitlines())
    below = "        pass\n" if code.endswith(":") else ""
    mode = black.Mode(line_length=79, target_versions={TargetVersion.PY311})
    wanted = black.format_str(f"if True:\n{lines}{below}", mode=mode)
    assert f"if True:\n{laid_out(lines, INDENTS[0], Style(79, NEWLINE))}{below}" == wanted


def test_two_comments_never_share_a_line() -> None:
    code = "with open(path,  # of the report\n    mode) as file:  # which is closed\n"
    wanted = "with open(\n    path, mode  # of the report\n) as file:  # which is closed\n"
    assert laid_out(code, "", Style(79, "\n")) == wanted


SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Return)
BLOCKS = (ast.With, ast.For, ast.If, ast.While)


def real_statements() -> Iterator[str]:
    """Statements and headers of the standard library, each on one line."""
    for module in (ast, argparse, dataclasses, inspect, tokenize, typing):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, SIMPLE):
                yield ast.unparse(node)
            elif isinstance(node, BLOCKS):
                node.body = [ast.Pass()]
                if not isinstance(node, ast.With):
                    node.orelse = []
                yield ast.unparse(node).removesuffix("pass").rstrip()


def with_comments(code: str, chance: random.Random) -> str:
    """The code with comments, and line ends, strewn in between its brackets."""
    pieces: list[str] = []
    end = depth = 0
    for number, token in enumerate(tokens(code)):
        if depth and chance.random() < 0.2:
            pieces.append(chance.choice(("\n", f"  # {number}\n", f"\n  # {number}\n")))
        depth += (token.string in ("(", "[", "{")) - (token.string in (")", "]", "}"))
        pieces.append(code[end : token.end[1]])
        end = token.end[1]
    return "".join(pieces)


def tokens(code: str) -> list[tokenize.TokenInfo]:
    return [token for token in tokenize.generate_tokens(io.StringIO(code).readline) if token.string]


def meaning(code: str) -> str:
    try:
        return ast.dump(ast.parse(code))
    except IndentationError:
        return ast.dump(ast.parse(f"{code.rstrip()}\n    pass\n"))


def test_real_statements_keep_their_meaning_and_comments_and_do_not_change_again() -> None:
    chance = random.Random(1)
    tried = 0
    for flat in dict.fromkeys(real_statements()):
        # Comments in the middle of a string would be something else.
        if "\n" in flat or "f'" in flat or 'f"' in flat:
            continue
        for code in (flat, with_comments(flat, chance)):
            width = chance.choice((30, 50, 79))
            done = laid_out(code + "\n", "", Style(width, "\n"))
            assert meaning(done) == meaning(flat)
            assert comments(done) == comments(code)
            assert laid_out(done, "", Style(width, "\n")) == done
            tried += 1
    assert tried > 5000


def comments(code: str) -> Counter[str]:
    return Counter(token.string for token in tokens(code) if token.type == tokenize.COMMENT)


def test_a_statement_on_several_lines_is_joined_if_it_fits() -> None:
    code = "found = [\n    function(\n        x\n    ) for x in xs\n]\n"
    assert laid_out(code, "", Style(88, "\n")) == "found = [function(x) for x in xs]\n"


def test_a_backslash_is_not_needed_any_more() -> None:
    assert laid_out("found = one + \\\n    two\n", "", Style(88, "\n")) == "found = one + two\n"


def test_a_trailing_comma_keeps_what_it_stands_in_exploded() -> None:
    code = "found = [function(x, y,) for x in xs]\n"
    assert laid_out(f"    {code}", "    ", Style(88, "\n")) == blackened(code.strip(), "    ", 88)


def test_indent_and_line_ends_are_those_of_the_file() -> None:
    code = "\tfound = [element for element in elements]\r\n"
    lines = ["\tfound = [", "\t\telement for element in elements", "\t]", ""]
    assert laid_out(code, "\t", Style(42, "\r\n")) == "\r\n".join(lines)


@pytest.mark.parametrize("width", range(24, 100, 3))
@pytest.mark.parametrize(
    "head, pieces, tail",
    [
        ("names = [", ["user.name", "for user in users", "if user.is_active"], "]"),
        ("self.names = {", ["user.key: user", "for user in self.users"], "}"),
        ("first = next((", ["user", "for user in users", "if user.is_active"], "), None)"),
        ("return next((", ["user.name.title()", "for user in users"], "), max(one, other))"),
        ("return any(", ["user.is_active", "for user in users"], ")"),
    ],
)
def test_lines_are_counted_as_they_are_laid_out(
    head: str, pieces: list[str], tail: str, width: int
) -> None:
    code = f"{head}{' '.join(pieces)}{tail}\n"
    lines = laid_out(code, "", Style(width, "\n")).splitlines()
    fits = all(len(line) <= width for line in lines)
    counted = sum(bool(line.strip(" )]},")) for line in lines)
    assert lines_needed(pieces, width, head, tail) == (counted if fits else TOO_MANY)
