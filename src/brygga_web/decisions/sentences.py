"""One sentence from numbers, with its cases: shortage, surplus, across zero, nothing to show.

The interval is bold and kept on one line. Numbers in running text are rounded to 5 above
100; tables hold whole persons.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.html import format_html
from django.utils.safestring import SafeString

from brygga_web.frame.choices import ALL, INDUSTRIAL
from brygga_web.frame.formats import millions, number, prose
from brygga_web.frame.texts import in_sentence, text

Spread = Mapping[str, float]
NOTHING = 0.5
"""Below half a person there is nothing to show."""
NAMED_FROM = 0.8
"""A group is named as the largest when it is so in this share of the draws."""


def ends(spread: Spread, language: str) -> SafeString:
    """Both ends in words, rounded for running text: "470 och 790"."""
    return text("decisions.ends", language, low=_prose(spread["p10"], language), high=_prose(spread["p90"], language))


def shortage(spread: Spread, *, year: int, language: str, within: str = "") -> SafeString:
    """How many posts stand unfilled in a year if we do as last year; `within` says in which occupations."""
    if spread["p90"] < NOTHING:
        return text("decisions.shortage_none", language, year=year, within=within)
    return text("decisions.shortage", language, year=year, ends=ends(spread, language), within=within)


def within(chosen: str, name: str, language: str) -> str:
    """The occupations as they stand after "posts": nothing for all, a place for industry, else the group."""
    if chosen == ALL:
        return ""
    key = "within_industrial" if chosen == INDUSTRIAL else "within_group"
    return text(f"decisions.{key}", language, name=in_sentence(name))


def largest(groups: str, language: str) -> SafeString | str:
    """Which groups are nearly always among the largest; nothing when none is."""
    return text("decisions.largest", language, groups=groups) if groups else ""


def gap(spread: Spread, *, year: int, language: str) -> SafeString:
    """Shortage less surplus: shortage, surplus, or not to be said."""
    if max(abs(spread["p10"]), abs(spread["p90"])) < NOTHING:
        return text("decisions.gap_none", language, year=year)
    if spread["p10"] >= 0:
        return text("decisions.gap_shortage", language, year=year, ends=ends(spread, language))
    turned = {"p10": -spread["p90"], "p90": -spread["p10"]}
    if spread["p90"] <= 0:
        return text("decisions.gap_surplus", language, year=year, ends=ends(turned, language))
    many, few = _prose(-spread["p10"], language), _prose(spread["p90"], language)
    return text("decisions.gap_unsure", language, year=year, many=many, few=few)


def left(spread: Spread, *, language: str) -> SafeString:
    """How many posts stand unfilled with the plan, after the sentence on doing as last year."""
    if spread["p90"] < NOTHING:
        return text("decisions.left_none", language)
    return text("decisions.left", language, ends=ends(spread, language))


def plan(spread: Spread, *, measures: int, cost_sek: float, year: int, language: str) -> SafeString:
    """How many measures for how much, and what they fill."""
    if not measures:
        return text("decisions.plan_none", language)
    return text(
        "decisions.plan",
        language,
        n=measures,
        count=measures_word(measures, language),
        cost=millions(cost_sek, language),
        ends=ends(spread, language),
        year=year,
    )


def measures_word(count: int, language: str) -> str:
    """A count that opens a sentence: "Åtta", "23"."""
    from brygga_web.frame.formats import counted

    word = counted(count, language)
    return word[:1].upper() + word[1:]


def near_best(improvement_gap: float | None, language: str) -> SafeString:
    """How far the plan can be from the best, in words."""
    if improvement_gap is None:
        return text("decisions.no_bound", language)
    if improvement_gap < 0.0005:
        return text("decisions.bound_near", language, gap=number(0.1, language, 1))
    return text("decisions.bound", language, gap=number(100 * improvement_gap, language, 1))


def chance(share: float, language: str) -> str:
    """A single chance in words, with the number near: "nästan säkert (94 %)"."""
    from brygga_web.frame.formats import percent

    steps = ((0.9, "almost_sure"), (0.67, "likely"), (0.33, "either"), (0.0, "less_likely"))
    key = next(key for least, key in steps if share >= least)
    return format_html("{} ({})", text(f"decisions.chance_{key}", language), percent(share, language))


def _prose(value: float, language: str) -> str:
    return number(prose(value), language)
