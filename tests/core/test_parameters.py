"""Every number has a source, and is read by day."""

from __future__ import annotations

from datetime import date

import pytest

from brygga.core.errors import ParameterError
from brygga.core.parameters import UNCHECKED, all_values, parse, value_on

WHOLE = {
    "title": {"sv": "Räntan", "en": "The rate"},
    "unit": "share",
    "kind": "judgement",
    "range": [0, 1],
    "checked": date(2026, 11, 23),
    "values": {
        date(2024, 1, 1): {"value": 0.1, "source": UNCHECKED},
        date(2026, 1, 1): {"value": 0.2, "source": UNCHECKED},
    },
}


def test_every_embedded_parameter_is_whole():
    values = all_values()
    assert values
    assert all(value.source.strip() and value.unit and value.title["sv"] for value in values)
    assert all(value.kind != "judgement" or "not checked" in value.source or "," in value.source for value in values)


def test_the_latest_value_in_force_is_the_one():
    assert [value.value for value in parse(WHOLE, "t.n")] == [0.1, 0.2]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"values": {date(2026, 1, 1): {"value": 0.2}}}, "2026-01-01 has no source"),
        ({"values": {date(2026, 1, 1): {"value": 0.2, "source": "  "}}}, "has no source"),
        ({"values": {date(2026, 1, 1): {"value": 3, "source": UNCHECKED}}}, "outside its range 0 to 1"),
        ({"values": {}}, "no dated values"),
        ({"unit": ""}, "no unit"),
        ({"kind": "guess"}, "kind is 'guess'"),
        ({"title": {"sv": "Räntan"}}, "title lacks sv or en"),
        ({"checked": None}, "checked is no date"),
    ],
)
def test_an_incomplete_parameter_is_refused(change, words):
    with pytest.raises(ParameterError, match=words):
        parse({**WHOLE, **change}, "t.n")


def test_a_value_is_never_read_backwards():
    first = all_values()[0]
    with pytest.raises(ParameterError, match=r"has no value on 1900-01-01.*start the run later"):
        value_on(first.name, date(1900, 1, 1))


def test_an_unknown_parameter_points_to_the_list():
    with pytest.raises(ParameterError, match=r"there is no parameter moon.phase.*assumptions.md"):
        value_on("moon.phase", date(2026, 1, 1))
