"""Reading and writing the files of the shop."""

import csv
import json
import threading

write_lock = threading.Lock()


def read_json(path):
    """Everything that a JSON file holds."""
    return json.load(open(path, encoding="utf-8"))


def write_json(path, data):
    """Save data as JSON, nicely indented."""
    write_lock.acquire()
    try:
        # only one at a time, the web shop writes here too
        f = open(path, "w", encoding="utf-8")
        json.dump(data, f, indent=2)
        f.write("\n")  # editors like a newline at the end
        f.close()
    finally:
        write_lock.release()


def read_rows(path):
    """The rows of a CSV file as dicts, without spaces around names and values."""
    rows = []
    f = open(path, newline="", encoding="utf-8")
    try:
        # DictReader takes the names of the columns from the first line
        for row in csv.DictReader(f):
            clean = {}
            for key, value in row.items():
                clean[key.strip()] = value.strip()
            rows.append(clean)
    finally:
        f.close()
    return rows


def write_rows(path, columns, rows):
    """Write dicts as a CSV file; what a dict does not have becomes an empty cell."""
    f = open(path, "w", newline="", encoding="utf-8")
    writer = csv.writer(f)
    writer.writerow(columns)
    for row in rows:
        cells = []
        for column in columns:
            cells.append(row.get(column, ""))
        writer.writerow(cells)
    f.close()


def read_words(path):
    """One entry a line; empty lines and lines that start with # do not count."""
    words = []
    for line in open(path, encoding="utf-8"):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        words.append(line)
    return words


def copy_file(source, target):
    """Copy a text file line by line and tell how many lines it had."""
    old = open(source, encoding="utf-8")
    new = open(target, "w", encoding="utf-8")
    count = 0
    for line in old:
        new.write(line)
        count += 1
    old.close()
    new.close()
    return count


class Journal:
    """Notes down what happened, one line for each event."""

    def __init__(self, path):
        self.lock = threading.Lock()
        self.events = []
        self.file = open(path, "a", encoding="utf-8")  # stays open until close()

    def note(self, text):
        self.lock.acquire()
        try:
            self.events.append(text)
            self.file.write(text + "\n")
        finally:
            self.lock.release()

    def remind(self, texts):
        # only in memory, they do not go to the file
        for text in texts:
            self.events.append("later: " + text)

    def close(self):
        self.file.close()
