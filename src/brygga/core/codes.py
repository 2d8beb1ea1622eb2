"""Codes: the classifications, their hierarchies and names, and the check of codes at the border.

Every classification is a CSV in `classifications/`, made by `recipes/classifications.py`,
with its source in `classifications/sources.yaml`. Codes are text: `0767` keeps its zero.

    ssyk  sni  sun_level  sun_field      hierarchies: code, level, parent, two names
    kommun  county  la  fa               places: code and name
    occupation_group                     our groups of SSYK unit groups, for people to read
    jobtech_ssyk                         JobTech's groups, which merge some unit groups of SCB

Start reading at `check_codes`.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import polars as pl

from brygga.core.errors import FileError, SettingError, TableError, UnknownCodeError, listed
from brygga.core.places import CLASSIFICATIONS as FOLDER


class Listing(NamedTuple):
    """Where a classification stands, which column is its code, and what people call it."""

    file: str
    key: str
    title: str


CLASSIFICATIONS: Mapping[str, Listing] = {
    "ssyk": Listing("ssyk2012", "code", "SSYK 2012"),
    "sni": Listing("sni2007", "code", "SNI 2007"),
    "sun_level": Listing("sun2020_level", "code", "SUN 2020 level"),
    "sun_field": Listing("sun2020_field", "code", "SUN 2020 field"),
    "kommun": Listing("municipalities", "code", "the municipalities of Sweden"),
    "county": Listing("counties", "code", "the counties of Sweden"),
    "la": Listing("labour_market_areas", "code", "LA 2022"),
    "fa": Listing("functional_regions", "code", "FA15"),
    "occupation_group": Listing("occupation_groups", "group", "the occupation groups"),
    "jobtech_ssyk": Listing("jobtech_ssyk", "jobtech_code", "JobTech's groups of SSYK 2012"),
}
NUMBERS = {"level": pl.Int64, "order": pl.Int64, "industrial": pl.Boolean} | dict.fromkeys(
    ("lat", "lon", "wlat", "wlon", "km2"), pl.Float64
)


@functools.cache
def classification(name: str) -> pl.DataFrame:
    """The classification as a frame: codes as text, one row a code, in order of code.

    Raises
    ------
    UnknownCodeError
        If there is no classification called `name`.

    Examples
    --------
    >>> classification("county").row(8)
    ('10', 'Blekinge län', 'Blekinge county')
    """
    if name not in CLASSIFICATIONS:
        raise UnknownCodeError(
            f"There is no classification called {name}",
            why="Only a known list of codes can be looked into",
            todo=f"Use one of: {', '.join(CLASSIFICATIONS)}",
        )
    return _read(CLASSIFICATIONS[name].file)


@functools.cache
def codes(name: str) -> frozenset[str]:
    """All codes of a classification, on every level.

    Examples
    --------
    >>> sorted(code for code in codes("ssyk") if code.startswith("81"))[:3]
    ['81', '811', '8111']
    """
    return frozenset(_names(name, "sv"))


def check_codes(values: Iterable[str], name: str, *, where: str, extra: Iterable[str] = ()) -> None:
    """Raise if a value stands neither in the classification nor among the extra codes.

    Raises
    ------
    UnknownCodeError
        With up to five offenders, and a hint where a leading zero seems to be lost.

    Examples
    --------
    >>> check_codes(["1080", "outside"], "kommun", where="flows.home", extra=["outside"])
    >>> check_codes(["767"], "kommun", where="flows.home")
    Traceback (most recent call last):
    ...
    brygga.core.errors.UnknownCodeError: flows.home: 1 code(s) not in the municipalities of Sweden: 767. 767 looks \
like 0767 read as a number: store codes as text. Write the codes as in classifications/municipalities.csv.
    """
    known = codes(name) | frozenset(extra)
    unknown = [str(value) for value in dict.fromkeys(values) if value not in known]
    if not unknown:
        return
    listing = CLASSIFICATIONS[name]
    shortened = next((code for code in unknown if f"0{code}" in known), None)
    why = "A code outside the list has no name and nothing to be joined with"
    if shortened:
        why = f"{shortened} looks like 0{shortened} read as a number: store codes as text"
    raise UnknownCodeError(
        f"{where}: {len(unknown)} code(s) not in {listing.title}: {listed(unknown)}",
        why=why,
        todo=f"Write the codes as in classifications/{listing.file}.csv.",
    )


def name_of(code: str, name: str, language: str) -> str:
    """The name of a code in `sv` or `en`; the Swedish one where no English stands in the list.

    Examples
    --------
    >>> name_of("7223", "ssyk", "sv"), name_of("svets", "occupation_group", "en")
    ('Maskinställare och maskinoperatörer, metallarbete', 'Welders and sheet metal workers')
    """
    check_codes([code], name, where="name_of")
    return _names(name, language)[code]


def parent(code: str, name: str, level: int) -> str:
    """The node on `level` that the code lies in; the code itself on its own level.

    Examples
    --------
    >>> parent("7223", "ssyk", 2), parent("29", "sni", 1), parent("521", "sun_field", 3)
    ('72', 'C', '521')
    """
    check_codes([code], name, where="parent")
    tree = _tree(name)
    found: str | None = code
    while found and tree[found][0] > level:
        found = tree[found][1]
    if not found or tree[found][0] != level:
        raise SettingError(
            f"{code} of {CLASSIFICATIONS[name].title} has no parent on level {level}",
            why=f"It stands on level {tree[code][0]} itself, and the highest level is 1",
            todo=f"Ask for a level between 1 and {tree[code][0]}",
        )
    return found


def ancestor_in(code: str, partition: Collection[str]) -> str | None:
    """The node of a partition that contains the SSYK (or SUN) code, or none.

    Examples
    --------
    >>> ancestor_in("8172", ["72", "817"]), ancestor_in("817", ["817"]), ancestor_in("81", ["817"])
    ('817', '817', None)
    """
    return next((code[:n] for n in range(len(code), 0, -1) if code[:n] in partition), None)


def check_partition(codes: Iterable[str], *, where: str, name: str = "ssyk") -> None:
    """Raise if one code contains another: summed together they count the same people twice.

    Examples
    --------
    >>> check_partition(["72", "7223"], where="employed.occupation")
    Traceback (most recent call last):
    ...
    brygga.core.errors.TableError: employed.occupation: 1 code(s) inside another code: 7223 in 72. Totals would count \
