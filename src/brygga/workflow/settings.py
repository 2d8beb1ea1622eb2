"""What a run is asked for, beside its region: horizon, draws, seed, and the day parameters are read on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from brygga.core.errors import SettingError
from brygga.core.provenance import Setting
from brygga.core.region import Region

MOST_DRAWS = 2_000
FEWEST_DRAWS = 10


@dataclass(frozen=True)
class Settings:
    """How far, how many draws, which seed, and how long and how near the plan is sought.

    Parameters
    ----------
    to : last year of the projection
    draws : random draws; the interval is read from them
    seed : same seed and data, same result
    without_intake_from : first year whose classes `see` leaves out of supply; the first plan year when none is given
    gap : the plan may end this near its bound, as a share of all that the measures could close
    time_limit : seconds the plan may take; cut off, it may differ between machines
    """

    to: int
    draws: int = 100
    seed: int = 1
    gap: float = 0.01
    time_limit: float = 60.0
    without_intake_from: int | None = None

    def as_mapping(self) -> Mapping[str, Setting]:
        """The settings as they stand in a sidecar."""
        asked = {"without_intake_from": self.without_intake_from} if self.without_intake_from else {}
        return {
            "to": self.to,
            "draws": self.draws,
            "seed": self.seed,
            "gap": self.gap,
            "time_limit": self.time_limit,
            **asked,
        }


def settings_for(region: Region, *, to: int | None = None, **given: float) -> Settings:
    """Checked settings for `region`; its own last year when none is given.

    Raises
    ------
    SettingError when a year, a number of draws or a limit is outside what it may be.
    """
    settings = Settings(to=region.to if to is None else to, **given)  # type: ignore[arg-type]
    if not region.last_plan_year <= settings.to <= region.to:
        raise SettingError(
            f"--to {settings.to} is outside {region.last_plan_year}-{region.to}",
            why="the projection must reach the last year a plan can start in, and the region's tables go no further",
            todo=f"choose a year from {region.last_plan_year} to {region.to}, or change `to` in region.toml",
        )
    first = settings.without_intake_from
    if first is not None and not region.base_year < first <= region.to:
        raise SettingError(
            f"--without-intake-from {first} is outside {region.base_year + 1}-{region.to}",
            why="classes that started by the base year are among the people there, and nothing is known after the last",
            todo=f"leave it out for the first plan year, {region.first_plan_year}, or choose a year between",
        )
    if not FEWEST_DRAWS <= settings.draws <= MOST_DRAWS:
        raise SettingError(
            f"--draws {settings.draws} is outside {FEWEST_DRAWS}-{MOST_DRAWS}",
            why="fewer give no interval, more do not fit in memory",
            todo="choose 100 for a first look and 500 for a report",
        )
    if not 0 <= settings.gap < 1 or settings.time_limit <= 0:
        raise SettingError(
            f"--gap {settings.gap:g} and --time-limit {settings.time_limit:g}",
            why="a gap is a share from 0 to below 1 and a time limit more than zero",
            todo="choose for example --gap 0.01 --time-limit 60",
        )
    return settings


def decision_day(region: Region) -> date:
    """The day parameters are read on: the last before the first plan year.

    A run has no clock, so that the same data give the same numbers on any day.
    """
    return date(region.first_plan_year - 1, 12, 31)
