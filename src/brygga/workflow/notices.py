"""Notices: redundancy notices of single employers, kept in a restricted folder for the crisis group alone.

All notices lie in one file, `restricted/notices.json`, which is written whole or not at all; every look and change
leaves a line in the folder's audit (`core.restricted`). A notice is called by its number (`2026-001`), never by the
employer, in audit lines, messages and whatever is handed on. `shock_of` gives a closure plain numbers; the only table
that may be public is made by `public_notices`.

Start reading at `Notice`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from brygga.core import codes
from brygga.core.errors import BryggaError, SettingError, TableError, listed, raise_all
from brygga.core.region_file import read_region_file
from brygga.core.restricted import Restricted, open_restricted
from brygga.impact.clock_steps import closure_clock
from brygga.impact.notice_clock import Clock, notice_clock
from brygga.workflow.organisation_number import organisation_faults

FOLDER = "restricted"
FILE = "notices.json"


@dataclass(frozen=True)
class Notice:
    """One employer's notice in one municipality.

    `leaving` is day to posts that end then and sums to `posts`; `occupations` SSYK to posts, where they are known,
    likewise. `number` is given when it is kept.
    """

    employer: str
    organisation_number: str
    municipality: str
    industry: str
    notice: date
    leaving: Mapping[date, int]
    posts: int
    occupations: Mapping[str, int] = field(default_factory=dict)
    source: str = ""
    number: str = ""

    @property
    def key(self) -> tuple[str, str, date]:
        """What makes two notices the same: who, where and when."""
        who = self.organisation_number or " ".join(self.employer.casefold().split())
        return who, self.municipality, self.notice


@dataclass(frozen=True)
class NoticeNumbers:
    """What a closure may know of a notice: no name, no number of a company."""

    municipality: str
    industry: str
    posts: int
    notice: date
    leaving: tuple[tuple[date, float], ...]
    occupations: Mapping[str, float] | None

    @property
    def first_leaving(self) -> date:
        """The day the first posts end."""
        return self.leaving[0][0]


def folder_of(place: Path) -> Path:
    """The restricted folder of a region's or run's folder; the folder itself when that is what is given."""
    return place if place.name == FOLDER else place / FOLDER


def open_notices(place: Path, *, role: str, who: str, purpose: str, create: bool = False) -> Restricted:
    """The restricted folder of `place`, opened; see `core.restricted.open_restricted`."""
    return open_restricted(folder_of(place), role=role, who=who, purpose=purpose, create=create)


def notices_in(box: Restricted, *, what: str = "notices read") -> list[Notice]:
    """Every notice kept, by number."""
    return _kept(box, what)[0]


def invented_codes(place: Path) -> frozenset[str]:
    """The codes of municipalities that the region at `place` (or of the run there) has invented; none without one."""
    found = next((path for path in (place / "region.toml", place / "region" / "region.toml") if path.is_file()), None)
    return read_region_file(found).extra_codes if found else frozenset()


def add_notices(
    box: Restricted, new: Sequence[Notice], *, where: str = "the notice", extra_codes: Collection[str] = ()
) -> list[Notice]:
    """Keep new notices: all of them, or none where any is wrong. They come back with their numbers.

    Raises
    ------
    BryggaError: every fault of every notice in one report; a notice that is kept already is one.
    """
    with box.alone():
        kept, last = _kept(box, "notices read to add")
        known = {notice.key: notice.number for notice in kept}
        faults: list[BryggaError] = []
        for place, notice in enumerate(new, 1):
            name = where if len(new) == 1 else f"{where}, notice {place}"
            faults += notice_faults(notice, name, extra_codes=extra_codes)
            if notice.key in known:
                faults.append(_twice(name, notice, known[notice.key]))
            known.setdefault(notice.key, f"notice {place} of the same file")
        raise_all(where, faults)
        numbered: list[Notice] = []
        for notice in new:
            year = str(notice.notice.year)
            last[year] = last.get(year, 0) + 1
            numbered.append(replace(notice, number=f"{year}-{last[year]:03d}"))
        _write(box, [*kept, *numbered], last, what=f"notices added: {', '.join(n.number for n in numbered)}")
    return numbered


def one_notice(box: Restricted, number: str, *, what: str = "notice read") -> Notice:
    """The notice of that number.

    Raises
    ------
    SettingError where there is none.
    """
    found = {notice.number: notice for notice in notices_in(box, what=f"{what}: {number}")}
    if number not in found:
        raise SettingError(
            f"there is no notice {number}",
            why=f"{len(found)} are kept",
            todo=f"choose one of: {listed(sorted(found)) or 'none yet'} (`brygga notice list`)",
        )
    return found[number]


def remove_notice(box: Restricted, number: str) -> None:
    """Take a notice away; its audit lines stay, with its number and no name."""
    with box.alone():
        one_notice(box, number, what="notice read to remove")
        kept, last = _kept(box, "notices read to remove")
        left = [notice for notice in kept if notice.number != number]
        _write(box, left, last, what=f"notice removed: {number}")


def clock_of(notice: Notice) -> Clock:
    """The legal clock of a notice, alone in its county."""
    county = codes.county_of(notice.municipality)
    return notice_clock({county: notice.posts}, notice.notice, leaving=min(notice.leaving))


def clock_steps_of(notice: Notice) -> pl.DataFrame:
    """The clock of a notice as table `closure_clock`, under the notice's number."""
    return closure_clock(clock_of(notice), shock=notice.number or "notice")