the same people twice. Keep one level: either the group or what lies in it.
    """
    given = set(codes)
    nested = [f"{code} in {above}" for code in sorted(given) if (above := _above(code, name, given))]
    if nested:
        raise TableError(
            f"{where}: {len(nested)} code(s) inside another code: {listed(nested)}",
            why="Totals would count the same people twice",
            todo="Keep one level: either the group or what lies in it",
        )


def within(code: str) -> tuple[str, ...]:
    """The four-digit unit groups in an SSYK node.

    Examples
    --------
    >>> within("741")
    ('7411', '7412', '7413')
    """
    check_codes([code], "ssyk", where="within")
    return tuple(unit for unit in _column("occupation_group_members", "code", "group") if unit.startswith(code))


def group_of(code: str) -> str:
    """The occupation group of a unit group, or of an SSYK node that lies inside one group.

    Examples
    --------
    >>> group_of("7223"), group_of("817"), group_of("1")
    ('cnc', 'op_tra_papper', 'chefer')
    """
    members = _column("occupation_group_members", "code", "group")
    groups = sorted({members[unit] for unit in within(code)})
    if len(groups) > 1:
        raise UnknownCodeError(
            f"SSYK {code} spans {len(groups)} occupation groups: {listed(groups)}",
            why="A figure for it cannot be shown under one of them",
            todo="Use a finer code, such as those in classifications/occupation_partition.csv.",
        )
    return groups[0]


def computing_nodes() -> tuple[str, ...]:
    """The SSYK nodes that occupations are computed on: together all unit groups, each once.

    Examples
    --------
    >>> computing_nodes()[:5]
    ('0', '1', '211', '212', '213')
    """
    return tuple(_column("occupation_partition", "code", "group"))


def from_jobtech(code: str) -> tuple[str, ...]:
    """SCB's unit groups for one of JobTech's groups: several where JobTech merges them.

    Examples
    --------
    >>> from_jobtech("1320"), from_jobtech("7223")
    (('1321', '1322'), ('7223',))
    """
    check_codes([code], "jobtech_ssyk", where="from_jobtech")
    pairs = _column("jobtech_ssyk", "code", "jobtech_code")
    return tuple(unit for unit, jobtech in pairs.items() if jobtech == code)


def municipality_name(code: str) -> str:
    """The name of a municipality.

    Examples
    --------
    >>> municipality_name("1060")
    'Olofström'
    """
    return name_of(code, "kommun", "sv")


def county_of(code: str) -> str:
    """The code of the county a municipality lies in.

    Examples
    --------
    >>> county_of("1060")
    '10'
    """
    check_codes([code], "kommun", where="county_of")
    return _column("municipalities", "code", "county")[code]


def _above(code: str, name: str, given: Collection[str]) -> str | None:
    """The nearest code in `given` that contains `code`, other than itself."""
    if name == "sni":
        section = _tree("sni")[code][1] if code in codes("sni") else None
        return section if section in given else None
    return ancestor_in(code[:-1], given)


@functools.cache
def _read(file: str) -> pl.DataFrame:
    path = FOLDER / f"{file}.csv"
    if not path.is_file():
        raise FileError(
            f"{path.name} is missing from the installed classifications",
            why="Without it no code can be checked or named",
            todo="Install Brygga again, or run recipes/classifications.py",
        )
    return pl.read_csv(path, infer_schema=False, schema_overrides=NUMBERS)


@functools.cache
def _column(file: str, key: str, value: str) -> dict[str, str]:
    return dict(_read(file).select(key, value).iter_rows())


@functools.cache
def _names(name: str, language: str) -> dict[str, str]:
    if language not in ("sv", "en"):
        raise SettingError(f"No names in {language}", why="Names stand in sv and en", todo="Ask for one of them")
    frame = classification(name)
    wanted = [column for column in (f"name_{language}", "name_sv", "name", "code") if column in frame.columns]
    return dict(frame.select(CLASSIFICATIONS[name].key, value=pl.coalesce(wanted)).iter_rows())


@functools.cache
def _tree(name: str) -> dict[str, tuple[int, str | None]]:
    frame = classification(name)
    if "level" not in frame.columns:
        raise SettingError(
            f"{CLASSIFICATIONS[name].title} has no levels",
            why="It is a flat list of codes",
            todo="Use ssyk, sni, sun_level or sun_field",
        )
    return {code: (level, above) for code, level, above in frame.select("code", "level", "parent").iter_rows()}
