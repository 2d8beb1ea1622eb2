"""Input-output: the equations (`leontief`) and the national table (`national`), under one name.

Start reading at `leontief.shock_solve`, then `national.National`.
"""

from __future__ import annotations

from brygga.impact.leontief import (
    Matrix,
    Vector,
    further_jobs,
    shock_solve,
    technical_coefficients,
    total_output,
    with_households,
)
from brygga.impact.national import MANUFACTURING, SECTORS, National, germany_1990

__all__ = [
    "MANUFACTURING",
    "SECTORS",
    "Matrix",
    "National",
    "Vector",
    "further_jobs",
    "germany_1990",
    "shock_solve",
    "technical_coefficients",
    "total_output",
    "with_households",
]
