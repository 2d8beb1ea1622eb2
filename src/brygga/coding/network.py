"""Network: how well one who comes from an occupation can take a post in another, as a square matrix.

The region counts occupations with codes of one to four digits; JobTech's groups lie in them. With the weights
m[a, g] of the groups in code a (by employment where it is known, else alike; they sum to 1):

    substitutability(a, b) = sum_gk m[a, g] m[b, k] substitutability(g, k)     one of a and a post in b, by chance
    similarity(a, b)       = sum_gk m[a, g] m[b, k] similarity(g, k)
    reach(a, b)            = share of a whose education level is at least that of one in b, both by chance
    education(a, b)        = min(1, reach(a, b) / reach(b, b))                 against those who hold the posts now
    strength(a, b)         = 1 - (1 - substitutability) (1 - education x similarity)

so that skills in common count for less where most lack the schooling; the substitutability is JobTech's own
judgement (0.75 or 0.25) and stands as it is. Strength of a code to itself is 1, and below `least` it is 0. It goes
one way: an engineer can assemble, an assembler is no engineer.

Start reading at `occupation_network`.

Sources: JobTech Taxonomy and ESCO through `related`; how education joins in is a project assumption, not checked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from brygga.coding.pack import Pack, lifted, pack_codes
from brygga.coding.related import nearness
from brygga.core import codes, tables
from brygga.core.grids import to_frame

Floats = npt.NDArray[np.float64]


def occupation_network(
    pack: Pack,
    occupations: Sequence[str],
    *,
    education: pl.DataFrame | None = None,
    employed: Mapping[str, float] | None = None,
    least: float,
) -> pl.DataFrame:
    """Table `occupation_network`: from each occupation to each that it can reach, itself included.

    Parameters
    ----------
    pack : what is known; without a taxonomy the rows are marked as judgement
    occupations : SSYK codes of one to four digits, none within another
    education : table `occupation_education`; an occupation without rows is held back by no schooling
    employed : persons at work by four-digit code, to weight the members of a group; alike where it says nothing
    least : strength under which two occupations are not related

    Raises
    ------
    UnknownCodeError when a code is no SSYK code; TableError when one lies within another.

    Examples
    --------
    >>> from brygga.coding.pack import embedded_pack
    >>> near = occupation_network(embedded_pack(), ["7223", "22", "8211"], least=0.1)
    >>> near.filter(from_code="7223", to_code="7223")["strength"].item()
    1.0
    """
    wanted = sorted(dict.fromkeys(occupations))
    codes.check_codes(wanted, "ssyk", where="occupation_network")
    codes.check_partition(wanted, where="occupation_network")
    near = nearness(pack)
    members = _members(wanted, employed or {})
    substitutability = members @ near.substitutability @ members.T
    similarity = members @ near.similarity @ members.T
    schooled = _schooled(wanted, education)
    strength = 1 - (1 - substitutability) * (1 - schooled * similarity)
    for part in (substitutability, similarity, schooled, strength):
        np.fill_diagonal(part, 1.0)
    parts = {"strength": strength, "similarity": similarity, "education": schooled}
    if near.known:
        parts["substitutability"] = substitutability
    frame = to_frame({name: np.clip(part, 0.0, 1.0) for name, part in parts.items()}, _dims(wanted))
    kept = frame.filter(pl.col("strength") >= least).with_columns(
        basis=pl.lit("taxonomy" if near.known else "judgement"), source=pl.lit(near.source)
    )
    if not near.known:
        kept = kept.with_columns(substitutability=pl.lit(None, pl.Float64))
    return tables.check(kept, "occupation_network")


def _dims(occupations: Sequence[str]) -> dict[str, Sequence[str]]:
    return {"from_code": occupations, "to_code": occupations}


def _members(occupations: Sequence[str], employed: Mapping[str, float]) -> Floats:
    """The weight of each of JobTech's groups in each occupation; each row sums to 1."""
    place = {code: number for number, code in enumerate(pack_codes())}
    weight = np.zeros((len(occupations), len(place)))
    for row, occupation in enumerate(occupations):
        units = [unit for unit in codes.within(occupation) if lifted(unit) in place]
        persons = np.array([employed.get(unit, 0.0) for unit in units])
        shares = persons / persons.sum() if persons.sum() > 0 else np.full(len(units), 1.0 / max(len(units), 1))
        for unit, share in zip(units, shares, strict=True):
            weight[row, place[lifted(unit)]] += share
    return weight


def _schooled(occupations: Sequence[str], education: pl.DataFrame | None) -> Floats:
    """How far the schooling of one occupation (row) is enough for another (column), 0 to 1; 1 where it is unknown."""
    whole = np.ones((len(occupations),) * 2)
    if education is None or education.is_empty():
        return whole
    levels = sorted(education["education_level"].unique())
    rows, columns = ({code: n for n, code in enumerate(labels)} for labels in (occupations, levels))
    share = np.zeros((len(occupations), len(levels)))
    ordered = education.select("occupation", "education_level", "share").sort(pl.all())
    for occupation, level, part in ordered.iter_rows():
        if occupation in rows and part is not None:
            share[rows[occupation], columns[level]] += part
    at_most = np.cumsum(share, axis=1)
    reach = share @ at_most.T  # [a, b]: sum over levels of a of those in b at that level or below
    own = np.diag(reach)
    known = (own > 0)[:, None] & (own > 0)[None, :]
    ratio = reach / np.where(own > 0, own, 1.0)[None, :]
    return np.where(known, np.minimum(1.0, ratio), whole)
