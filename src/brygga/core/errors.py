"""Errors that say what was found and where, why it is a problem, and what to do next.

A `BryggaError` is always the user's to mend, never a fault of the program: the
command line prints it without traceback and ends with 1, the site shows it on a
page with status 400 or 404. Its children are named after what has to be mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

MOST_SHOWN = 5
"""How many offenders a message lists before it says "and n more"."""


class BryggaError(Exception):
    """Something a user can mend: what and where, why, and what to do.

    Parameters
    ----------
    what : what was found, and where (table.column, row, file)
    why : why that stops the work
    todo : the next step: a command, a file, a key
    """

    def __init__(self, what: str, *, why: str, todo: str) -> None:
        super().__init__(what, why, todo)
        self.what, self.why, self.todo = (_sentence(part) for part in (what, why, todo))

    def __str__(self) -> str:
        return " ".join((self.what, self.why, self.todo))


class TableError(BryggaError):
    """A table is missing, or has the wrong columns, types, keys or values."""


class UnknownCodeError(BryggaError):
    """A code stands in no classification that the table allows."""


class ParameterError(BryggaError):
    """A parameter file is incomplete, or has no value on the day asked for."""


class InfeasibleError(BryggaError):
    """Wishes that cannot all hold; the message names the limits that clash."""


class FileError(BryggaError):
    """A file or folder cannot be read or written."""


class SettingError(BryggaError):
    """An option or setting is outside what it may be (a year, a port, a number of draws)."""


class FaultsError(BryggaError):
    """Several faults of one file or folder, all in one report."""

    def __init__(self, where: str, faults: Sequence[BryggaError]) -> None:
        self.faults = list(faults)
        lines = "\n".join(f"  {n}. {fault}" for n, fault in enumerate(self.faults, 1))
        super().__init__(
            f"{where} has {len(self.faults)} faults:\n{lines}\n",
            why="Nothing was computed or written.",
            todo="Mend all of them and run the same command again.",
        )

    def __str__(self) -> str:
        return f"{self.what}{self.why} {self.todo}"


def raise_all(where: str, faults: Sequence[BryggaError]) -> None:
    """Raise nothing, the one fault, or all of them in one report."""
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise FaultsError(where, faults)


def listed(offenders: Iterable[object], most: int = MOST_SHOWN) -> str:
    """The first few offenders, and how many more there are.

    Examples
    --------
    >>> listed(["55", "66", "7223", "77", "8888", "9"])
    '55, 66, 7223, 77, 8888 and 1 more'
    """
    texts = [str(offender) for offender in offenders]
    shown = ", ".join(texts[:most])
    return f"{shown} and {len(texts) - most} more" if len(texts) > most else shown


def _sentence(text: str) -> str:
    text = text.strip(" ")
    return text if not text or text[-1] in ".!?:\n" else f"{text}."
