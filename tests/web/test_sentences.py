"""Sentences from numbers, every case in both languages."""

from __future__ import annotations

import pytest

from brygga_web.decisions import sentences
from brygga_web.frame.formats import prose


def spread(low: float, middle: float, high: float, naive: float = 0.0) -> dict[str, float]:
    return {"p10": low, "p50": middle, "p90": high, "naive": naive}


@pytest.mark.parametrize(
    ("language", "of", "words"),
    [
        ("sv", spread(472, 622, 788), "År 2032 står troligen mellan <strong>470 och 790</strong> arbeten obesatta,"),
        ("en", spread(472, 622, 788), "In 2032 between <strong>470 and 790</strong> posts will likely stand unfilled"),
        ("sv", spread(0, 0, 0.3), "ser alla arbeten ut att bli besatta"),
        ("en", spread(0, 0, 0.3), "all posts look to be filled"),
        ("sv", spread(1021, 1642, 2168), "1\u00a0020 och 2\u00a0170"),
    ],
)
def test_shortage(language, of, words):
    assert words in sentences.shortage(of, year=2032, language=language)


@pytest.mark.parametrize(
    ("language", "of", "words"),
    [
        ("sv", spread(14, 23, 33), "troligen mellan <strong>14 och 33</strong> fler"),
        ("en", spread(14, 23, 33), "between <strong>14 and 33</strong> more"),
        ("sv", spread(-104, -58, -15), "mellan <strong>15 och 105</strong> fler än de obesatta"),
        ("en", spread(-104, -58, -15), "between <strong>15 and 105</strong> more than the unfilled"),
        ("sv", spread(-14, 22, 58), "kan det bli brist eller överskott: mellan 14 för många och 58 för få"),
        ("en", spread(-14, 22, 58), "a shortage or a surplus: between 14 too many and 58 too few"),
        ("sv", spread(-0.2, 0, 0.2), "tar ut varandra"),
        ("en", spread(-0.2, 0, 0.2), "cancel out"),
    ],
)
def test_gap(language, of, words):
    assert words in sentences.gap(of, year=2032, language=language)


@pytest.mark.parametrize(
    ("count", "language", "words"),
    [
        (0, "sv", "Inga insatser ryms"),
        (1, "sv", "En insats för i genomsnitt 38,4 miljoner kronor"),
        (8, "sv", "Åtta insatser för i genomsnitt 38,4 miljoner kronor"),
        (45, "en", "45 measures for on average SEK 38.4 million"),
        (1, "en", "One measure for on average SEK 38.4 million"),
    ],
)
def test_plan(count, language, words):
    made = sentences.plan(spread(205, 274, 340), measures=count, cost_sek=38.4e6, year=2032, language=language)
    assert words in made


@pytest.mark.parametrize(
    ("language", "of", "words"),
    [
        ("sv", spread(272, 422, 588), "Med planen blir det mellan <strong>270 och 590</strong>."),
        ("en", spread(272, 422, 588), "With the plan it will be between <strong>270 and 590</strong>."),
        ("sv", spread(0, 0, 0.3), "Med planen ser alla ut att bli besatta."),
    ],
)
def test_what_is_left_with_the_plan(language, of, words):
    assert words in sentences.left(of, language=language)


def test_a_bound_below_a_thousandth_is_said_as_less_than():
    assert "mindre än 0,1 procent" in sentences.near_best(0.0002, "sv")
    assert "högst 1,8 procent" in sentences.near_best(0.018, "sv")
    assert "inte bevisat" in sentences.near_best(None, "sv")


@pytest.mark.parametrize(
    ("share", "words"), [(0.94, "nästan säkert"), (0.7, "troligt"), (0.5, "åt båda hållen"), (0.2, "mindre troligt")]
)
def test_a_chance_in_words_with_its_number(share, words):
    made = sentences.chance(share, "sv")
    assert words in made
    assert "%" in made


def test_running_text_rounds_and_keeps_small_numbers():
    assert [prose(x) for x in (7.6, 99.4, 103, 622)] == [8, 99, 105, 620]
