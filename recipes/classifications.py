"""Make the CSVs of `src/brygga/classifications` from the open data beside the repository.

Names and codes are facts; no definitions are copied. What the open data lacks stands in
`classification_words.csv` beside this file: Swedish names of SSYK nodes that JobTech has
merged or left out, the counties in Swedish, and our own English names. Which SSYK nodes make an occupation group is
decided in `occupation_groups.csv` beside this file (industrial: work that mostly stands in
manufacturing and its workshops, laboratories and stores), how finely occupations are
computed in `DEPTHS` below.

Run it with `python recipes/classifications.py`; the sources are told in `sources.yaml`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from brygga.core.places import CLASSIFICATIONS, SHARED_DATA

TAXONOMY = SHARED_DATA / "taxonomy" / "jobtech-2025"
STATISTICS = SHARED_DATA / "statistics"
REST_CODES = {"0001", "0002"}
UNIT_GROUPS = 429

# Below this share of the inhabitants living in localities booked on the municipality, the weighted centre
# describes a few of them only (Huddinge: 1 900 of 112 848) and the centroid is the better guess. The shares
# leave a gap between 0.19 and 0.37, so any limit in the gap picks the same twelve municipalities.
BOOKED_SHARE_MINIMUM = 0.25

# How many digits the projection uses below a prefix; the longest prefix decides.
DEPTHS = {1: "0 1 6", 2: "2 3 5 7 9", 3: "21 31 4 8", 4: "214 216 217 218 311 312 432 72 74 82 93"}
DEPTH = {prefix: digits for digits, prefixes in DEPTHS.items() for prefix in prefixes.split()}

# JobTech's label names both of SCB's groups (a group of JobTech that SCB lacks is found by its first digits).
MERGED_BY_LABEL = {"5321": ["5321", "5322"], "5323": ["5323", "5324"]}

Row = dict[str, object]
NAMED = ["code", "level", "parent", "name_sv", "name_en", "name_en_from"]


def main() -> None:
    words = own_words()
    ssyk = ssyk_rows(words["ssyk"])
    units = [str(row["code"]) for row in ssyk if row["level"] == 4]
    write("ssyk2012", [*NAMED, "name_sv_from"], ssyk)
    write("jobtech_ssyk", ["jobtech_code", "code"], jobtech_rows(units))
    write("sni2007", NAMED, named_rows(tree("sni-hierarchy"), words["sni"], deepest=2))
    write("sun2020_level", NAMED, named_rows(tree("sun-level-hierarchy"), words["sun_level"], deepest=3))
    write("sun2020_field", NAMED, named_rows(tree("sun-field-hierarchy"), words["sun_field"], deepest=4))
    municipalities = municipality_rows()
    places = ["code", "name", "county", "lat", "lon", "wlat", "wlon", "km2", "labour_market_area", "functional_region"]
    write("municipalities", places, municipalities)
    write("counties", ["code", "name", "name_en"], county_rows(words["county"]))
    for file, code, name in (("labour_market_areas", "la_kod", "la_namn"), ("functional_regions", "fa_kod", "fa_namn")):
        areas = {row[code]: row[name] for row in read(SHARED_DATA / "regions" / "municipalities.csv")}
        write(file, ["code", "name"], [{"code": key, "name": areas[key]} for key in areas])
    partition, members = group_rows(units)
    titles: list[Row] = [row | {"order": order} for order, row in enumerate(groups(), 1)]
    write("occupation_groups", ["group", "name_sv", "name_en", "industrial", "order"], titles)
    write("occupation_group_members", ["code", "group"], members)
    write("occupation_partition", ["code", "group"], partition)


def ssyk_rows(words: Mapping[str, Mapping[str, str]]) -> list[Row]:
    """Codes and English names from SCB, Swedish names from JobTech where it has the same node."""
    english = scb_english()
    swedish = {code: name for code, _, name, _ in tree("the-ssyk-hierarchy-with-occupations")}
    rows: list[Row] = []
    for code in sorted({*english, *(code for code in swedish if len(code) < 3)}):
        name_sv, name_sv_from = swedish.get(code, ""), "JobTech"
        if words.get(code, {}).get("name_sv"):
            name_sv, name_sv_from = words[code]["name_sv"], "SCB"
        elif not name_sv:
            name_sv, name_sv_from = f"{swedish[code[:3] + '0']}, nivå {code[3]}", "rule"
        name_en, name_en_from = english_name(english.get(code, ""), words.get(code, {}))
        row: Row = {"code": code, "level": len(code), "parent": code[:-1], "name_sv": name_sv, "name_en": name_en}
        rows.append(row | {"name_en_from": name_en_from, "name_sv_from": name_sv_from})
    check_tree(rows, english_to=4)
    found = sum(row["level"] == 4 for row in rows)
    assert found == UNIT_GROUPS, f"{found} unit groups, not {UNIT_GROUPS}"
    return rows


def scb_english() -> dict[str, str]:
    """SCB's English names of unit groups (from the age table) and of three-digit groups (from two older tables)."""
    table = json.loads((STATISTICS / "employees_ssyk4_age_sweden_2020_2024.json").read_text("utf-8"))
    names: dict[str, str] = dict(table["dimension"]["Yrke2012"]["category"]["label"])
    for row in read(STATISTICS / "employees_ssyk3_sex_county_2014_2017.csv"):
        code, _, name = row["occupation (SSYK 2012)"].partition(" ")
        names[code] = name
    return {code: tidy(name) for code, name in names.items() if code not in REST_CODES}


def english_name(read_name: str, words: Mapping[str, str]) -> tuple[str, str]:
    own = words.get("name_en", "")
    return (own, "ours") if own else (read_name, "SCB" if read_name else "")


