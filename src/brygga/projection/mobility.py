"""Mobility: who changes occupation, from which and to which.

    moves[i, j]    people who leave occupation i and enter j in a year
    separations[i] = sum over j of moves[i, j],   entrants[j] = sum over i of moves[i, j]
    net[i]         = entrants[i] - separations[i],  which sums to zero over occupations

A move is a separation in one occupation and an entrant in another; so nobody appears by changing, and a move
inside an occupation is no change: it cancels where occupations are gathered into a larger one (`gathered`).

Sweden's open tables have no moves between occupations, only how many each has in successive years. So the
matrix is what is closest to a prior of similarity and gives the net changes that were counted:

    moves = prior x factor of the origin x factor of the destination         (proportional fitting, RAS)
    prior[i, j] = people[i] x people[j] x nearness[i, j]

`nearness` follows the code (`code_nearness`), or any table of how related occupations are; a user's own table
`occupation_changes` takes the place of it all.

Start reading at `fit_occupation_changes`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from brygga.core.errors import TableError, listed
from brygga.core.grids import Floats, to_array, to_frame
from brygga.core.sums import total
from brygga.projection.known import known
from brygga.projection.proportional import fit_margins

MOST = 3.0
"""How many times the mobility of all any occupation may have."""


def fit_occupation_changes(
    people: pl.DataFrame, net: pl.DataFrame, nearness: pl.DataFrame, *, mobility: float
) -> pl.DataFrame:
    """Table `occupation_changes`: share of each occupation's people who move to each other in a year.

    Parameters
    ----------
    people : occupation, persons at the beginning of the year
    net : occupation, persons: entrants less separations by change of occupation (signed). A sum other than zero,
        which is people who came from outside all occupations or left them, is spread by head count and taken off
    nearness : origin, destination, nearness above zero, the mean of both ways; a pair without a row never moves
    mobility : share of all people who change occupation in a year, and three times that of any occupation (which
        a small one beside a large one would pass). Without net changes all moves are those of the prior, as many each
        way; half of an occupation's net change is then added to one way and taken from the other

    Raises
    ------
    TableError when more would leave an occupation than are in it.

    Examples
    --------
    >>> people = pl.DataFrame({"occupation": ["a", "b"], "persons": [100.0, 100.0]})
    >>> net = pl.DataFrame({"occupation": ["a", "b"], "persons": [-10.0, 10.0]})
    >>> near = pl.DataFrame({"origin": ["a", "b"], "destination": ["b", "a"], "nearness": [1.0, 1.0]})
    >>> changes = fit_occupation_changes(people, net, near, mobility=0.1)
    >>> changes.select("origin", "destination", pl.col("share").round(6)).rows()
    [('a', 'b', 0.15), ('b', 'a', 0.05)]
    """
    occupations = people["occupation"].unique().sort().to_list()
    size = to_array(people, "persons", {"occupation": occupations}, where="people")
    change = to_array(net, "persons", {"occupation": occupations}, absent=0.0, where="net")
    change = change - change.sum() * size / size.sum()
    near = to_array(nearness, "nearness", {"origin": occupations, "destination": occupations}, absent=0.0)
    np.fill_diagonal(near, 0.0)
    prior = size[:, None] * size[None] * (near + near.T)
    leaving, coming = _both_ways(
        _bounded(prior * (mobility * size.sum() / prior.sum()), MOST * mobility * size), change
    )
    over = [o for o, share in zip(occupations, leaving > size, strict=True) if share]
    if over:
        raise TableError(
            f"occupation changes: more leave {listed(over)} than are in it",
            why="its net change is larger than its head count allows",
            todo="check the counts (a change of coding is no move), or gather the occupation with its neighbours",
        )
    moves = fit_margins(prior, leaving, coming, tolerance=1e-10, rounds=20000, where="occupation changes")
    share = np.divide(moves, size[:, None], out=np.zeros_like(moves), where=size[:, None] > 0)
    frame = to_frame({"share": share}, {"origin": occupations, "destination": occupations})
    return frame.filter(pl.col("share") > 0).with_columns(
        status=pl.lit("modelled"), source=pl.lit("fitted to net changes, by nearness")
    )


def occupation_moves(people: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """Persons who move in a year: municipality, origin, destination, persons.

    Parameters
    ----------
    people : municipality, occupation, persons
    changes : table `occupation_changes`

    Raises
    ------
    TableError when the shares of an occupation sum to more than 1 or lead to itself, or a number is hidden.
    """
    check_changes(changes)
    return (
        known(people, "persons", where="people")
        .join(changes, left_on="occupation", right_on="origin")
        .select(
            "municipality", origin="occupation", destination="destination", persons=pl.col("persons") * pl.col("share")
        )
        .sort("municipality", "origin", "destination")
    )


def change_of_occupation(moves: pl.DataFrame) -> pl.DataFrame:
    """Each occupation's side of the moves: municipality, occupation, separations, entrants, net.

    The net sums to zero over the occupations of a municipality.

    Examples
    --------
    >>> moves = pl.DataFrame({"municipality": ["m"], "origin": ["a"], "destination": ["b"], "persons": [3.0]})
    >>> change_of_occupation(moves).rows()
    [('m', 'a', 3.0, 0.0, -3.0), ('m', 'b', 0.0, 3.0, 3.0)]
    """
    sides = [
        moves.select("municipality", occupation="origin", separations="persons", entrants=pl.lit(0.0)),
        moves.select("municipality", occupation="destination", separations=pl.lit(0.0), entrants="persons"),
    ]
    return (
        pl.concat(sides)
        .group_by("municipality", "occupation", maintain_order=True)
        .agg(total("separations"), total("entrants"))
        .with_columns(net=pl.col("entrants") - pl.col("separations"))
        .sort("municipality", "occupation")
    )


def rates_of_change(changes: pl.DataFrame) -> pl.DataFrame:
    """Share of each occupation that changes to any other, as `separations` wants it: occupation, rate.

    Examples
    --------
    >>> changes = {"origin": ["7223", "7223"], "destination": ["7221", "7212"], "share": [0.03, 0.02]}
    >>> rates_of_change(pl.DataFrame(changes)).rows()
    [('7223', 0.05)]
    """
    sums = changes.group_by(occupation="origin", maintain_order=True).agg(rate=total("share"))
    return sums.with_columns(pl.col("rate").round(12)).sort("occupation")


def gathered(moves: pl.DataFrame, groups: Mapping[str, str]) -> pl.DataFrame:
    """Moves between larger occupations; those inside one cancel.

    Parameters
    ----------
    moves : `occupation_moves`
    groups : the larger occupation of each; one that is not named stays as it is

    Examples
    --------
    >>> moves = pl.DataFrame({"municipality": ["m"] * 2, "origin": ["7221", "7221"],
    ...     "destination": ["7223", "5321"], "persons": [3.0, 1.0]})
    >>> gathered(moves, {"7221": "722", "7223": "722"}).rows()
    [('m', '722', '5321', 1.0)]
    """
    into = pl.col("origin", "destination").replace(groups)
    return (
        moves.with_columns(into)
        .filter(pl.col("origin") != pl.col("destination"))
        .group_by("municipality", "origin", "destination", maintain_order=True)
        .agg(total("persons"))
        .sort("municipality", "origin", "destination")
    )


def code_nearness(occupations: list[str], *, per_digit: float) -> pl.DataFrame:
    """Nearness of every two occupations by the digits of SSYK they share: per_digit ^ digits.

    Parameters
    ----------
    occupations : codes of one to four digits
    per_digit : how many times likelier a move is for each further digit that the two share from the left

    Examples
    --------
    >>> near = code_nearness(["7221", "7223", "5321"], per_digit=3.0)
    >>> near.filter(origin="7221").select("destination", "nearness").rows()
    [('5321', 1.0), ('7223', 27.0)]
    """
    ordered = sorted(occupations)
    rows = [(a, b, per_digit ** _shared_digits(a, b)) for a in ordered for b in ordered if a != b]
    return pl.DataFrame(rows, schema=["origin", "destination", "nearness"], orient="row")


def check_changes(changes: pl.DataFrame) -> None:
    """Raise when shares lead to the occupation itself or sum to more than 1.

    Raises
    ------
    TableError naming the occupations.
    """
    itself = changes.filter(pl.col("origin") == pl.col("destination"))["origin"].unique().sort()
    if itself.len():
        raise TableError(
            f"occupation_changes: {listed(itself)} changes to itself",
            why="a move inside an occupation opens as many posts as it fills",
            todo="leave these rows out",
        )
    sums = changes.group_by("origin", maintain_order=True).agg(total("share")).sort("origin")
    over = sums.filter(pl.col("share") > 1 + 1e-9)["origin"]
    if over.len():
        raise TableError(
            f"occupation_changes.share: those of {listed(over)} sum to more than 1",
            why="more would leave than are there",
            todo="shares are of all people in the occupation in a year, written 0.02 for 2 per cent",
        )


def _bounded(moves: Floats, most: Floats) -> Floats:
    """Moves, as many each way, with those of an occupation that has more than `most` made fewer both ways."""
    there = moves.sum(1)
    factor = np.minimum(1.0, np.divide(most, there, out=np.ones_like(most), where=there > 0))
    return np.asarray(moves * np.minimum(factor[:, None], factor[None]))


def _shared_digits(a: str, b: str) -> int:
    return sum(1 for n in range(1, min(len(a), len(b)) + 1) if a[:n] == b[:n])


def _both_ways(moves: Floats, change: Floats) -> tuple[Floats, Floats]:
    """Leaving and coming per occupation: those of the prior, and half of the net change on each side."""
    gross = np.maximum(moves.sum(1), np.abs(change) / 2)
    return gross - change / 2, gross + change / 2
