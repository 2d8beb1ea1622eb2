"""Industry order: whether two lists name the same industries in the same order, and in which words to say no.

Start reading at `same_order`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from brygga.core.errors import BryggaError, TableError, UnknownCodeError, listed


def same_order(
    found: Sequence[str], wanted: Sequence[str], *, where: str, lines: Sequence[int] = (), beside: str = "COEFFICIENTS"
) -> list[BryggaError]:
    """Faults where `found` is not `wanted`, in the same order: repeated, unknown, missing, or out of order."""
    faults = repeated(found, where)
    mine, theirs = [label_key(one) for one in found], [label_key(one) for one in wanted]
    unknown = [one for one, key in zip(found, mine, strict=True) if key not in set(theirs)]
    missing = [one for one, key in zip(wanted, theirs, strict=True) if key not in set(mine)]
    if unknown and len(unknown) * 2 > len(found):
        faults.append(
            UnknownCodeError(
                f"{where}: {len(unknown)} of {len(found)} industries stand not in {beside}: {listed(unknown)}",
                why=f"it follows another classification; {beside} has {listed(wanted)}",
                todo=f"translate it to the {len(wanted)} industries of {beside}, in their order: {listed(wanted, 12)}",
            )
        )
        return faults
    if unknown:
        faults.append(
            UnknownCodeError(
                f"{where}: industry {listed(unknown)} is not in {beside}",
                why="it could not be told which row it belongs to",
                todo=f"use the names of {beside}: {listed(wanted, 12)}",
            )
        )
    if missing:
        faults.append(
            TableError(
                f"{where} lacks {listed(missing)}",
                why=f"every industry of {beside} needs its row, and missing is not zero",
                todo="add the rows; where there is none, write 0",
            )
        )
    if not unknown and not missing and not faults and mine != theirs:
        at = next(place for place, (one, other) in enumerate(zip(mine, theirs, strict=True)) if one != other)
        line = f"row {lines[at]}" if lines else f"place {at + 1}"
        faults.append(
            TableError(
                f"{where}: industries in another order than {beside}; first {line}: {found[at]!r} where "
                f"{wanted[at]!r} belongs",
                why="numbers would be taken for the wrong industries",
                todo=f"sort it as {beside} (or take it by name with --by-name): {', '.join(wanted)}",
            )
        )
    return faults


def label_key(text: str) -> str:
    """A label as it is compared: case and spaces do not count."""
    return " ".join(text.split()).casefold()


def repeated(found: Sequence[str], where: str) -> list[BryggaError]:
    """A fault where an industry stands more than once."""
    twice = [one for one, times in Counter(map(label_key, found)).items() if times > 1]
    if not twice:
        return []
    return [
        TableError(
            f"{where}: industry {listed(twice)} stands more than once",
            why="it could not be told which is meant",
            todo="give each industry one name of its own",
        )
    ]
