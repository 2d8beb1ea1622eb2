"""Digits: the likeliest codes out of the chances of the 400 groups, with four digits or fewer.

SSYK is a tree: the chance of a code of one, two or three digits is the sum over the groups below it, so that a text
whose four digits are in doubt may still be sure of the first three.

Start reading at `likeliest`.
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from brygga.coding.pack import pack_codes
from brygga.core import codes

MOST = 4


def likeliest(shares: npt.NDArray[np.float64], top: int, digits: int = MOST) -> list[tuple[str, float, int]]:
    """Codes, likeliest first, equal ones in order of code.

    Parameters
    ----------
    shares : 400 chances, in order of `pack_codes`
    top : codes at most; those without a chance are left out
    digits : of the codes, 1 to 4

    Returns
    -------
    of each its code, its chance, and the number of the likeliest of its groups

    Examples
    --------
    >>> shares = np.zeros(400)
    >>> shares[[pack_codes().index(code) for code in ("7222", "7223", "8111")]] = 0.3, 0.2, 0.4
    >>> [(code, round(share, 2), pack_codes()[best]) for code, share, best in likeliest(shares, 2, 3)]
    [('722', 0.5, '7222'), ('811', 0.4, '8111')]
    """
    if digits == MOST:
        order = np.argsort(-shares, kind="stable")[:top] if top > 1 else np.array([shares.argmax()])
        return [(pack_codes()[one], float(shares[one]), one) for one in order.tolist() if shares[one] > 0]
    names, of_group = _tree(digits)
    summed = np.bincount(of_group, shares, minlength=len(names))
    order = np.argsort(-summed, kind="stable")[:top]
    found = []
    for one in order[summed[order] > 0].tolist():
        below = np.flatnonzero(of_group == one)
        found.append((names[one], min(1.0, float(summed[one])), int(below[shares[below].argmax()])))
    return found


@functools.cache
def name_of(code: str) -> str:
    """The Swedish name of a code of one to four digits: of SCB, or of the first unit group that JobTech's merges.

    Examples
    --------
    >>> name_of("7223"), name_of("722")
    ('Maskinställare och maskinoperatörer, metallarbete', 'Smeder och verktygsmakare m.fl.')
    """
    if len(code) < MOST:
        return codes.name_of(code, "ssyk", "sv")
    units = codes.from_jobtech(code)
    return codes.name_of(code if code in units else units[0], "ssyk", "sv").split(", nivå")[0]


@functools.cache
def _tree(digits: int) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Codes of some digits, and of each of the 400 groups the place of its code among them."""
    names = sorted({code[:digits] for code in pack_codes()})
    place = {name: n for n, name in enumerate(names)}
    return names, np.array([place[code[:digits]] for code in pack_codes()], dtype=np.int64)
