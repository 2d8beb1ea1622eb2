"""Regional coefficients from a file of the nation's and a file of jobs, as a list of steps.

1. The nation's coefficients, and jobs by region and industry with the same industries.
2. The regions named, merged to one.
3. Delta, where it is not given and the method has one.
4. The region's coefficients, and its output multipliers at the middle and at both ends of delta.

Start reading at `regionalise_files`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from brygga.core.errors import FileError, SettingError, listed
from brygga.impact.coefficients_file import Coefficients, read_coefficients
from brygga.impact.delta import Delta, choose_delta
from brygga.impact.employment_file import NATION, Employment, read_employment
from brygga.impact.leontief import Matrix, Vector, effects
from brygga.impact.location_quotients import location_quotients
from brygga.impact.regionalise import METHODS, regionalised

__all__ = ["METHODS", "NATION", "regionalise_files"]

SIZED = ("flq", "aflq")
"""The methods that heed the size of the region through delta."""


@dataclass(frozen=True)
class Answer:
    """The region's coefficients and multipliers, and what had to be assumed.

    Attributes
    ----------
    industries : in the order of COEFFICIENTS, (n,)
    region : the names of the regions merged
    method : one of `METHODS`
    delta : the exponent with its range; None for a method without
    share : of the nation's jobs that lie in the region
    quotients : location quotients (SLQ) by industry, (n,)
    coefficients : of the region, (n, n)
    nation : output multipliers with the nation's coefficients, (n,)
    low, mid, high : the region's, at the high end, the middle and the low end of delta, (n,)
    warnings : what had to be assumed
    """

    industries: tuple[str, ...]
    region: tuple[str, ...]
    method: str
    delta: Delta | None
    share: float
    quotients: Vector
    coefficients: Matrix
    nation: Vector
    low: Vector
    mid: Vector
    high: Vector
    warnings: tuple[str, ...]

    def csv(self) -> str:
        """The region's coefficients in the shape of COEFFICIENTS, at full precision."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["industry", *self.industries])
        for name, row in zip(self.industries, self.coefficients.tolist(), strict=True):
            writer.writerow([name, *map(repr, row)])
        return text.getvalue()

    def summary(self) -> dict[str, object]:
        """For a program: lists in the order of `industries`, at full precision."""
        content: dict[str, object] = {
            "industries": list(self.industries),
            "output_multiplier": self.mid.tolist(),
            "output_multiplier_low": self.low.tolist(),
            "output_multiplier_high": self.high.tolist(),
            "output_multiplier_nation": self.nation.tolist(),
            "location_quotient": self.quotients.tolist(),
            "region": list(self.region),
            "share_of_nation": self.share,
            "method": self.method,
            "warnings": list(self.warnings),
        }
        if self.delta:
            content["delta"] = self.delta.mid
            content["delta_range"] = [self.delta.low, self.delta.high]
            content["delta_reason"] = self.delta.reason
        return content

    def words(self) -> str:
        """For people: the region, and how delta came about."""
        where = f"{' + '.join(self.region)}: {100 * self.share:.2f} % of the nation's jobs, {self.method.upper()}"
        if self.delta is None:
            return where
        return f"{where} with delta {self.delta.mid:.3f} ({self.delta.low:.2f}-{self.delta.high:.2f}): " + (
            self.delta.reason
        )

    def rows(self) -> tuple[list[str], list[list[object]]]:
        """For people: head and rows."""
        head = ["industry", "SLQ", "output I", "low", "high", "nation"]
        columns = (self.quotients, self.mid, self.low, self.high, self.nation)
        rows = zip(self.industries, *(vector.tolist() for vector in columns), strict=True)
        return head, [[name, *(f"{number:.4f}" for number in numbers)] for name, *numbers in rows]


def regionalise_files(
    coefficients: Path,
    employment: Path,
    *,
    regions: Sequence[str],
    method: str = "flq",
    delta: float | None = None,
    nation: str = NATION,
) -> Answer:
    """The coefficients and output multipliers of some regions taken as one.

    Parameters
    ----------
    coefficients : first column the industry, then one column per industry in the same order; columns buy from rows
    employment : columns region, industry, persons, with the nation as a region
    regions : names in EMPLOYMENT; their order and repeats do not matter
    method : one of `METHODS`
    delta : exponent of the region's size for FLQ and AFLQ, 0 to 1; chosen from all regions of EMPLOYMENT when not given
    nation : what EMPLOYMENT calls the nation

    Raises
    ------
    BryggaError: what is wrong with a file, all of it in one report. SettingError: delta out of range, or of no use.
    """
    _check(method, delta, regions)
    table = read_coefficients(coefficients)
    jobs = read_employment(employment, table.industries, nation=nation, wanted=regions)
    here = jobs.region(regions)
    chosen = _delta(method, delta, table, jobs, here)
    ends = (chosen.high, chosen.mid, chosen.low) if chosen else (0.0,) * 3
    ones = np.ones(len(here))
    made = [regionalised(table.matrix, here, jobs.nation, method=method, delta=end) for end in ends]
    low, mid, high = (effects(matrix, ones) for matrix in made)
    return Answer(
        table.industries,
        jobs.named(regions),
        method,
        chosen,
        float(here.sum() / jobs.nation.sum()),
        location_quotients(here, jobs.nation),
        made[1],
        effects(table.matrix, ones),
        low,
        mid,
        high,
        (*table.warnings, *jobs.warnings, *_lacking(table, here)),
    )


def write_coefficients(answer: Answer, path: Path) -> None:
    """Write the region's coefficients, so that `brygga multipliers` reads them.

    Raises
    ------
    FileError when the file cannot be written.
    """
    try:
        path.write_text(answer.csv(), encoding="utf-8")
    except OSError as error:
        raise FileError(
            f"{path} cannot be written: {error.strerror or error}",
            why="the region's coefficients go there",
            todo="check that the folder exists and can be written to",
        ) from error


def _delta(method: str, delta: float | None, table: Coefficients, jobs: Employment, here: Vector) -> Delta | None:
    if method not in SIZED:
        return None
    if delta is not None:
        return Delta.given(delta)
    regions = jobs.complete()
    return choose_delta(jobs.nation, coefficients=table.matrix, regions=regions if len(regions) else here[None, :])


def _lacking(table: Coefficients, here: Vector) -> list[str]:
    names = [table.industries[place] for place in np.flatnonzero(here <= 0).tolist()]
    return [f"Nobody works in {listed(names)} there: such an industry buys and sells nothing."] if names else []


def _check(method: str, delta: float | None, regions: Sequence[str]) -> None:
    if not regions:
        raise SettingError(
            "no region", why="coefficients are made for a region", todo="name one, or several to merge, with --region"
        )
    if delta is not None and method not in SIZED:
        raise SettingError(
            f"--delta {delta} with --method {method}",
            why=f"delta is the exponent of the region's size, which only {listed(SIZED)} heed",
            todo="leave --delta out, or choose another method",
        )
    if delta is not None and not 0.0 <= delta <= 1.0:
        raise SettingError(
            f"--delta {delta}",
            why="delta is an exponent from 0 (the size does not count) to 1; studies find 0.1 to 0.4",
            todo="give a number in between, or leave it out and have it chosen",
        )
