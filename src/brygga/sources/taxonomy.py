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

import csv
import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from brygga.core import codes
from brygga.core.errors import BryggaError, FileError, TableError, UnknownCodeError, listed, raise_all

HIERARCHY = "the-ssyk-hierarchy-with-occupations.json"
GROUPS = "ssyk-level-4-groups.json"
SKILLS = "skills.json"
GROUP_SKILLS = "ssyk-level-4-groups-with-related-skills.json"
GROUP_ISCO = "ssyk-level-4-with-related-isco-level-4-groups.json"
ISCO_GROUPS = "isco-level-4-groups.json"
SUBSTITUTES = "substitutability-relations-between-occupations.json"
JOBTECH = (HIERARCHY, GROUPS, SKILLS, GROUP_SKILLS, GROUP_ISCO, ISCO_GROUPS, SUBSTITUTES)
"""The exports of JobTech that a pack is made of: what `brygga data update taxonomy` fetches."""

ESCO_ENGLISH = "classification_en.zip"
ESCO_RELATIONS = "relations.zip"
ESCO_LABELS = "occupation_labels_sv.csv"
OCCUPATION_CROSSWALK = "occupation_crosswalk.csv"
SKILL_CROSSWALK = "skill_crosswalk.csv"
PLACES = "places.json"
ESCO = (ESCO_ENGLISH, ESCO_RELATIONS, ESCO_LABELS, OCCUPATION_CROSSWALK, SKILL_CROSSWALK)
KNOWN = (*JOBTECH, *ESCO, PLACES)
OTHER_NAMES = {
    OCCUPATION_CROSSWALK: ("occupation_crosswalk_dev.csv",),
    SKILL_CROSSWALK: ("skill_crosswalk_dev.csv",),
}
"""A part of a crosswalk under another name, taken where the whole is not there."""

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

_SKILL_CROSSWALK = ("esco_skill_uri", "esco_skill_label_sv", "jobtech_skill_id", "relation")
_ELSEWHERE = re.compile(r"\bHit hör inte\b", re.IGNORECASE)
_POINTER = re.compile(r"^(?P<title>.+?)\s*\((?P<code>\d{4})\)\W*$")
_VERSION = re.compile(r"^(jobtech|esco)-(\d[\w.]*)(?:-\w\w)?$")
Concept = Mapping[str, Any]
Row = tuple[Any, ...]
T = TypeVar("T")


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


def read_exports(folder: Path) -> Exports:
    """Everything known in a folder of exports.

    Parameters
    ----------
    folder : with the files of `KNOWN`, or with subfolders that hold them; of several the last by name

    Raises
    ------
    FileError
        If the folder is missing, or a file in it cannot be read.
    TableError
        If no export that we know lies there, a file has another shape, or an id stands for two things.
    UnknownCodeError
        If a code stands not in SSYK 2012.
    FaultsError
        If there are several of these: all are named.
    """
    if not folder.is_dir():
        raise FileError(
            f"{folder} is no folder", why="a taxonomy is a folder of exports", todo="check the path after --taxonomy"
        )
    reader = _Reader(folder)
    if not reader.files:
        raise TableError(
            f"{folder.name} has no taxonomy that can be read",
            why=f"none of the exports that we know lies in it or its subfolders: {listed(KNOWN, len(KNOWN))}",
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
        missing=tuple(name for name in KNOWN if name not in reader.files),
    )
    raise_all(folder.name or str(folder), reader.all_faults())
    return found


