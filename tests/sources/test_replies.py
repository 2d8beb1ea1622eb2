"""Surprises in replies: each names what, where, and what to do."""

import itertools
import re

import pytest

from brygga.core.errors import TableError
from brygga.sources import replies
from brygga.sources.replies import json_of, key_of, list_of, number_of, text_of, walk, whole_of


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Kolada: the reply is empty"),
        (b"<html><title>Stopp</title>", r"Kolada: a web page came instead of data \(<html>"),
        (b'{"values": [', "Kolada: the reply is no JSON"),
        (b'{"a": "\xe5"}', "Kolada: the reply is no JSON"),
    ],
)
def test_what_is_no_json_is_named(content, words):
    with pytest.raises(TableError, match=words):
        json_of(content, "Kolada")


def test_a_byte_order_mark_is_no_fault():
    assert json_of(b'\xef\xbb\xbf{"a": 1}', "Kolada") == {"a": 1}


def test_a_missing_key_says_which_where_and_what_is_there():
    with pytest.raises(TableError, match=r"Kolada: values\[3\] has no key period; it has kpi, municipality\."):
        key_of({"kpi": 1, "municipality": 2}, "period", "Kolada: values[3]")


@pytest.mark.parametrize(
    ("read", "value", "wanted"),
    [
        (list_of, {}, "a list"),
        (text_of, "  ", "text"),
        (text_of, 7, "text"),
        (whole_of, "2024-25", "a whole number"),
        (whole_of, True, "a whole number"),
        (number_of, "ca 12", "a number"),
        (number_of, "nan", "a number"),
        (number_of, True, "a number"),
    ],
)
def test_a_value_of_another_kind_is_shown_with_its_place(read, value, wanted):
    with pytest.raises(TableError, match=re.escape("page.key is ") + ".*where " + wanted):
        read({"key": value}, "key", "page")


def test_numbers_are_read_with_point_comma_and_spaces_and_nothing_is_none():
    read = [number_of({"v": value}, "v", "p") for value in ("13,2", "1 234.5", 0, "0", None, "")]
    assert read == [13.2, 1234.5, 0.0, 0.0, None, None]


def test_pages_that_lead_back_are_an_error():
    turns = {"a": {"next": "b"}, "b": {"next": "a"}}
    with pytest.raises(TableError, match=r"Kolada: the pages never end \(page 2 leads back to a\)"):
        list(walk("a", turns.__getitem__, lambda page, _: page["next"], "Kolada"))


def test_pages_without_end_are_an_error(monkeypatch):
    monkeypatch.setattr(replies, "MOST_PAGES", 3)
    numbers = itertools.count()
    with pytest.raises(TableError, match=r"still more after 3"):
        list(walk("first", lambda path: {}, lambda page, _: f"page {next(numbers)}", "Kolada"))
