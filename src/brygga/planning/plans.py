"""What the parts of planning ask of a plan, whoever made it: `solve.Plan` is one, as last year another.

Start reading at `Counted`.
"""

from __future__ import annotations

from typing import Protocol

import polars as pl

from brygga.planning.recount import Recount


class Counted(Protocol):
    """A plan with its recount."""

    @property
    def classes(self) -> pl.DataFrame:
        """Columns measure, site, year, classes, seats."""

    @property
    def guidance(self) -> pl.DataFrame:
        """Columns guidance, year, steps."""

    @property
    def arrivals(self) -> pl.DataFrame:
        """Columns site, municipality, occupation, year, persons."""

    @property
    def counted(self) -> Recount:
        """The recount."""


class Proven(Counted, Protocol):
    """A plan with its bound."""

    @property
    def bound(self) -> float:
        """No plan has a lower objective."""