class _Reader:
    """What lies in a folder, read file by file; faults are kept until all is read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = {name: path for name in KNOWN if (path := newest(folder, name, *OTHER_NAMES.get(name, ())))}
        self.faults: dict[str, BryggaError] = {}
        self.unknown: dict[tuple[str, str], None] = {}
        self.known_codes = codes.codes("jobtech_ssyk")
        self.lifts: dict[str, str] = dict(
            codes.classification("jobtech_ssyk").select("code", "jobtech_code").iter_rows()
        )

    def rows(self, question: Callable[[_Reader], Iterable[T]]) -> list[T]:
        """The rows that a question finds, or none when a file has a fault; the first fault of each file is kept."""
        try:
            return list(question(self))
        except BryggaError as fault:
            self.faults.setdefault(re.split("[ :/]", fault.what)[0], fault)
            return []

    def all_faults(self) -> list[BryggaError]:
        return list(self.faults.values()) + [
            UnknownCodeError(
                f"{file}: code {code} is not in SSYK 2012",
                why="what it names cannot be counted with any occupation",
                todo="use exports of a taxonomy that follows SSYK 2012, or take the code out",
            )
            for file, code in self.unknown
        ]

    def code(self, given: object, file: str) -> str | None:
        """JobTech's group of a code; an unknown one is kept as a fault."""
        code = self.lifts.get(str(given), str(given))
        if code in self.known_codes:
            return code
        self.unknown[self.files[file].name, str(given)] = None
        return None

    def concepts(self, name: str) -> list[Concept]:
        """The concepts of an export of JobTech; none when it is missing."""
        return concepts_of(read_json(self.files[name]), self.files[name].name) if name in self.files else []

    def table(self, name: str, *columns: str) -> Iterator[list[str]]:
        """Rows of a CSV file, these columns in order; none when it is missing."""
        if name not in self.files:
            return
        path = self.files[name]
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                yield from _rows(file, path.name, columns)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise unreadable(path, str(error)) from error

    def zipped(self, archive: str, name: str, *columns: str) -> Iterator[list[str]]:
        """Rows of a CSV file inside a zip, read row by row without unpacking it; none when the zip is missing."""
        if archive not in self.files:
            return
        path = self.files[archive]
        try:
            with zipfile.ZipFile(path) as whole, whole.open(name) as file:
                yield from _rows(
                    io.TextIOWrapper(file, encoding="utf-8-sig", newline=""), f"{path.name}/{name}", columns
                )
        except KeyError as error:
            raise unreadable(path, f"{name} is not in it") from error
        except (OSError, EOFError, zipfile.BadZipFile, zlib.error, UnicodeDecodeError, csv.Error) as error:
            raise unreadable(path, f"{error}; it may have been cut off") from error

    def version(self) -> str:
        """The versions that the folders' names tell."""
        folders = [path.resolve().parent for path in self.files.values()]
        told = {match[1]: match[2] for folder in folders if (match := _VERSION.match(folder.name))}
        has = {"jobtech": JOBTECH, "esco": ESCO}
        return ", ".join(
            f"{name}-{told.get(name, 'of unknown version')}"
            for name, files in has.items()
            if any(file in self.files for file in files)
        )

    def sources(self) -> Iterator[dict[str, str]]:
        """Of each file its name, publisher, version, sha256 and day."""
        for name, path in self.files.items():
            match = _VERSION.match(path.resolve().parent.name)
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            yield {
                "file": path.name,
                "publisher": "European Commission, ESCO" if name in ESCO else "Arbetsförmedlingen, JobTech",
                "version": match[2] if match else "",
                "sha256": digest,
                "day": datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat(),
            }


def newest(folder: Path, *names: str) -> Path | None:
    """The first of these files in the folder itself, or in its subfolder with the last name."""
    found = [path for name in names for path in (folder / name, *sorted(folder.glob(f"*/{name}"), reverse=True))]
    return next((path for path in found if path.is_file()), None)


def read_json(path: Path) -> Any:
    """The content of a JSON file in UTF-8."""
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise unreadable(path, error.strerror or "unknown fault") from error
    except UnicodeDecodeError as error:
        raise unreadable(path, f"byte {error.start} is not UTF-8") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise unreadable(path, f"it is not JSON ({error})") from error


def concepts_of(content: Any, file: str) -> list[Concept]:
    """The concepts of an export, or a fault that names the file."""
    data = content.get("data") if isinstance(content, dict) else None
    concepts = data.get("concepts") if isinstance(data, dict) else None
    if not isinstance(concepts, list) or not all(isinstance(concept, dict) for concept in concepts):
        raise _shape(file, "has no list data.concepts")
    return concepts


def unreadable(path: Path, reason: str) -> FileError:
    """A file of the taxonomy that cannot be read."""
    return FileError(
        f"{path.name} cannot be read: {reason}",
        why="titles and skills are read from the publishers' files as they are",
        todo=f"check the file {path}, or fetch it again",
    )


