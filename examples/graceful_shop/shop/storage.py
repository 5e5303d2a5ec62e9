"""Reading and writing the files of the shop."""

import csv
import json
import threading

write_lock = threading.Lock()


def read_json(path):
    """Everything that a JSON file holds."""
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def write_json(path, data):
    """Save data as JSON, nicely indented."""
    with write_lock:
        # only one at a time, the web shop writes here too
        with open(path, "w", encoding="utf-8") as f:
            json.dump(data, f, indent=2)
            f.write("\n")  # editors like a newline at the end


def read_rows(path):
    """The rows of a CSV file as dicts, without spaces around names and values."""
    rows = []
    with open(path, newline="", encoding="utf-8") as f:
        # DictReader takes the names of the columns from the first line
        rows.extend(
            {key.strip(): value.strip() for key, value in row.items()} for row in csv.DictReader(f)
        )
    return rows


def write_rows(path, columns, rows):
    """Write dicts as a CSV file; what a dict does not have becomes an empty cell."""
    with open(path, "w", newline="", encoding="utf-8") as f:
        writer = csv.writer(f)
        writer.writerow(columns)
        for row in rows:
            cells = [row.get(column, "") for column in columns]
            writer.writerow(cells)


def read_words(path):
    """One entry a line; empty lines and lines that start with # do not count."""
    words = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            words.append(line)
    return words


def copy_file(source, target):
    """Copy a text file line by line and tell how many lines it had."""
    with open(source, encoding="utf-8") as old:
        with open(target, "w", encoding="utf-8") as new:
            count = 0
            for line in old:
                new.write(line)
                count += 1
    return count


class Journal:
    """Notes down what happened, one line for each event."""

    def __init__(self, path):
        self.lock = threading.Lock()
        self.events = []
        self.file = open(path, "a", encoding="utf-8")  # stays open until close()

    def note(self, text):
        with self.lock:
            self.events.append(text)
            self.file.write(text + "\n")

    def remind(self, texts):
        # only in memory, they do not go to the file
        self.events.extend("later: " + text for text in texts)

    def close(self):
        self.file.close()
