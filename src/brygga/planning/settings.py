"""`settings.json`: the years, the weights and the reach of a planning problem.

Start reading at `Settings`, then `settings_of`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from typing import Any

from brygga.core.errors import BryggaError, FileError, SettingError, listed, raise_all

WHERE = "settings.json"
WHOLE = ("horizon", "price_year")
NUMBERS = ("discount", "stay", "cost_weight", "surplus_weight")
WANTED = ("years", "price_year", "discount", "stay", "reach", "cost_weight", "surplus_weight")
HARMLESS: Mapping[str, Any] = {
    "years": [0, 0],
    "price_year": 0,
    "discount": 1,
    "stay": 1,
    "reach": "free",
    "cost_weight": 0,
    "surplus_weight": 0,
}
"""Stand in for words that are lacking or cannot be read, so that the others are looked at too."""
REACHES = ("fixed", "free")
MOST_YEARS = 200
ADVICE = "see docs/method/planning-problem.md"


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
    SettingError, or FaultsError with every word that is lacking or wrong.

    Examples
    --------
    >>> settings_of({"years": [2027, 2029], "price_year": 2026, "discount": 1, "stay": 0.9, "reach": "free",
    ...     "cost_weight": 0, "surplus_weight": 0}).horizon
    2029
    """
    wrong = _wrong_words(given)
    faults = _missing_words(given) + [
        SettingError(f"{WHERE}: {word} is {given[word]!r}", why=f"{what} belongs there", todo="correct it there")
        for word, what in wrong.items()
    ]
    known = {**HARMLESS, **{word: value for word, value in given.items() if word not in wrong}}
    first, last = (int(year) for year in known["years"])
    horizon = known.get("horizon")
    settings = Settings(
        first=first,
        last=last,
        horizon=last if horizon is None or "years" not in given or "years" in wrong else int(horizon),
        price_year=int(known["price_year"]),
        reach=str(known["reach"]),
        **{word: float(known[word]) for word in NUMBERS},
    )
    raise_all(WHERE, [*faults, *settings_faults(settings)])
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


def read_settings(path: Path) -> tuple[Settings, list[str]]:
    """The settings in a file, and what is said there but not read.

    Raises
    ------
    FileError, SettingError, or FaultsError when there are several.
    """
    try:
        given = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise FileError(f"{path} cannot be read: {error}", why="it says which years count", todo="write it") from error
    if not isinstance(given, dict):
        raise FileError(f"{path} holds no words with values", why="it says which years count", todo=ADVICE)
    return settings_of(given), unread_words(given)


def unread_words(given: Mapping[str, Any]) -> list[str]:
    """A sentence when `settings.json` has words that nobody reads.

    Examples
    --------
    >>> unread_words({"years": [2027, 2029], "horizont": 2031})
    ["settings.json has horizont (was 'horizon' meant?), which means nothing and is not read."]
    """
    words = []
    for word in given:
        if word not in (*WANTED, "horizon"):
            near = get_close_matches(word, [*WANTED, "horizon"], n=1, cutoff=0.75)
            words.append(f"{word} (was {near[0]!r} meant?)" if near else word)
    return [f"{WHERE} has {listed(words)}, which means nothing and is not read."] if words else []


def _missing_words(given: Mapping[str, Any]) -> list[BryggaError]:
    missing = [word for word in WANTED if word not in given]
    if not missing:
        return []
    return [SettingError(f"{WHERE} lacks {', '.join(missing)}", why="nothing is guessed", todo=ADVICE)]


def _wrong_words(given: Mapping[str, Any]) -> dict[str, str]:
    """The words whose value is of the wrong kind, and what belongs there."""
    wrong = {}
    years = given.get("years", [0, 0])
    if not (isinstance(years, list | tuple) and len(years) == 2 and all(_is_number(y, whole=True) for y in years)):
        wrong["years"] = "a list of the first and the last year of start, [2027, 2031],"
    for word in (*WHOLE, *NUMBERS):
        value = given.get(word)
        if word in given and not (word == "horizon" and value is None) and not _is_number(value, whole=word in WHOLE):
            wrong[word] = "a whole number" if word in WHOLE else "a number"
    return wrong


def _is_number(value: object, whole: bool) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isfinite(value) and (not whole or float(value).is_integer())