def _shape(file: str, what: str) -> TableError:
    return TableError(
        f"{file} {what}",
        why="it is of another shape than the export of that name",
        todo="fetch the export again (`brygga data update taxonomy`, or the publisher's page)",
    )


def _rows(file: Iterable[str], name: str, columns: Sequence[str]) -> Iterator[list[str]]:
    rows = csv.reader(file)
    head = next(rows, [])
    lacking = [column for column in columns if column not in head]
    if lacking:
        raise _shape(name, f"lacks the column(s) {', '.join(lacking)}")
    places = [head.index(column) for column in columns]
    last = max(places)
    for row in rows:
        if len(row) > last:
            yield [row[place].strip() for place in places]


def _text(concept: Concept, key: str, file: str) -> str:
    value = concept.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _shape(file, f"has a concept without {key}: {concept.get('id') or concept.get('preferred_label') or '?'}")
    return value.strip()


def _listed(concept: Concept, key: str, file: str) -> list[Concept]:
    value = concept.get(key) or []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise _shape(file, f"has a concept whose {key} is no list: {concept.get('id')}")
    return value


def _once(known: dict[str, Any], key: str, content: Any, file: str) -> None:
    """Keep what an id stands for; an id that stands for two things is a fault."""
    if known.setdefault(key, content) != content:
        raise TableError(
            f"{file}: the id {key} stands twice, for {known[key]} and for {content}",
            why="an id names one thing",
            todo="fetch the export again, or take the wrong one out",
        )


def _group_codes(reader: _Reader) -> dict[str, str]:
    """Code of each SSYK group by concept id."""
    known: dict[str, str] = {}

    def walk(concepts: Iterable[Concept], file: str) -> None:
        for concept in concepts:
            if concept.get("type") == "ssyk-level-4" and "ssyk_code_2012" in concept:
                if code := reader.code(concept["ssyk_code_2012"], file):
                    _once(known, _text(concept, "id", file), code, reader.files[file].name)
            else:
                walk(_listed(concept, "narrower", file), file)

    for file in (GROUPS, HIERARCHY, GROUP_ISCO):
        walk(reader.concepts(file), file)
    return known


def _occupation_names(reader: _Reader) -> dict[str, tuple[str, str]]:
    """Label and code of each occupation name by concept id."""
    known: dict[str, tuple[str, str]] = {}

    def walk(concepts: Iterable[Concept], code: object) -> None:
        for concept in concepts:
            here = concept.get("ssyk_code_2012", code)
            if concept.get("type") == "occupation-name":
                lifted = reader.code(here, HIERARCHY)
                label = _text(concept, "preferred_label", HIERARCHY)
                if lifted:
                    _once(known, _text(concept, "id", HIERARCHY), (label, lifted), HIERARCHY)
            walk(_listed(concept, "narrower", HIERARCHY), here)

    walk(reader.concepts(HIERARCHY), None)
    return known


def _isco_codes(reader: _Reader) -> dict[str, list[str]]:
    """The SSYK groups of each ISCO group."""
    pairs: dict[str, set[str]] = {}
    for concept in reader.concepts(GROUP_ISCO):
        code = reader.code(_text(concept, "ssyk_code_2012", GROUP_ISCO), GROUP_ISCO)
        for related in _listed(concept, "related", GROUP_ISCO):
            if code:
                pairs.setdefault(_text(related, "isco_code_08", GROUP_ISCO), set()).add(code)
    return {isco: sorted(found) for isco, found in sorted(pairs.items())}


def _occupation_crosswalk(reader: _Reader) -> list[tuple[str, str, str]]:
    """ESCO occupation or ISCO group, JobTech occupation name, relation."""
    rows = reader.table(OCCUPATION_CROSSWALK, "esco_uri", "jobtech_occupation_id", "relation")
    return [(uri, name, relation) for uri, name, relation in rows if uri and name and relation in RELATIONS]