def jobtech_rows(units: list[str]) -> list[Row]:
    """JobTech's groups to SCB's: the same code, or all of SCB's that share the three first digits."""
    rows: list[Row] = []
    for jobtech in sorted(concept["ssyk_code_2012"] for concept in concepts("ssyk-level-4-groups")):
        same = [jobtech] if jobtech in units else [unit for unit in units if unit[:3] == jobtech[:3]]
        rows += [{"jobtech_code": jobtech, "code": code} for code in MERGED_BY_LABEL.get(jobtech, same)]
    assert len({row["code"] for row in rows}) == len(rows), "a unit group belongs to two groups of JobTech"
    return rows


def named_rows(
    nodes: Iterable[tuple[str, int, str, str]], words: Mapping[str, Mapping[str, str]], deepest: int
) -> list[Row]:
    """The nodes down to the deepest level wanted, with our English names where we have written one."""
    rows: list[Row] = []
    for code, level, name_sv, parent in sorted(set(nodes)):
        if level <= deepest:
            name_en, name_en_from = english_name("", words.get(code, {}))
            row: Row = {"code": code, "level": level, "parent": parent, "name_sv": name_sv}
            rows.append(row | {"name_en": name_en, "name_en_from": name_en_from})
    check_tree(rows, english_to=3)
    return rows


def municipality_rows() -> list[Row]:
    people = {
        row["municipality"]: float(row["population"])
        for row in read(STATISTICS / "population_municipality_2011_2019.csv")
        if row["year"] == "2019"
    }
    rows: list[Row] = []
    for row in read(SHARED_DATA / "regions" / "municipalities.csv"):
        code = row["kommun_kod"]
        booked = float(row["tatort_pop_2020"] or 0) / people[code] >= BOOKED_SHARE_MINIMUM
        place: Row = {"code": code, "name": row["kommun"], "county": code[:2], "km2": row["km2"]}
        place |= {"lat": row["lat"], "lon": row["lon"]}
        place |= {"wlat": row["wlat" if booked else "lat"], "wlon": row["wlon" if booked else "lon"]}
        rows.append(place | {"labour_market_area": row["la_kod"], "functional_region": row["fa_kod"]})
    assert len(rows) == 290
    return rows


def county_rows(words: Mapping[str, Mapping[str, str]]) -> list[Row]:
    english = dict(
        row["region"].split(" ", maxsplit=1) for row in read(STATISTICS / "employees_ssyk3_sex_county_2014_2017.csv")
    )
    return [{"code": code, "name": words[code]["name_sv"], "name_en": english[code]} for code in words]


def group_rows(units: list[str]) -> tuple[list[Row], list[Row]]:
    """The computing level and the unit groups, each with its occupation group."""
    nodes = sorted({unit[: depth(unit)] for unit in units})
    homes: dict[str, str] = {}
    for group in groups():
        slug = group["group"]
        for prefix in group["ssyk"].split():
            found = [node for node in nodes if node.startswith(prefix)]
            assert found, f"{slug}: {prefix} is cut inside a node of the partition"
            for node in found:
                assert homes.setdefault(node, slug) == slug, f"{node} lies in {homes[node]} and {slug}"
    assert sorted(homes) == nodes, f"without a group: {sorted(set(nodes) - set(homes))}"
    contained = {unit: [node for node in nodes if unit.startswith(node)] for unit in units}
    assert all(len(found) == 1 for found in contained.values()), "not a partition of the unit groups"
    partition: list[Row] = [{"code": node, "group": homes[node]} for node in nodes]
    return partition, [{"code": unit, "group": homes[contained[unit][0]]} for unit in units]


def groups() -> list[dict[str, str]]:
    return read(Path(__file__).with_name("occupation_groups.csv"))


def depth(unit: str) -> int:
    return next(DEPTH[unit[:n]] for n in (4, 3, 2, 1) if unit[:n] in DEPTH)


def check_tree(rows: list[Row], english_to: int) -> None:
    codes = {row["code"] for row in rows}
    assert len(codes) == len(rows), "a code stands twice"
    assert all(row["parent"] in codes for row in rows if row["level"] != 1), "a parent is missing"
    nameless = [row["code"] for row in rows if not row["name_sv"]]
    assert not nameless, f"no Swedish name: {nameless}"
    nameless = [row["code"] for row in rows if not row["name_en"] and int(str(row["level"])) <= english_to]
    assert not nameless, f"no English name: {nameless}"


def tree(file: str) -> Iterator[tuple[str, int, str, str]]:
    """Code, level, Swedish name and parent of every node in one of JobTech's hierarchies."""
    stack = [(concept, "") for concept in concepts(file)]
    while stack:
        concept, parent = stack.pop()
        code = next((value for key, value in concept.items() if "_code_" in key), None)
        if code:
            yield code, int(concept["type"][-1]), tidy(concept["preferred_label"]), parent
            stack += [(child, code) for child in concept.get("narrower", [])]


def concepts(file: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads((TAXONOMY / f"{file}.json").read_text("utf-8"))["data"]["concepts"]
    return loaded


def own_words() -> dict[str, dict[str, dict[str, str]]]:
    words: dict[str, dict[str, dict[str, str]]] = {}
    for row in read(Path(__file__).with_name("classification_words.csv")):
        words.setdefault(row["classification"], {})[row["code"]] = row
    return words


def tidy(name: str) -> str:
    """One space between words, and a capital first."""
    name = " ".join(name.split())
    return name[:1].upper() + name[1:]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, columns: list[str], rows: list[Row]) -> None:
    rows = sorted(rows, key=lambda row: [str(row[column]) for column in columns[:2]])
    with (CLASSIFICATIONS / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{name}: {len(rows)} rows")


if __name__ == "__main__":
    main()