def told(notice: Notice) -> dict[str, str]:
    """The fields of a notice as words, for the crisis role."""
    return {
        "number": notice.number,
        "employer": notice.employer,
        "organisation number": notice.organisation_number,
        "municipality": notice.municipality,
        "industry": notice.industry,
        "notice": str(notice.notice),
        "leaving": ", ".join(f"{day}: {posts}" for day, posts in sorted(notice.leaving.items())),
        "posts": str(notice.posts),
        "occupations": ", ".join(f"{code}: {posts}" for code, posts in sorted(notice.occupations.items())),
        "source": notice.source,
    }


def shock_of(place: Path, number: str, *, role: str, who: str, purpose: str) -> NoticeNumbers:
    """What a closure may know of notice `number`: where, what, how many, when.

    Parameters
    ----------
    place : the region's or run's folder with `restricted/` in it
    role, who, purpose : as in `core.restricted.open_restricted`
    """
    notice = one_notice(open_notices(place, role=role, who=who, purpose=purpose), number, what="handed to a closure")
    leaving = tuple((day, posts / notice.posts) for day, posts in sorted(notice.leaving.items()))
    occupations = {code: float(posts) for code, posts in sorted(notice.occupations.items())}
    return NoticeNumbers(
        notice.municipality, notice.industry, notice.posts, notice.notice, leaving, occupations or None
    )


def notice_faults(notice: Notice, where: str, *, extra_codes: Collection[str] = ()) -> list[BryggaError]:
    """Everything that is wrong with one notice; messages name fields, never the employer."""
    faults: list[BryggaError] = []
    if not notice.employer.strip():
        faults.append(_fault(f"{where}: no employer", "a notice is somebody's", "write the employer's name"))
    faults += organisation_faults(notice.organisation_number, where)
    for values, name, field_name in (
        ([notice.municipality], "kommun", "municipality"),
        ([notice.industry], "sni", "industry"),
        (sorted(notice.occupations), "ssyk", "occupation"),
    ):
        try:
            codes.check_codes(values, name, where=f"{where}, {field_name}", extra=extra_codes)
        except BryggaError as error:
            faults.append(error)
    return faults + _posts_faults(notice, where) + _date_faults(notice, where)


def _posts_faults(notice: Notice, where: str) -> list[BryggaError]:
    faults: list[BryggaError] = []
    counts = [notice.posts, *notice.leaving.values(), *notice.occupations.values()]
    if notice.posts < 1 or any(count < 0 for count in counts):
        faults.append(_fault(f"{where}: {min(counts)} posts", "a notice is about one post or more", "correct it"))
        return faults
    for name, parts in (("leaving dates", notice.leaving), ("occupations", notice.occupations)):
        together = sum(parts.values())
        if parts and together != notice.posts:
            faults.append(
                _fault(
                    f"{where}: the {name} have {together} posts together, the notice {notice.posts}",
                    "each post is counted once",
                    f"make them sum to the total, or leave the {name} out" if name == "occupations" else "correct it",
                )
            )
    return faults


def _date_faults(notice: Notice, where: str) -> list[BryggaError]:
    if not notice.leaving:
        return [_fault(f"{where}: no leaving date", "a notice says when the first leaves", "add it as 2027-03-01")]
    early = sorted(day for day in notice.leaving if day < notice.notice)
    if not early:
        return []
    return [
        _fault(
            f"{where}: leaving on {listed(early)}, before the notice on {notice.notice}",
            "a notice is given before anybody leaves",
            "check the two dates",
        )
    ]


def _twice(where: str, notice: Notice, number: str) -> BryggaError:
    return TableError(
        f"{where}: the same employer, municipality and notice date ({notice.notice}) as {number}",
        why="it would be counted twice",
        todo=f"leave it out, or remove {number} first with `brygga notice remove`",
    )


def _kept(box: Restricted, what: str) -> tuple[list[Notice], dict[str, int]]:
    """Every notice by number, and the last number given in each year: a number is never given twice."""
    text = box.read(FILE, what=what)
    content = {"last": {}, "notices": []} if text is None else json.loads(text)
    return [_of(row) for row in content["notices"]], dict(content["last"])


def _write(box: Restricted, notices: Sequence[Notice], last: Mapping[str, int], *, what: str) -> None:
    rows = [
        {
            **asdict(notice),
            "notice": notice.notice.isoformat(),
            "leaving": {day.isoformat(): posts for day, posts in sorted(notice.leaving.items())},
        }
        for notice in sorted(notices, key=lambda notice: notice.number)
    ]
    content = {"last": last, "notices": rows}
    box.write(FILE, json.dumps(content, ensure_ascii=False, indent=1) + "\n", what=what)


def _of(row: dict[str, Any]) -> Notice:
    leaving = {date.fromisoformat(day): posts for day, posts in row["leaving"].items()}
    return Notice(**{**row, "notice": date.fromisoformat(row["notice"]), "leaving": leaving})


def _fault(what: str, why: str, todo: str) -> BryggaError:
    return TableError(what, why=why, todo=todo)