def _skill_crosswalk(reader: _Reader) -> list[tuple[str, str, str]]:
    """ESCO skill, JobTech skill, relation."""
    rows = reader.table(SKILL_CROSSWALK, *_SKILL_CROSSWALK)
    return [(uri, skill, relation) for uri, _, skill, relation in rows if uri and skill and relation in RELATIONS]


def _isco_of_esco(reader: _Reader) -> dict[str, str]:
    """The ISCO group of each ESCO occupation."""
    known: dict[str, str] = {}
    for uri, group in reader.zipped(ESCO_ENGLISH, "occupations_en.csv", "conceptUri", "iscoGroup"):
        _once(known, uri, group, reader.files[ESCO_ENGLISH].name)
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


def _group_labels(reader: _Reader, groups: Mapping[str, str]) -> list[Row]:
    """Titles and definitions of the SSYK groups, and the titles that a definition points elsewhere with."""
    rows: list[Row] = []
    ids = {code: concept_id for concept_id, code in groups.items()}
    for concept in reader.concepts(GROUPS):
        concept_id = _text(concept, "id", GROUPS)
        if concept_id not in groups:
            continue
        code = [groups[concept_id]]
        rows += _weighted(_text(concept, "preferred_label", GROUPS), code, "sv", "group", concept_id)
        here, *elsewhere = _ELSEWHERE.split(str(concept.get("definition") or ""), maxsplit=1)
        rows += _weighted(here.strip(), code, "sv", "definition", concept_id)
        for line in "".join(elsewhere).splitlines():
            pointer = _POINTER.match(line.strip())
            to = reader.lifts.get(pointer["code"], pointer["code"]) if pointer else ""
            if pointer and to in ids:
                for part in _parts(pointer["title"]) or [pointer["title"]]:
                    rows += _weighted(part, [to], "sv", "definition", ids[to])
    return rows


def _isco_labels(reader: _Reader, isco: Mapping[str, Sequence[str]]) -> list[Row]:
    """Titles and definitions of the ISCO groups."""
    rows: list[Row] = []
    for concept in reader.concepts(ISCO_GROUPS):
        group = _text(concept, "isco_code_08", ISCO_GROUPS)
        uri, to = f"{ESCO_ISCO}{group}", isco.get(group, ())
        rows += _weighted(_text(concept, "preferred_label", ISCO_GROUPS), to, "sv", "isco", uri)
        rows += _weighted(str(concept.get("definition") or "").strip(), to, "sv", "isco_definition", uri)
    return rows


def _esco_swedish(
    reader: _Reader, isco: Mapping[str, Sequence[str]], esco: Mapping[str, Sequence[str]]
) -> Iterator[Row]:
    for uri, label in reader.table(ESCO_LABELS, "uri", "label"):
        if uri.startswith(ESCO_ISCO):
            yield from _weighted(label, isco.get(uri.removeprefix(ESCO_ISCO), ()), "sv", "isco", uri)
        else:
            yield from _weighted(label, esco.get(uri, ()), "sv", "esco", uri)


