"""Taxonomy: JobTech's and ESCO's exports, read into the tables of a pack.

    JobTech    {"data": {"concepts": [...]}}: the SSYK hierarchy with occupation names, skills, links, ISCO groups
    ESCO       two zip files in English (read from the zip, row by row), Swedish labels, crosswalks to JobTech
    places     places.json

A folder may hold them flat or in subfolders such as `jobtech-2025` and `esco-1.1.1-en`; whatever is missing is
left out, and named in `missing`. An ESCO occupation gets its SSYK group from an exact or close match in the
crosswalk, else over ISCO, where a group of ISCO may be several of SSYK: each then weighs 1 / sqrt(n).

Start reading at `read_exports`.

Sources: Arbetsförmedlingen, JobTech Taxonomy; European Commission, ESCO.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from brygga.core.errors import FileError, TableError, listed, raise_all
from brygga.sources.taxonomy_files import (
    ESCO_ENGLISH,
    ESCO_LABELS,
    ESCO_RELATIONS,
    ESCO_SWEDISH,
    GROUP_ISCO,
    GROUP_SKILLS,
    GROUPS,
    HIERARCHY,
    ISCO_GROUPS,
    KNOWN,
    OCCUPATION_CROSSWALK,
    PLACES,
    RELATION_ROWS,
    SKILL_CROSSWALK,
    SKILLS,
    SUBSTITUTES,
    Concept,
    Reader,
    list_of,
    once,
    read_json,
    shape_fault,
    text_of,
)

ESCO_ISCO = "http://data.europa.eu/esco/isco/C"
RELATIONS = ("exactMatch", "closeMatch", "narrowMatch", "broadMatch")
"""Relations of a crosswalk, the surest first; rows with another one ("no relation") are left out."""

SURE = ("exactMatch", "closeMatch")
"""Relations that an ESCO occupation takes its group from; a wider or narrower one says less than ISCO does."""

LABELS = {
    "text": pl.String,
    "code": pl.String,
    "language": pl.String,
    "family": pl.String,
    "concept_id": pl.String,
    "weight": pl.Float64,
}
SKILL_TEXTS = {
    "skill_id": pl.String,
    "text": pl.String,
    "language": pl.String,
    "family": pl.String,
    "preferred": pl.Boolean,
}
SKILL_LINKS = {"code": pl.String, "skill_id": pl.String, "weight": pl.Float64}
SHARES = {"from_id": pl.String, "to_id": pl.String, "share": pl.Float64}
CROSSWALK = {"from_id": pl.String, "to_id": pl.String, "relation": pl.String, "kind": pl.String}

_NAMED = ("conceptUri", "preferredLabel", "altLabels")
_SKILL_CROSSWALK = ("esco_skill_uri", "esco_skill_label_sv", "jobtech_skill_id", "relation")
_ELSEWHERE = re.compile(r"\bHit hör inte\b", re.IGNORECASE)
_POINTER = re.compile(r"^(?P<title>.+?)\s*\((?P<code>\d{4})\)\W*$")
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Exports:
    """A folder of exports as the tables of a pack; their columns are those of `brygga.coding.pack.Pack`.

    `missing` names the known files that were not there.
    """

    version: str
    sources: tuple[dict[str, str], ...]
    labels: pl.DataFrame
    skills: pl.DataFrame
    skill_links: pl.DataFrame
    esco_links: pl.DataFrame
    substitutes: pl.DataFrame
    crosswalk: pl.DataFrame
    places: tuple[str, ...]
    missing: tuple[str, ...]


def read_exports(*folders: Path) -> Exports:
    """Everything known in some folders of exports.

    Parameters
    ----------
    folders : with the files of `KNOWN`, or with subfolders that hold them; of several the highest version

    Raises
    ------
    FileError
        If a folder is missing, or a file in it cannot be read.
    TableError
        If no export that we know lies there, a file has another shape, or an id stands for two things.
    UnknownCodeError
        If a code stands not in SSYK 2012.
    FaultsError
        If there are several of these: all are named.
    """
    for folder in folders:
        if not folder.is_dir():
            raise FileError(
                f"{folder} is no folder", why="a taxonomy is a folder of exports", todo="check the path that you gave"
            )
    reader = Reader(*folders)
    where = " and ".join(folder.name or str(folder) for folder in folders)
    if not reader.files:
        raise TableError(
            f"{where} has no taxonomy that can be read",
            why=f"none of the exports that we know lies there or a folder below: {listed(KNOWN, len(KNOWN))}",
            todo="fetch them with `brygga data update taxonomy`, or leave --taxonomy out",
        )
    groups = dict(reader.rows(lambda r: _group_codes(r).items()))
    names = dict(reader.rows(lambda r: _occupation_names(r).items()))
    isco = dict(reader.rows(lambda r: _isco_codes(r).items()))
    of_isco = dict(reader.rows(lambda r: _isco_of_esco(r).items()))
    crosswalk = reader.rows(_occupation_crosswalk)
    esco = _esco_codes(of_isco, isco, crosswalk, names)
    labels = [
        *_name_labels(names),
        *reader.rows(lambda r: _group_labels(r, groups)),
        *reader.rows(lambda r: _isco_labels(r, isco)),
        *reader.rows(lambda r: _esco_swedish(r, isco, esco)),
        *reader.rows(lambda r: _esco_english(r, esco)),
    ]
    relations = [
        *((uri, name, relation, "occupation") for uri, name, relation in crosswalk),
        *((uri, skill, relation, "skill") for uri, skill, relation in reader.rows(_skill_crosswalk)),
        *((f"{ESCO_ISCO}{code}", ssyk, "relatedMatch", "isco") for code, to in isco.items() for ssyk in to),
        *((uri, f"{ESCO_ISCO}{group}", "broadMatch", "esco") for uri, group in of_isco.items()),
    ]
    skills = [*reader.rows(_jobtech_skills), *reader.rows(_esco_skills)]
    found = Exports(
        version=reader.version(),
        sources=tuple(reader.sources()),
        labels=_frame(labels, LABELS, "text", "code", "family"),
        skills=_frame(skills, SKILL_TEXTS, "skill_id", "text", "language"),
        skill_links=_frame(reader.rows(lambda r: _skill_links(r, groups)), SKILL_LINKS, "code", "skill_id"),
        esco_links=_frame(reader.rows(lambda r: _esco_links(r, esco)), SKILL_LINKS, "code", "skill_id"),
        substitutes=_frame(reader.rows(_substitutes), SHARES, "from_id", "to_id"),
        crosswalk=_frame(relations, CROSSWALK, *CROSSWALK),
        places=tuple(sorted(set(reader.rows(_places)))),
        missing=reader.missing(),
    )
    raise_all(where, reader.all_faults())
    return found


def _group_codes(reader: Reader) -> dict[str, str]:
    """Code of each SSYK group by concept id."""
    known: dict[str, str] = {}

    def walk(concepts: Iterable[Concept], file: str) -> None:
        for concept in concepts:
            if concept.get("type") == "ssyk-level-4" and "ssyk_code_2012" in concept:
                if code := reader.code(concept["ssyk_code_2012"], file):
                    once(known, text_of(concept, "id", file), code, reader.files[file].name)
            else:
                walk(list_of(concept, "narrower", file), file)

    for file in (GROUPS, HIERARCHY, GROUP_ISCO):
        walk(reader.concepts(file), file)
    return known


def _occupation_names(reader: Reader) -> dict[str, tuple[str, str]]:
    """Label and code of each occupation name by concept id."""
    known: dict[str, tuple[str, str]] = {}

    def walk(concepts: Iterable[Concept], code: object) -> None:
        for concept in concepts:
            here = concept.get("ssyk_code_2012", code)
            if concept.get("type") == "occupation-name":
                lifted = reader.code(here, HIERARCHY)
                label = text_of(concept, "preferred_label", HIERARCHY)
                if lifted:
                    once(known, text_of(concept, "id", HIERARCHY), (label, lifted), HIERARCHY)
            walk(list_of(concept, "narrower", HIERARCHY), here)

    walk(reader.concepts(HIERARCHY), None)
    return known


def _isco_codes(reader: Reader) -> dict[str, list[str]]:
    """The SSYK groups of each ISCO group."""
    pairs: dict[str, set[str]] = {}
    for concept in reader.concepts(GROUP_ISCO):
        code = reader.code(text_of(concept, "ssyk_code_2012", GROUP_ISCO), GROUP_ISCO)
        for related in list_of(concept, "related", GROUP_ISCO):
            if code:
                pairs.setdefault(text_of(related, "isco_code_08", GROUP_ISCO), set()).add(code)
    return {isco: sorted(found) for isco, found in sorted(pairs.items())}


def _occupation_crosswalk(reader: Reader) -> list[tuple[str, str, str]]:
    """ESCO occupation or ISCO group, JobTech occupation name, relation."""
    rows = reader.table(OCCUPATION_CROSSWALK, "esco_uri", "jobtech_occupation_id", "relation")
    return [(uri, name, relation) for uri, name, relation in rows if uri and name and relation in RELATIONS]


def _skill_crosswalk(reader: Reader) -> list[tuple[str, str, str]]:
    """ESCO skill, JobTech skill, relation."""
    rows = reader.table(SKILL_CROSSWALK, *_SKILL_CROSSWALK)
    return [(uri, skill, relation) for uri, _, skill, relation in rows if uri and skill and relation in RELATIONS]


def _isco_of_esco(reader: Reader) -> dict[str, str]:
    """The ISCO group of each ESCO occupation."""
    known: dict[str, str] = {}
    for uri, group in reader.zipped(ESCO_ENGLISH, "occupations_en.csv", "conceptUri", "iscoGroup"):
        once(known, uri, group, reader.files[ESCO_ENGLISH].name)
    return known


def _esco_codes(
    of_isco: Mapping[str, str],
    isco: Mapping[str, Sequence[str]],
    crosswalk: Iterable[tuple[str, str, str]],
    names: Mapping[str, tuple[str, str]],
) -> dict[str, list[str]]:
    """The SSYK groups of each ESCO occupation: by an exact or close match in the crosswalk, else over ISCO."""
    surest: dict[str, tuple[int, set[str]]] = {}
    for uri, name, relation in crosswalk:
        if name not in names or relation not in SURE or uri.startswith(ESCO_ISCO):
            continue
        rank, code = RELATIONS.index(relation), names[name][1]
        best = surest.get(uri)
        if best is None or rank < best[0]:
            surest[uri] = (rank, {code})
        elif rank == best[0]:
            best[1].add(code)
    over_isco = {uri: list(isco.get(group, ())) for uri, group in of_isco.items()}
    return over_isco | {uri: sorted(to) for uri, (_, to) in surest.items()}


def _weighted(text: str, to: Sequence[str], language: str, family: str, concept: str) -> Iterator[Row]:
    for code in to if text else ():
        yield text, code, language, family, concept, len(to) ** -0.5


def _name_labels(names: Mapping[str, tuple[str, str]]) -> Iterator[Row]:
    """Occupation names; those with a stroke are taken apart too."""
    for concept, (label, code) in names.items():
        for part in (label, *_parts(label)):
            yield from _weighted(part, [code], "sv", "name", concept)


def _parts(label: str) -> list[str]:
    """The titles in "A/B"; what has lost its beginning or end (stifts-/nationell nivå) is no title."""
    parts = [part.strip() for part in label.split("/")] if "/" in label else []
    return [part for part in dict.fromkeys(parts) if part and not part.endswith("-") and not part[0].islower()]


def _group_labels(reader: Reader, groups: Mapping[str, str]) -> list[Row]:
    """Titles and definitions of the SSYK groups, and the titles that a definition points elsewhere with."""
    rows: list[Row] = []
    ids = {code: concept_id for concept_id, code in groups.items()}
    for concept in reader.concepts(GROUPS):
        concept_id = text_of(concept, "id", GROUPS)
        if concept_id not in groups:
            continue
        code = [groups[concept_id]]
        rows += _weighted(text_of(concept, "preferred_label", GROUPS), code, "sv", "group", concept_id)
        here, *elsewhere = _ELSEWHERE.split(str(concept.get("definition") or ""), maxsplit=1)
        rows += _weighted(here.strip(), code, "sv", "definition", concept_id)
        for line in "".join(elsewhere).splitlines():
            pointer = _POINTER.match(line.strip())
            to = reader.lifts.get(pointer["code"], pointer["code"]) if pointer else ""
            if pointer and to in ids:
                for part in _parts(pointer["title"]) or [pointer["title"]]:
                    rows += _weighted(part, [to], "sv", "definition", ids[to])
    return rows


def _isco_labels(reader: Reader, isco: Mapping[str, Sequence[str]]) -> list[Row]:
    """Titles and definitions of the ISCO groups."""
    rows: list[Row] = []
    for concept in reader.concepts(ISCO_GROUPS):
        group = text_of(concept, "isco_code_08", ISCO_GROUPS)
        uri, to = f"{ESCO_ISCO}{group}", isco.get(group, ())
        rows += _weighted(text_of(concept, "preferred_label", ISCO_GROUPS), to, "sv", "isco", uri)
        rows += _weighted(str(concept.get("definition") or "").strip(), to, "sv", "isco_definition", uri)
    return rows


def _esco_swedish(
    reader: Reader, isco: Mapping[str, Sequence[str]], esco: Mapping[str, Sequence[str]]
) -> Iterator[Row]:
    for uri, label in reader.table(ESCO_LABELS, "uri", "label"):
        if uri.startswith(ESCO_ISCO):
            yield from _weighted(label, isco.get(uri.removeprefix(ESCO_ISCO), ()), "sv", "isco", uri)
        else:
            yield from _weighted(label, esco.get(uri, ()), "sv", "esco", uri)
    for uri, label, others in reader.zipped(ESCO_SWEDISH, "occupations_sv.csv", *_NAMED):
        for each in (label, *_others(label, others)):
            yield from _weighted(each, esco.get(uri, ()), "sv", "esco", uri)


def _esco_english(reader: Reader, esco: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    for uri, label, others in reader.zipped(ESCO_ENGLISH, "occupations_en.csv", *_NAMED):
        to = esco.get(uri, ())
        yield from _weighted(label, to, "en", "esco_en", uri)
        for other in _others(label, others):
            yield from _weighted(other, to, "en", "esco_en_alt", uri)


def _others(label: str, others: str) -> Iterator[str]:
    """The other labels, one a line, without the preferred one."""
    for other in dict.fromkeys(line.strip() for line in others.splitlines()):
        if other and other.lower() != label.lower():
            yield other


def _jobtech_skills(reader: Reader) -> list[Row]:
    known: dict[str, str] = {}
    for concept in reader.concepts(SKILLS):
        once(known, text_of(concept, "id", SKILLS), text_of(concept, "preferred_label", SKILLS), SKILLS)
    for concept in reader.concepts(GROUP_SKILLS):
        for skill in list_of(concept, "related", GROUP_SKILLS):
            known.setdefault(text_of(skill, "id", GROUP_SKILLS), text_of(skill, "preferred_label", GROUP_SKILLS))
    return [(skill, label, "sv", "jobtech", True) for skill, label in known.items()]


def _esco_skills(reader: Reader) -> list[Row]:
    """ESCO's skills with their other labels: in Swedish from its zip or else the crosswalk, and in English."""
    rows: list[Row] = []
    for language, archive in (("sv", ESCO_SWEDISH), ("en", ESCO_ENGLISH)):
        known: dict[str, str] = {}
        for uri, label, others in reader.zipped(archive, f"skills_{language}.csv", *_NAMED):
            once(known, uri, label, reader.files[archive].name)
            rows.append((uri, label, language, "esco", True))
            rows += [(uri, other, language, "esco", False) for other in _others(label, others)]
        for uri, label, _, _ in reader.table(SKILL_CROSSWALK, *_SKILL_CROSSWALK) if language == "sv" else ():
            if uri and label:
                rows.append((uri, label.strip('"'), "sv", "esco", uri not in known))
                known.setdefault(uri, label)
    return rows


