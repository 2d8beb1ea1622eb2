"""`settings.json`: the years, the weights and the reach of a planning problem.

Start reading at `Settings`, then `settings_of`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from brygga.core.errors import BryggaError, FileError, SettingError, listed, raise_all

WHERE = "settings.json"
WHOLE = ("horizon", "price_year")
NUMBERS = ("discount", "stay", "cost_weight", "surplus_weight")
WANTED = ("years", "price_year", "discount", "stay", "reach", "cost_weight", "surplus_weight")
REACHES = ("fixed", "free")
MOST_YEARS = 200
TODO = "see docs/method/planning-problem.md"


@dataclass(frozen=True)
class Settings:
    """What `settings.json` says; `horizon` is the last year that counts."""

    first: int
    last: int
    horizon: int
    price_year: int
    discount: float
    stay: float
    reach: str
    cost_weight: float
    surplus_weight: float

    @property
    def starts(self) -> range:
        """Years in which classes may start."""
        return range(self.first, self.last + 1)

    @property
    def years(self) -> range:
        """Years that count."""
        return range(self.first, self.horizon + 1)


def settings_of(given: Mapping[str, Any]) -> Settings:
    """`Settings` of the words in `settings.json`.

    Raises
    ------
    SettingError, or FaultsError with every word that is lacking, unknown or wrong.

    Examples
    --------
    >>> settings_of({"years": [2027, 2029], "price_year": 2026, "discount": 1, "stay": 0.9, "reach": "free",
    ...     "cost_weight": 0, "surplus_weight": 0}).horizon
    2029
    """
    faults = _word_faults(given)
    raise_all(WHERE, faults)
    first, last = (int(year) for year in given["years"])
    settings = Settings(
        first=first,
        last=last,
        horizon=last if given.get("horizon") is None else int(given["horizon"]),
        price_year=int(given["price_year"]),
        reach=given["reach"],
        **{word: float(given[word]) for word in NUMBERS},
    )
    raise_all(WHERE, settings_faults(settings))
    return settings


def settings_faults(s: Settings) -> list[BryggaError]:
    """What no plan can be weighed with."""
    rules = {
        f"years {s.first}-{s.last} and horizon {s.horizon} are not in order": s.first <= s.last <= s.horizon,
        f"years {s.first} to {s.horizon} are more than {MOST_YEARS}": s.horizon - s.first < MOST_YEARS,
        f"discount {s.discount:g} is not above 0 and at most 1": 0 < s.discount <= 1,
        f"stay {s.stay:g} is outside 0 to 1": 0 <= s.stay <= 1,
        f"reach is {s.reach!r}, not fixed or free": s.reach in REACHES,
        f"cost_weight {s.cost_weight:g} is below zero": s.cost_weight >= 0,
        f"surplus_weight {s.surplus_weight:g} is below zero": s.surplus_weight >= 0,
    }
    return [
        SettingError(f"{WHERE}: {what}", why="no plan can be weighed with it", todo="correct it there")
        for what, holds in rules.items()
        if not holds
    ]


def read_settings(path: Path) -> Settings:
    """The settings in a file.

    Raises
    ------
    FileError, SettingError, or FaultsError when there are several.
    """
    try:
        given = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise FileError(f"{path} cannot be read: {error}", why="it says which years count", todo="write it") from error
    if not isinstance(given, dict):
        raise FileError(f"{path} holds no words with values", why="it says which years count", todo=TODO)
    return settings_of(given)


def _word_faults(given: Mapping[str, Any]) -> list[BryggaError]:
    missing = [f"lacks {word}" for word in WANTED if word not in given]
    unknown = [f"has {word}, which means nothing" for word in given if word not in (*WANTED, "horizon")]
    faults: list[BryggaError] = []
    if missing or unknown:
        said = listed(missing + unknown, most=len(missing) + 5)
        faults.append(SettingError(f"{WHERE} {said}", why="nothing is guessed", todo=TODO))
    years = given.get("years", [0, 0])
    wrong = {}
    if not (isinstance(years, list) and len(years) == 2 and all(_is_number(year, whole=True) for year in years)):
        wrong["years"] = "the first and the last year of start, [2027, 2031],"
    for word in (*WHOLE, *NUMBERS):
        value = given.get(word)
        if (word in given) and not (word == "horizon" and value is None) and not _is_number(value, word in WHOLE):
            wrong[word] = "a whole number" if word in WHOLE else "a number"
    return faults + [
        SettingError(f"{WHERE}: {word} is {given[word]!r}", why=f"{what} belongs there", todo="correct it there")
        for word, what in wrong.items()
    ]


def _is_number(value: object, whole: bool) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isfinite(value) and (not whole or float(value).is_integer())