def _esco_english(reader: _Reader, esco: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    columns = ("conceptUri", "preferredLabel", "altLabels")
    for uri, label, others in reader.zipped(ESCO_ENGLISH, "occupations_en.csv", *columns):
        to = esco.get(uri, ())
        yield from _weighted(label, to, "en", "esco_en", uri)
        for other in _others(label, others):
            yield from _weighted(other, to, "en", "esco_en_alt", uri)


def _others(label: str, others: str) -> Iterator[str]:
    """The other labels, one a line, without the preferred one."""
    for other in dict.fromkeys(line.strip() for line in others.splitlines()):
        if other and other.lower() != label.lower():
            yield other


def _jobtech_skills(reader: _Reader) -> list[Row]:
    known: dict[str, str] = {}
    for concept in reader.concepts(SKILLS):
        _once(known, _text(concept, "id", SKILLS), _text(concept, "preferred_label", SKILLS), SKILLS)
    for concept in reader.concepts(GROUP_SKILLS):
        for skill in _listed(concept, "related", GROUP_SKILLS):
            known.setdefault(_text(skill, "id", GROUP_SKILLS), _text(skill, "preferred_label", GROUP_SKILLS))
    return [(skill, label, "sv", "jobtech", True) for skill, label in known.items()]


def _esco_skills(reader: _Reader) -> list[Row]:
    """ESCO's skills: Swedish labels from the crosswalk, English ones with their other labels."""
    rows: list[Row] = []
    swedish: dict[str, str] = {}
    for uri, label, _, _ in reader.table(SKILL_CROSSWALK, *_SKILL_CROSSWALK):
        if uri and label:
            rows.append((uri, label.strip('"'), "sv", "esco", uri not in swedish))
            swedish.setdefault(uri, label)
    english: dict[str, str] = {}
    for uri, label, others in reader.zipped(ESCO_ENGLISH, "skills_en.csv", "conceptUri", "preferredLabel", "altLabels"):
        _once(english, uri, label, reader.files[ESCO_ENGLISH].name)
        rows.append((uri, label, "en", "esco", True))
        rows += [(uri, other, "en", "esco", False) for other in _others(label, others)]
    return rows


def _skill_links(reader: _Reader, groups: Mapping[str, str]) -> list[Row]:
    links: dict[tuple[str, str], None] = {}
    for concept in reader.concepts(GROUP_SKILLS):
        code = groups.get(_text(concept, "id", GROUP_SKILLS))
        if code is None and "ssyk_code_2012" in concept:
            code = reader.code(concept["ssyk_code_2012"], GROUP_SKILLS)
        elif code is None and not (reader.unknown or reader.faults):
            raise _shape(GROUP_SKILLS, f"names the group {concept['id']}, whose code stands in no other export")
        for skill in _listed(concept, "related", GROUP_SKILLS) if code else ():
            links[code or "", _text(skill, "id", GROUP_SKILLS)] = None
    return [(code, skill, 1.0) for code, skill in sorted(links)]


def _esco_links(reader: _Reader, esco: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    """Of the ESCO occupations of a group, the share that need a skill; an optional one counts half."""
    occupations: dict[str, float] = {}
    for to in esco.values():
        for code in to:
            occupations[code] = occupations.get(code, 0.0) + len(to) ** -0.5
    needed: dict[tuple[str, str], float] = {}
    columns = ("occupationUri", "relationType", "skillUri")
    for uri, relation, skill in reader.zipped(ESCO_RELATIONS, "occupationSkillRelations.csv", *columns):
        to = esco.get(uri, ())
        for code in to:
            share = len(to) ** -0.5 / occupations[code] * (1.0 if relation == "essential" else 0.5)
            needed[code, skill] = needed.get((code, skill), 0.0) + share
    for (code, skill), share in sorted(needed.items()):
        yield code, skill, round(share, 6)


def _substitutes(reader: _Reader) -> list[Row]:
    """Who can do whose work: JobTech writes each pair at both its ends."""
    shares: dict[str, float] = {}
    for concept in reader.concepts(SUBSTITUTES):
        here = _text(concept, "id", SUBSTITUTES)
        for key in ("substitutes", "substituted_by"):
            for other in _listed(concept, key, SUBSTITUTES):
                there = _text(other, "id", SUBSTITUTES)
                share = _share(other)
                pair = f"{here} {there}" if key == "substitutes" else f"{there} {here}"
                _once(shares, pair, share, SUBSTITUTES)
    return [(*pair.split(" "), share) for pair, share in sorted(shares.items())]


def _share(concept: Concept) -> float:
    percent = concept.get("substitutability_percentage")
    if not isinstance(percent, int | float) or not 0 < percent <= 100:
        raise _shape(SUBSTITUTES, f"has a substitutability of {percent}, not a percentage: {concept.get('id')}")
    return percent / 100


def _places(reader: _Reader) -> list[str]:
    if PLACES not in reader.files:
        return []
    content = read_json(reader.files[PLACES])
    if not isinstance(content, list) or not all(isinstance(place, dict) and place.get("label") for place in content):
        raise _shape(PLACES, "is no list of places with a label")
    return [str(place["label"]).strip().lower() for place in content]


def _frame(rows: Iterable[Row], schema: Mapping[str, Any], *key: str) -> pl.DataFrame:
    frame = pl.DataFrame(list(rows), schema=dict(schema), orient="row")
    return frame.unique(key, keep="first", maintain_order=True)
