"""Territory: the municipalities a region is about, checked, and the ring around them.

Start reading at `check_territory`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from brygga.core import codes as code_lists
from brygga.core.errors import BryggaError, SettingError, UnknownCodeError, listed, raise_all
from brygga.core.geo import haversine_km

RING_KM = 45.0
"""How far away (between centres of population, as the crow flies) a municipality still belongs to the ring."""

RESTS = ("99", "9999")
"""Codes that statistics use for a county and a municipality that is not known."""


def check_territory(given: str | Sequence[str], *, option: str = "--territory") -> tuple[str, ...]:
    """The codes, each a municipality of today, in order of code.

    Parameters
    ----------
    given : codes, or one text with commas between them

    Raises
    ------
    UnknownCodeError, SettingError, or FaultsError with several
        A county is not taken for its municipalities, and a lost zero is pointed out.

    Examples
    --------
    >>> check_territory("1080, 1060")
    ('1060', '1080')
    """
    codes = [code.strip() for code in (given.split(",") if isinstance(given, str) else given)]
    codes = [code for code in codes if code]
    if not codes:
        raise SettingError(
            f"{option} names no municipality",
            why="a territory is at least one municipality",
            todo=f"write for example {option} 1060,1080",
        )
    twice = sorted({code for code in codes if codes.count(code) > 1})
    faults = [fault for code in dict.fromkeys(codes) if (fault := _fault(code, option))]
    if twice:
        why = "each municipality is counted once"
        faults.append(SettingError(f"{option} names {listed(twice)} more than once", why=why, todo="keep one of each"))
    raise_all(option, faults)
    return tuple(sorted(codes))


def ring_of(territory: Sequence[str], km: float = RING_KM) -> tuple[str, ...]:
    """The municipalities around a territory: in a labour market area or FA region with one of it, or near one.

    Examples
    --------
    >>> ring_of(["1060"])[:4]
    ('0763', '0765', '1080', '1081')
    """
    places = code_lists.classification("kommun").sort("code")
    inside = places["code"].is_in(list(territory)).to_numpy()
    lat, lon = (
        places[column].fill_null(places[other]).to_numpy() for column, other in (("wlat", "lat"), ("wlon", "lon"))
    )
    apart = haversine_km(lat[:, None], lon[:, None], lat[inside][None, :], lon[inside][None, :])
    near = np.asarray(apart.min(axis=1) <= km)
    for area in ("labour_market_area", "functional_region"):
        near |= places[area].is_in(places[area].filter(inside).to_list()).to_numpy()
    return tuple(places["code"].filter(near & ~inside).to_list())


def _fault(code: str, option: str) -> BryggaError | None:
    if code in code_lists.codes("kommun"):
        return None
    if code in code_lists.codes("county") or code == "00":
        return _county(code, option)
    if f"0{code}" in code_lists.codes("kommun"):
        why = f"{code} looks like 0{code} read as a number"
        return UnknownCodeError(f"{option}: {code} is no municipality", why=why, todo=f"write 0{code}")
    if code in RESTS:
        why = "statistics book there what has no known place"
        return UnknownCodeError(f"{option}: {code} is a rest code", why=why, todo="leave it out")
    why = "codes have four digits" if not re.fullmatch(r"\d{4}", code) else "it may have been merged or renumbered"
    return UnknownCodeError(
        f"{option}: {code} is no municipality of today",
        why=why,
        todo="write the code it has now, as in classifications/municipalities.csv",
    )


def _county(code: str, option: str) -> BryggaError:
    if code == "00":
        return SettingError(
            f"{option}: 00 is the whole country",
            why="a territory is a set of municipalities",
            todo="name those you mean",
        )
    inside = sorted(one for one in code_lists.codes("kommun") if code_lists.county_of(one) == code)
    return SettingError(
        f"{option}: {code} is a county ({code_lists.name_of(code, 'county', 'sv')})",
        why="a territory is a free set of municipalities, and county borders are no walls",
        todo=f"name the municipalities you mean; the county's are {','.join(inside)}",
    )
