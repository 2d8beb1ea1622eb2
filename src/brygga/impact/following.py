"""Following: what share of those who lose their post has work so many months after, month of loss by month of loss.

Start reading at `Following.after`.
"""

from __future__ import annotations

import numpy as np

from brygga.impact.market import Array


class Following:
    """How many of those without work as a month begins have work as it ends, and how many still search."""

    def __init__(self) -> None:
        self.found: list[Array] = []
        self.stay: list[Array] = []
        self.notice: list[Array] = []

    def month(self, found: Array, stay: Array, notice: Array) -> None:
        """A month is over."""
        self.found.append(found)
        self.stay.append(stay)
        self.notice.append(notice)

    def after(self, months: int, leaving: Array, scale: Array) -> tuple[Array, Array]:
        """Persons (draws, classes, cells) with work so many months after the post ended, and of how many.

        Those who lose it too late to tell are not among them; courses are left out.

        Parameters
        ----------
        leaving : (months, classes, cells) persons; scale : (draws, classes, 1)
        """
        form = self.notice[0].shape
        work, persons = np.zeros(form), np.zeros(form)
        for month in range(min(len(leaving), len(self.found) - months + 1)):
            gone = leaving[month] * scale
            if not gone.any():
                continue
            still, found = self.notice[month], 1.0 - self.notice[month]
            for later in range(month, month + months):
                found = found + still * self.found[later]
                still = still * self.stay[later]
            work += gone * found
            persons += gone
        return work, persons
