"""Vacancy chains: how many hirings an opening sets going, and who ends them.

Most vacancies are filled by somebody who has a job already and leaves a vacancy behind. The chain ends when
somebody comes from outside employment: from school, unemployment or another country.

    v = b + M' v,   M[j,k] = s[j] T[j,k]        vacancies: those opened, and those left behind
    from_outside[j] = (1 - s[j]) v[j]

`b` are the posts opened (expansion and replacement), `s` the share of vacancies filled by employed people, and
`T[j,k]` the share of these who come from occupation k. So the persons brought in from outside are as many as
the posts opened, however long the chains are (a law): openings count persons missing, vacancies count hirings.
Moves inside an occupation make the chains longer and change nothing else.

Start reading at `vacancy_chains`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from brygga.core.errors import SettingError, TableError, listed
from brygga.core.grids import Floats, to_array
from brygga.core.sums import total


def vacancy_chains(
    openings: pl.DataFrame, share_filled_by_employed: float | pl.DataFrame, transitions: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Vacancies (hirings) that openings generate per occupation, and how they are filled.

    Parameters
    ----------
    openings : occupation, openings and any other columns, which name separate chains (municipality, year, draw);
        fewer than none are posts that disappear and start no chain
    share_filled_by_employed : of vacancies, filled by people who have a job; one for all (parameter
        `projection.vacancies_filled_by_employed`), or occupation, share
    transitions : from_occupation, to_occupation, persons: employed people who changed job, those who stayed in
        the occupation too. Without it, or for an occupation nobody moved to, all moves are inside it

    Returns
    -------
    The columns of `openings`, and vacancies, by_employed, from_outside and net_moves (persons who come from other
    occupations less those who leave for them; they sum to zero over occupations).

    Raises
    ------
    SettingError when a share is not from 0 up to, but not including, 1; TableError when moves name another
    occupation or cannot be counted.

    Examples
    --------
    >>> vacancy_chains(pl.DataFrame({"occupation": ["7212"], "openings": [10.0]}), 0.5)["vacancies"].item()
    20.0
    """
    occupations = openings["occupation"].unique().sort().to_list()
    share = _shares(share_filled_by_employed, occupations)
    origin = _origins(transitions, occupations)
    keys = [column for column in openings.columns if column not in ("occupation", "openings")]
    chains = openings.select(keys).unique(maintain_order=True).sort(keys) if keys else pl.DataFrame({"": [0]})
    ordered = openings.with_columns(opened=pl.col("openings").clip(0.0))
    dims = {"chain": range(chains.height), "occupation": occupations}
    numbered = ordered.join(chains.with_row_index("chain"), on=keys) if keys else ordered.with_columns(chain=0)
    opened = to_array(numbered, "opened", dims, absent=0.0, where="openings")
    follow = share[:, None] * origin
    vacancies = np.linalg.solve(np.eye(len(occupations)) - follow.T, opened.T).T
    left_behind = vacancies @ follow
    parts = {
        "vacancies": vacancies,
        "by_employed": vacancies * share,
        "from_outside": vacancies * (1 - share),
        "net_moves": vacancies * share - left_behind,
    }
    places = numbered.select(
        pl.col("chain").cast(pl.Int64),
        at=pl.col("occupation").replace_strict(occupations, range(len(occupations)), return_dtype=pl.Int64),
    )
    rows, columns = places["chain"].to_numpy(), places["at"].to_numpy()
    found = {name: part[rows, columns] for name, part in parts.items()}
    return numbered.select(openings.columns).with_columns(pl.Series(name, part) for name, part in found.items())


def _shares(given: float | pl.DataFrame, occupations: Sequence[str]) -> Floats:
    if isinstance(given, pl.DataFrame):
        shares = to_array(given, "share", {"occupation": occupations}, where="share_filled_by_employed.share")
    else:
        shares = np.full(len(occupations), float(given))
    wrong = [f"{o} {s:g}" for o, s in zip(occupations, shares, strict=True) if not 0 <= s < 1]
    if wrong:
        raise SettingError(
            f"share of vacancies filled by employed people: {listed(wrong)}",
            why="with all of them filled so, no chain ever ends",
            todo="give a share from 0 up to, but not including, 1",
        )
    return shares


def _origins(transitions: pl.DataFrame | None, occupations: Sequence[str]) -> Floats:
    """T[j,k]: of the employed who fill a vacancy in j, the share that comes from k; each row sums to 1."""
    if transitions is None:
        return np.eye(len(occupations))
    named = {*transitions["from_occupation"], *transitions["to_occupation"]}
    unknown = sorted(named - set(occupations))
    if unknown:
        raise TableError(
            f"transitions: {listed(unknown)} not among the occupations of the openings",
            why="the chains that lead there would be lost",
            todo="take both in the same codes, with openings 0 where none are expected",
        )
    moves = transitions.group_by("from_occupation", "to_occupation", maintain_order=True).agg(
        total("persons").alias("persons"), hidden=pl.col("persons").is_null().any()
    )
    if moves["hidden"].any() or (moves["persons"] < 0).any():
        raise TableError(
            "transitions.persons: empty or below zero",
            why="a hidden move is not zero, and fewer than none cannot have moved",
            todo="estimate hidden moves first, or leave the table out",
        )
    dims = {"to_occupation": occupations, "from_occupation": occupations}
    counted = to_array(moves, "persons", dims, absent=0.0)
    sums = counted.sum(1, keepdims=True)
    return np.where(sums > 0, counted / np.where(sums > 0, sums, 1.0), np.eye(len(occupations)))
