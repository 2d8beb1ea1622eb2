"""Sentences on a closure, made from numbers by rules: a finding is said only when its interval carries it.

Every sentence has its cases: somebody without work or nobody, courses that help, that may help, or that are not
computed, one post or many. Each is tested in both languages.

Start reading at `answer`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from brygga_web.decisions.sentences import NOTHING, ends
from brygga_web.frame.formats import counted, number, prose
from brygga_web.frame.texts import text

Spread = Mapping[str, float]
MONTHS = {
    "sv": (
        "januari", "februari", "mars", "april", "maj", "juni",
        "juli", "augusti", "september", "oktober", "november", "december",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip


def answer(posts: float, place: str, without: Spread | None, language: str) -> SafeString:
    """How many are without work a year after the posts have gone, if no course is bought; none when not followed."""
    values = {"n": round(posts), "posts": number(prose(posts), language), "place": place}
    if without is None:
        return text("closure.answer_short", language, **values)
    if without["p90"] < NOTHING:
        return text("closure.answer_nobody", language, **values)
    return text("closure.answer", language, ends=ends(without, language), **values)


def courses(fewer: Spread | None, language: str) -> SafeString | str:
    """What the best courses change; nothing where no interval of the difference is computed."""
    if fewer is None:
        return ""
    if max(abs(fewer["p10"]), abs(fewer["p90"])) < NOTHING:
        return text("closure.courses_nothing", language)
    if 0 <= fewer["p10"] < NOTHING:
        return text("closure.courses_at_most", language, high=number(prose(fewer["p90"]), language))
    if fewer["p10"] >= 0:
        return text("closure.courses_fewer", language, ends=ends(fewer, language))
    if fewer["p90"] <= 0:
        turned = {"p10": -fewer["p90"], "p90": -fewer["p10"]}
        return text("closure.courses_more", language, ends=ends(turned, language))
    many, few = (number(prose(abs(fewer[end])), language) for end in ("p10", "p90"))
    return text("closure.courses_unsure", language, more=many, fewer=few)


def others(spread: Spread | None, language: str) -> SafeString | str:
    """How many others are without work because those hit took posts they would have had; nothing where unsure."""
    if spread is None or spread["p10"] < NOTHING:
        return ""
    return text("closure.others", language, ends=ends(spread, language))


def first_of(rows: Sequence[Mapping[str, Any]], language: str) -> SafeString | str:
    """Of the stress test: the range of the first on the list, and whether the order between the first two is sure."""
    if not rows:
        return ""
    first = rows[0]
    says = text("closure.stress_answer", language, n=len(rows), ends=ends(first, language))
    sure = len(rows) == 1 or first["p10"] > rows[1]["p90"]
    return says if sure else together(says, text("closure.stress_unsure", language))


def ages(groups: Sequence[Mapping[str, Any]], language: str) -> SafeString:
    """Title of the table of ages: the oldest as slower only when their whole range lies below all the others'."""
    if len(groups) > 1 and groups[-1]["p90"] < min(group["p10"] for group in groups[:-1]):
        return text("closure.ages_finding", language)
    return text("closure.ages_title", language)


def together(*sentences: SafeString | str) -> SafeString:
    """Sentences one after the other; empty ones are left out."""
    return format_html_join(" ", "{}", ((sentence,) for sentence in sentences if sentence))


def homes(rows: Sequence[Mapping[str, Any]], workplace: str, hit: float, language: str) -> SafeString:
    """Under the title of the table of homes: how many are computed to live elsewhere, to the nearest tenth."""
    if hit <= 0:
        return text("closure.homes_nobody", language)
    away = sum(row["persons"] for row in rows if row["code"] != workplace) / hit
    share = tenths(away, language)
    return text("closure.homes_finding", language, share=share[:1].upper() + share[1:])


def tenths(share: float, language: str) -> SafeString:
    """A share in words, to the nearest tenth: "sex av tio"."""
    tens = round(10 * share)
    if tens in (0, 10):
        return text("closure.nearly_none" if tens == 0 else "closure.nearly_all", language)
    return text("closure.in_ten", language, n=tens, count=counted(tens, language))


def day(when: Any, language: str) -> str:
    """A date in words: "1 mars 2027"; nothing for no date."""
    return "" if when is None else f"{when.day} {MONTHS[language][when.month - 1]} {when.year}"


def month(when: Any, language: str) -> str:
    """The month of a date in words: "mars 2027"."""
    return f"{MONTHS[language][when.month - 1]} {when.year}"
