"""How much work each of many solves gets; the same for all of them.

Start reading at `Effort`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from brygga.planning.problem import Problem
from brygga.planning.solve import Plan, solve

UNFIT = "The plan to start from breaks"


@dataclass(frozen=True)
class Effort:
    """How long and how near each solve goes; with `iterations` no clock decides."""

    time_limit: float = 10.0
    gap: float = 0.01
    seed: int = 1
    iterations: int | None = None

    def solved(
        self, problem: Problem, start: pl.DataFrame | None, *, cvar_weight: float = 0.0, cvar_level: float = 0.9
    ) -> Plan:
        """The best plan from `start`.

        Raises
        ------
        KeyboardInterrupt when the search was interrupted: half a search is no answer among many.
        """
        plan = solve(
            problem,
            time_limit=self.time_limit if self.iterations is None else float("inf"),
            gap=self.gap,
            seed=self.seed,
            iterations=self.iterations,
            start=start,
            cvar_weight=cvar_weight,
            cvar_level=cvar_level,
        )
        if plan.status == "interrupted":
            raise KeyboardInterrupt
        return plan


def doubts(problem: Problem, plans: Iterable[Plan]) -> list[str]:
    """What the plans' own warnings say beyond the problem's, each once; a start that did not fit is no doubt."""
    said = dict.fromkeys(text for plan in plans for text in plan.warnings)
    return [text for text in said if text not in problem.warnings and not text.startswith(UNFIT)]
