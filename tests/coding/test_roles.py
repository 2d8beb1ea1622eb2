"""Titles that stand word for word where a need says who."""

from dataclasses import replace

import polars as pl
import pytest

from brygga.coding.pack import embedded_pack
from brygga.coding.roles import known_roles


@pytest.mark.parametrize(
    ("role", "code"),
    [
        ("svetsare", "7212"),
        ("CNC operatörer", "7223"),
        ("WELDERS", "7212"),
        ("montörer till linjen", None),  # more than the title
        ("", None),
        ("🙂", None),
    ],
)
def test_a_role_is_a_title_only_as_a_whole(role, code):
    [found] = known_roles([role], embedded_pack())
    assert (found[0] if found else None) == code


def test_a_title_of_two_occupations_is_none():
    pack = embedded_pack()
    other = pack.labels.filter(pl.col("text") == "svetsare").with_columns(code=pl.lit("7223"))
    assert known_roles(["svetsare", "elektriker"], replace(pack, labels=pl.concat([pack.labels, other])))[0] is None


def test_only_titles_are_asked_not_words_of_work():
    pack = embedded_pack()
    work = pack.labels.filter(~pl.col("family").is_in(["own", "name"]))
    assert known_roles(["svetsare"], replace(pack, labels=work)) == [None]
