import json

import pytest
from shop.storage import (
    Journal,
    copy_file,
    read_json,
    read_rows,
    read_words,
    write_json,
    write_lock,
    write_rows,
)


def test_json_there_and_back(tmp_path):
    path = tmp_path / "things.json"
    write_json(path, {"tea": [1, 2], "cake": None})
    assert read_json(path) == {"tea": [1, 2], "cake": None}


def test_json_ends_with_a_newline(tmp_path):
    path = tmp_path / "things.json"
    write_json(path, [])
    assert path.read_text(encoding="utf-8") == "[]\n"


def test_json_that_is_missing_or_broken(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_json(tmp_path / "nothing.json")
    (tmp_path / "broken.json").write_text("[1, 2", encoding="utf-8")
    with pytest.raises(json.JSONDecodeError):
        read_json(tmp_path / "broken.json")


def test_the_lock_is_free_again_when_writing_fails(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_json(tmp_path / "no" / "such" / "folder.json", [])
    with pytest.raises(TypeError):
        write_json(tmp_path / "things.json", {"tea": object()})
    assert not write_lock.locked()


def test_rows_without_spaces(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("a, b \n 1 ,2\n3, four words here \n", encoding="utf-8")
    assert read_rows(path) == [
        {"a": "1", "b": "2"},
        {"a": "3", "b": "four words here"},
    ]


def test_rows_of_an_empty_file(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("", encoding="utf-8")
    assert read_rows(path) == []
    path.write_text("a,b\n", encoding="utf-8")
    assert read_rows(path) == []


def test_row_with_a_missing_cell(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("a,b\n1\n", encoding="utf-8")
    with pytest.raises(AttributeError):
        read_rows(path)


def test_rows_there_and_back(tmp_path):
    path = tmp_path / "rows.csv"
    write_rows(path, ["a", "b"], [{"a": "1", "b": "x,y"}, {"b": "2"}, {"c": "3"}])
    assert read_rows(path) == [
        {"a": "1", "b": "x,y"},
        {"a": "", "b": "2"},
        {"a": "", "b": ""},
    ]


def test_words(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("# names\n\n  ann \nbob b.\n#cid\n", encoding="utf-8")
    assert read_words(path) == ["ann", "bob b."]
    path.write_text("", encoding="utf-8")
    assert read_words(path) == []


def test_words_without_a_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_words(tmp_path / "words.txt")


def test_copy_file(tmp_path):
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.write_text("one\ntwo\n\nfour", encoding="utf-8")
    assert copy_file(old, new) == 4
    assert new.read_text(encoding="utf-8") == "one\ntwo\n\nfour"


def test_copy_of_nothing(tmp_path):
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    with pytest.raises(FileNotFoundError):
        copy_file(old, new)
    assert not new.exists()
    old.write_text("", encoding="utf-8")
    assert copy_file(old, new) == 0
    assert new.read_text(encoding="utf-8") == ""


def test_journal(tmp_path):
    path = tmp_path / "journal.txt"
    journal = Journal(path)
    journal.note("opened")
    journal.remind(["order tea", "call the baker"])
    journal.note("closed")
    journal.close()
    assert journal.events == [
        "opened",
        "later: order tea",
        "later: call the baker",
        "closed",
    ]
    assert path.read_text(encoding="utf-8") == "opened\nclosed\n"
    assert journal.file.closed


def test_journal_goes_on_where_it_stopped(tmp_path):
    path = tmp_path / "journal.txt"
    for text in ["one", "two"]:
        journal = Journal(path)
        journal.remind([])
        journal.note(text)
        journal.close()
    assert path.read_text(encoding="utf-8") == "one\ntwo\n"


def test_journal_after_closing(tmp_path):
    journal = Journal(tmp_path / "journal.txt")
    journal.close()
    with pytest.raises(ValueError):
        journal.note("too late")
    assert not journal.lock.locked()
