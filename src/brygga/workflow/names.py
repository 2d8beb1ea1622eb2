"""Names of codes in Swedish and English, for pages and files: municipalities, occupations and their groups.

The only door from the site to `brygga.core.codes` and `brygga.core.errors`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

from brygga.core import codes
from brygga.core.errors import BryggaError, FileError, SettingError, UnknownCodeError
from brygga.core.region import Region

__all__ = [
    "BryggaError",
    "FileError",
    "SettingError",
    "UnknownCodeError",
    "computed_on",
    "group",
    "group_of",
    "groups_of",
    "industrial_groups",
    "industry",
    "is_industrial",
    "is_occupation",
    "municipality",
    "occupation",
    "shortened",
    "units_within",
]


def municipality(code: str, region: Region) -> str:
    """The name of a municipality; the region's own name for an invented code, else the code itself."""
    if code in region.names:
        return region.names[code]
    return codes.municipality_name(code) if code in codes.codes("kommun") else code


def occupation(code: str, language: str) -> str:
    """The name of an SSYK node.

    Examples
    --------
    >>> occupation("7223", "sv")
    'Maskinställare och maskinoperatörer, metallarbete'
    """
    return codes.name_of(code, "ssyk", language)


def industry(code: str, language: str) -> str:
    """The name of an SNI division or section; the code itself where the classification has none.

    Examples
    --------
    >>> industry("29", "en")
    'Manufacture of motor vehicles and trailers'
    """
    return codes.name_of(code, "sni", language) if code in codes.codes("sni") else code


def group(name: str, language: str) -> str:
    """The name of an occupation group, or of the SSYK node that stands for one.

    Examples
    --------
    >>> group("svets", "en")
    'Welders and sheet metal workers'
    """
    known = name in codes.codes("occupation_group")
    return codes.name_of(name, "occupation_group" if known else "ssyk", language)


@functools.cache
def group_of(code: str) -> str:
    """The occupation group of an SSYK node; a node that spans several groups is a group of its own.

    Examples
    --------
    >>> group_of("7223"), group_of("7")
    ('cnc', '7')
    """
    try:
        return codes.group_of(code)
    except UnknownCodeError:
        return code


def groups_of(occupations: Iterable[str]) -> tuple[str, ...]:
    """The groups that some occupations make, industrial ones first, in the order of the group list.

    Examples
    --------
    >>> groups_of(["2", "7223", "7212"])
    ('cnc', 'svets', '2')
    """
    order = dict(codes.classification("occupation_group").select("group", "order").iter_rows())
    found = {group_of(code) for code in occupations}
    return tuple(sorted(found, key=lambda name: (order.get(name, 999), name)))


@functools.cache
def industrial_groups() -> frozenset[str]:
    """The groups of industrial and technical occupations."""
    frame = codes.classification("occupation_group").filter(industrial=True)
    return frozenset(frame["group"].to_list())


@functools.cache
def is_industrial(code: str) -> bool:
    """Whether most unit groups of an SSYK node are industrial or technical; a node may span several groups.

    Examples
    --------
    >>> is_industrial("722"), is_industrial("7223"), is_industrial("53")
    (True, True, False)
    """
    units = codes.within(code)
    return 2 * sum(codes.group_of(unit) in industrial_groups() for unit in units) > len(units)


def is_occupation(code: str) -> bool:
    """Whether the code is an SSYK code on any level."""
    return code in codes.codes("ssyk")


def units_within(code: str) -> tuple[str, ...]:
    """The four-digit unit groups in an SSYK node."""
    return codes.within(code)


def computed_on(code: str, nodes: Iterable[str]) -> str | None:
    """The node of the run that an SSYK code lies in, or none.

    Examples
    --------
    >>> computed_on("7223", ["72", "81"])
    '72'
    """
    return codes.ancestor_in(code, set(nodes))


def shortened(code: str) -> str | None:
    """The municipality whose leading zero seems lost, or none.

    Examples
    --------
    >>> shortened("767"), shortened("9999")
    ('0767', None)
    """
    return f"0{code}" if f"0{code}" in codes.codes("kommun") else None