def _skill_links(reader: Reader, groups: Mapping[str, str]) -> list[Row]:
    links: dict[tuple[str, str], None] = {}
    for concept in reader.concepts(GROUP_SKILLS):
        code = groups.get(text_of(concept, "id", GROUP_SKILLS))
        if code is None and "ssyk_code_2012" in concept:
            code = reader.code(concept["ssyk_code_2012"], GROUP_SKILLS)
        elif code is None and not (reader.unknown or reader.faults):
            raise shape_fault(GROUP_SKILLS, f"names the group {concept['id']}, whose code stands in no other export")
        for skill in list_of(concept, "related", GROUP_SKILLS) if code else ():
            links[code or "", text_of(skill, "id", GROUP_SKILLS)] = None
    return [(code, skill, 1.0) for code, skill in sorted(links)]


def _esco_links(reader: Reader, esco: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    """Of the ESCO occupations of a group, the share that need a skill; an optional one counts half."""
    occupations: dict[str, float] = {}
    for to in esco.values():
        for code in to:
            occupations[code] = occupations.get(code, 0.0) + len(to) ** -0.5
    needed: dict[tuple[str, str], float] = {}
    archive = ESCO_RELATIONS if ESCO_RELATIONS in reader.files or not reader.has_relations() else ESCO_ENGLISH
    for uri, relation, skill in reader.zipped(archive, RELATION_ROWS, "occupationUri", "relationType", "skillUri"):
        to = esco.get(uri, ())
        for code in to:
            share = len(to) ** -0.5 / occupations[code] * (1.0 if relation == "essential" else 0.5)
            needed[code, skill] = needed.get((code, skill), 0.0) + share
    for (code, skill), share in sorted(needed.items()):
        yield code, skill, round(share, 6)


def _substitutes(reader: Reader) -> list[Row]:
    """Who can do whose work: JobTech writes each pair at both its ends."""
    shares: dict[str, float] = {}
    for concept in reader.concepts(SUBSTITUTES):
        here = text_of(concept, "id", SUBSTITUTES)
        for key in ("substitutes", "substituted_by"):
            for other in list_of(concept, key, SUBSTITUTES):
                there = text_of(other, "id", SUBSTITUTES)
                share = _share(other)
                pair = f"{here} {there}" if key == "substitutes" else f"{there} {here}"
                once(shares, pair, share, SUBSTITUTES)
    return [(*pair.split(" "), share) for pair, share in sorted(shares.items())]


def _share(concept: Concept) -> float:
    percent = concept.get("substitutability_percentage")
    if not isinstance(percent, int | float) or not 0 < percent <= 100:
        raise shape_fault(SUBSTITUTES, f"has a substitutability of {percent}, not a percentage: {concept.get('id')}")
    return percent / 100


def _places(reader: Reader) -> list[str]:
    if PLACES not in reader.files:
        return []
    content = read_json(reader.files[PLACES])
    if not isinstance(content, list) or not all(isinstance(place, dict) and place.get("label") for place in content):
        raise shape_fault(PLACES, "is no list of places with a label")
    return [str(place["label"]).strip().lower() for place in content]


def _frame(rows: Iterable[Row], schema: Mapping[str, Any], *key: str) -> pl.DataFrame:
    frame = pl.DataFrame(list(rows), schema=dict(schema), orient="row")
    return frame.unique(key, keep="first", maintain_order=True)
