"""Numbers and texts for the owner of the shop."""

from shop.storage import write_rows

SMALL_WORDS = ["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "the"]


def euros(cents):
    return f"{cents / 100:.2f}"


def daily_totals(orders, prices):
    totals = {}
    for order in orders:
        totals[order.date] = totals.get(order.date, 0) + order.total(prices)
    return totals


def running_totals(amounts):
    """Sums from the start, as in a bank statement."""
    sums = []
    for amount in amounts:
        sums.append(amount + (sums[-1] if sums else 0))
    return sums


def summary(orders, prices):
    """A line about how many orders there are and how much the last one costs."""
    if not orders:
        return "no orders"
    count = 0
    for order in orders:
        count += 1
    return f"{count} orders, the last one for {euros(order.total(prices))}"


def receipt(order, inventory):
    """The lines of a receipt, with the total below."""
    lines = [f"Order {order.number}", order.date]
    lines.extend(f"{count} x {inventory.find(sku).name}" for sku, count in order.lines)
    lines.append("Total: " + euros(order.total(inventory.prices())))
    return lines


def headline(title):
    """A title in capitals, but the small words stay small."""
    text = ""
    small_words_set = set(SMALL_WORDS)
    for word in str(title).split():
        if word.lower() in small_words_set:
            text += word.lower() + " "
        else:
            text += word.upper() + " "
    return text.strip()


def pages(lines, size):
    """Yield a report in pages of this many lines."""
    page = []
    for line in lines:
        page.append(line)
        if len(page) == size:
            yield page
            page = []
    if page:
        yield page


def write_report(path, title, lines, size=40):
    """Write a text file in pages; returns how many pages there are."""
    count = 0
    with open(path, "w", encoding="utf-8") as f:
        f.write(headline(title) + "\n")
        for page in pages(lines, size):
            count += 1
            for line in page:
                f.write(line + "\n")
            f.write(f"-- page {count} --\n")
    return count


def write_sales(path, orders, prices):
    """Write the sales by day as a CSV file for the spreadsheet."""
    rows = [
        {"day": day, "total": euros(cents)}
        for day, cents in sorted(daily_totals(orders, prices).items())
    ]
    write_rows(path, ["day", "total"], rows)
