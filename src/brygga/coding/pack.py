"""Pack: what the coder knows - occupations in words, skills, and how they hang together - in one versioned bundle.

A pack is made of two halves that meet when it is opened:

    our own        titles.csv and work.csv beside this file, and the names of the groups: always there
    a taxonomy     JobTech's and ESCO's exports, built once into a folder of parquet files and `pack.json`

so that a new Brygga brings its own words to an old folder, and a machine without a taxonomy still
codes (`embedded_pack`). Occupations are JobTech's 400 groups of SSYK 2012; a code of SCB is lifted.

    families of labels   own, work, group; name (JobTech), esco, esco_en, esco_en_alt, isco, definition, isco_definition
    families of skills   own, jobtech, esco

Start reading at `Pack`, then `read_pack`.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from brygga.core import codes
from brygga.core.errors import FileError, TableError

FORMAT = 1
"""Number of the folder's layout; a folder of another number is built again, not guessed at."""

HEAD = "pack.json"
TITLES = Path(__file__).with_name("titles.csv")
WORK = Path(__file__).with_name("work.csv")
SCHEMAS: dict[str, dict[str, Any]] = {
    "labels": {
        "text": pl.String,
        "code": pl.String,
        "language": pl.String,
        "family": pl.String,
        "concept_id": pl.String,
        "weight": pl.Float64,
    },
    "skills": {
        "skill_id": pl.String,
        "text": pl.String,
        "language": pl.String,
        "family": pl.String,
        "preferred": pl.Boolean,
    },
    "skill_links": {"code": pl.String, "skill_id": pl.String, "weight": pl.Float64},
    "esco_links": {"code": pl.String, "skill_id": pl.String, "weight": pl.Float64},
    "substitutes": {"from_id": pl.String, "to_id": pl.String, "share": pl.Float64},
    "crosswalk": {"from_id": pl.String, "to_id": pl.String, "relation": pl.String, "kind": pl.String},
}
OWN_SKILLS = ("skill", "tool")
"""Kinds of work.csv that are skills too; a task is what one does with them, a material what one does it to."""

_FILLER = re.compile(r"\s*(?:m\.\s?fl\.|m\.\s?m\.|etc\.?|n\.e\.c\.?|, nivå \d|, level \d)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Pack:
    """Labels, skills and their relations, with what they were read from.

    Attributes
    ----------
    version : what was read, shown to users: "jobtech-2025, esco-1.1.1, own 1a2b3c"
    sources : of each file read its name, publisher, version, sha256 and day
    labels : text, code (JobTech's group), language (sv|en), family, concept_id (null for our own),
        weight (1 / square root of the number of groups that the concept points to)
    skills : skill_id, text, language, family (jobtech|esco|own), preferred (one text per id and language)
    skill_links : code, skill_id, weight; JobTech's links and our own
    esco_links : code, skill_id, weight; of ESCO's occupations in the group the share that need the skill, an
        optional one counted half
    substitutes : from_id, to_id (JobTech occupation names: the first can do the work of the second),
        share (0.75|0.25)
    crosswalk : from_id, to_id, relation (exactMatch, closeMatch, broadMatch, narrowMatch, relatedMatch),
        kind (occupation|skill: ESCO to JobTech; isco: ISCO group to SSYK code; esco: ESCO occupation to ISCO group)
    places : names of municipalities and localities, lower case, sorted
    folder : where the taxonomy half lies, or None
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
    folder: Path | None = None

    @property
    def fingerprint(self) -> str:
        """Twelve characters that change when anything the pack was made from changes; for names of derived files."""
        read = [FORMAT, self.version, sorted(source["sha256"] for source in self.sources)]
        return hashlib.sha256(json.dumps(read).encode()).hexdigest()[:12]


@functools.cache
def pack_codes() -> tuple[str, ...]:
    """JobTech's 400 groups of SSYK 2012, in order: the classes of the coder.

    Examples
    --------
    >>> len(pack_codes()), pack_codes()[:2]
    (400, ('0110', '0210'))
    """
    return tuple(sorted(codes.codes("jobtech_ssyk")))


def lifted(code: str) -> str:
    """JobTech's group of an SSYK code; JobTech's own, and an unknown one, stay as they are.

    Examples
    --------
    >>> lifted("1322"), lifted("7223")
    ('1320', '7223')
    """
    return _groups().get(code, code)


@functools.cache
def embedded_pack() -> Pack:
    """What is known without a taxonomy: our own titles, work and skills, and the names of the groups.

    Examples
    --------
    >>> pack = embedded_pack()
    >>> pack.labels.filter(text="CNC-operatör").select("code", "family").row(0)
    ('7223', 'own')
    >>> pack.substitutes.height, pack.folder
    (0, None)
    """
    nothing: dict[str, Any] = {name: pl.DataFrame(schema=schema) for name, schema in SCHEMAS.items()}
    return with_own(Pack(version="", sources=(), places=(), **nothing))


def with_own(taxonomy: Pack) -> Pack:
    """A pack of a taxonomy alone, and our own titles, work, skills and group names.

    An own skill whose text is a preferred one of the taxonomy takes that id, and the crosswalk says so.
    """
    key = ["text", "code", "family"]
    names = _group_names().join(taxonomy.labels.filter(family="group"), on=key, how="anti", maintain_order="left")
    labels = pl.concat([_own_titles(), _own_work(), names]).unique(key, keep="first", maintain_order=True)
    own, links, same = _own_skills(taxonomy.skills)
    of_sweden = {name.lower() for name in codes.classification("kommun")["name"].to_list()}
    return replace(
        taxonomy,
        version=", ".join(part for part in (taxonomy.version, f"own {_own_digest()}") if part),
        labels=pl.concat([labels, taxonomy.labels]),
        skills=pl.concat([taxonomy.skills, own]),
        skill_links=pl.concat([taxonomy.skill_links, links]).unique(
            ["code", "skill_id"], keep="first", maintain_order=True
        ),
        crosswalk=pl.concat([taxonomy.crosswalk, same]),
        places=tuple(sorted(of_sweden.union(taxonomy.places))),
    )


def labels_over_isco(pack: Pack) -> pl.DataFrame:
    """The pack's labels with every ESCO occupation coded over its ISCO group: as if no occupation crosswalk were known.

    For what is measured on that crosswalk, or must not learn from it (the linker).
    """
    to_isco = pack.crosswalk.filter(kind="esco").select(concept_id="from_id", isco="to_id")
    to_code = pack.crosswalk.filter(kind="isco").select(isco="from_id", code="to_id")
    esco = pl.col("family").str.starts_with("esco")
    again = (
        pack.labels.filter(esco)
        .drop("code", "weight")
        .unique(maintain_order=True)
        .join(to_isco.join(to_code, on="isco"), on="concept_id", maintain_order="left_right")
        .with_columns(weight=1 / pl.len().over("text", "family", "concept_id").cast(pl.Float64).sqrt())
        .select(list(SCHEMAS["labels"]))
    )
    return pl.concat([pack.labels.filter(~esco), again])


def is_pack(folder: Path) -> bool:
    """Whether a pack lies in the folder."""
    return (folder / HEAD).is_file()


def write_pack(taxonomy: Pack, folder: Path) -> Path:
    """Write a pack of a taxonomy alone (without our own half) into `folder`, whole or not at all.

    Raises
    ------
    FileError
        If the folder holds something else than a pack, or cannot be written.
    """
    if folder.exists() and not is_pack(folder) and (not folder.is_dir() or any(folder.iterdir())):
        raise FileError(
            f"{folder} holds something else than a taxonomy pack",
            why="writing a pack replaces the whole folder",
            todo="give an empty or new folder with -o",
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            for name in SCHEMAS:
                getattr(taxonomy, name).write_parquet(building / f"{name}.parquet", compression="zstd")
            head = {
                "format": FORMAT,
                "version": taxonomy.version,
                "counts": {name: getattr(taxonomy, name).height for name in SCHEMAS} | {"places": len(taxonomy.places)},
                "sources": list(taxonomy.sources),
                "places": list(taxonomy.places),
            }
            (building / HEAD).write_text(json.dumps(head, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            building.chmod(0o755)
            _replace(building, folder)
        finally:
            shutil.rmtree(building, ignore_errors=True)
    except OSError as error:
        raise FileError(
            f"{folder} cannot be written: {error.strerror or error}",
            why="the pack is built into that folder",
            todo="give a folder that you may write to with -o",
        ) from error
    return folder


def read_pack(folder: Path) -> Pack:
    """The pack in a folder, with our own half.

    Raises
    ------
    FileError
        If a file of it is missing or damaged.
    TableError
        If it was built by a Brygga with another layout.
    """
    head = _head(folder)
    if head.get("format") != FORMAT:
        raise TableError(
            f"{folder} is a taxonomy pack of format {head.get('format')}; this Brygga reads format {FORMAT}",
            why="its tables have other columns",
            todo=f"build it again with `brygga data update taxonomy -o {folder}`, or --from a folder of exports",
        )
    frames: dict[str, Any] = {name: _table(folder, name) for name in SCHEMAS}
    taxonomy = Pack(
        version=str(head["version"]),
        sources=tuple(head["sources"]),
        places=tuple(head["places"]),
        folder=folder,
        **frames,
    )
    return with_own(taxonomy)


def _head(folder: Path) -> dict[str, Any]:
    try:
        head = json.loads((folder / HEAD).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(folder, HEAD, error) from error
    if not isinstance(head, dict) or ("format" in head and not {"version", "sources", "places"} <= head.keys()):
        raise _damaged(folder, HEAD, "it is no head of a pack")
    return head


def _table(folder: Path, name: str) -> pl.DataFrame:
    file = f"{name}.parquet"
    try:
        return pl.read_parquet(folder / file, columns=list(SCHEMAS[name]), memory_map=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _damaged(folder, file, error) from error


def _damaged(folder: Path, file: str, reason: object) -> FileError:
    return FileError(
        f"{folder / file} cannot be read: {str(reason).splitlines()[0] if str(reason) else 'unknown fault'}",
        why="a taxonomy pack is its tables and pack.json, all of them",
        todo=f"build it again with `brygga data update taxonomy -o {folder}`, or --from a folder of exports",
    )


def _replace(building: Path, folder: Path) -> None:
    """Put the built folder in the place of the old one."""
    if folder.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
        os.replace(folder, old / "pack")
        os.replace(building, folder)
        shutil.rmtree(old, ignore_errors=True)
    else:
        os.replace(building, folder)


@functools.cache
def _groups() -> dict[str, str]:
    return dict(codes.classification("jobtech_ssyk").select("code", "jobtech_code").iter_rows())


def without_group() -> list[str]:
    """Unit groups of SCB that JobTech has no group for: nothing can be coded to them.

    Examples
    --------
    >>> without_group()
    ['4430', '7619']
    """
    units = codes.classification("ssyk").filter(pl.col("level") == 4)["code"]
    return sorted(set(units) - _groups().keys())


def _own_digest() -> str:
    read = b"".join(path.read_bytes() for path in (TITLES, WORK) if path.is_file())
    return hashlib.sha256(read).hexdigest()[:6]


def _own_rows(path: Path, text: str) -> pl.DataFrame:
    """Rows of an own file: text, code (lifted), language, kind; none if the file is not there."""
    if not path.is_file():
        return pl.DataFrame(schema=dict.fromkeys(("text", "code", "language", "kind"), pl.String))
    rows = pl.read_csv(path, infer_schema=False).select(
        pl.col(text).str.strip_chars().alias("text"), pl.col("code").replace(_groups()), "language", "kind"
    )
    codes.check_codes(
        rows["code"].unique().sort().to_list(), "jobtech_ssyk", where=f"{path.name}.code", extra=without_group()
    )
    return rows.filter(pl.col("text").str.len_chars() > 0, ~pl.col("code").is_in(without_group()))


def _own_titles() -> pl.DataFrame:
    return _as_labels(_own_rows(TITLES, "label"), "own")


def _own_work() -> pl.DataFrame:
    return _as_labels(_own_rows(WORK, "text"), "work")


def _as_labels(rows: pl.DataFrame, family: str) -> pl.DataFrame:
    """Own rows as labels: a text that n groups share weighs 1 / sqrt(n) for each."""
    shared = pl.col("code").n_unique().over(pl.col("text").str.to_lowercase())
    return rows.select(
        "text",
        "code",
        "language",
        family=pl.lit(family),
        concept_id=pl.lit(None, dtype=pl.String),
        weight=1 / shared.cast(pl.Float64).sqrt(),
    )


def _group_names() -> pl.DataFrame:
    """The names of SCB's unit groups, whole and in Swedish their first part too, under JobTech's groups."""
    units = codes.classification("ssyk").filter(pl.col("level") == 4)
    rows = [
        (part, lifted(code), language, "group", None, 1.0)
        for code, *names in units.select("code", "name_sv", "name_en").iter_rows()
        if code in _groups()
        for language, name in zip(("sv", "en"), names, strict=True)
        for part in _parts(name or "", whole=language == "en")
    ]
    return pl.DataFrame(rows, schema=SCHEMAS["labels"], orient="row")


def _parts(name: str, *, whole: bool) -> list[str]:
    name = _FILLER.sub(" ", name).strip(" ,")
    first = name.split(",")[0].split(" och ")[0].strip()
    parts: Iterable[str] = (name,) if whole else (name, first)
    return list(dict.fromkeys(part for part in parts if len(part) > 3 and part[-1] != "-" and "Övriga" not in part))


def _own_skills(known: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Our own skills as tables skills, skill_links and crosswalk."""
    rows = _own_rows(WORK, "text").filter(pl.col("kind").is_in(OWN_SKILLS))
    lower = pl.col("text").str.to_lowercase()
    known = known.filter("preferred", lower.is_in(rows["text"].str.to_lowercase().unique().to_list()))
    first = known.sort(pl.col("family") == "jobtech", "skill_id", descending=[False, True])
    ids = dict(first.select(lower, "skill_id").iter_rows())  # the last one stays: JobTech's
    skills: dict[str, tuple[object, ...]] = {}
    links, same = [], {}
    for text, code, language in rows.select("text", "code", "language").iter_rows():
        own = own_skill_id(text)
        skill_id = ids.get(text.lower(), own)
        links.append((code, skill_id, 1.0))
        if skill_id == own:
            skills.setdefault(own, (own, text, language, "own", True))
        else:
            same[own] = (own, skill_id, "exactMatch", "skill")
    return (
        _frame(list(skills.values()), "skills"),
        _frame(links, "skill_links"),
        _frame(list(same.values()), "crosswalk"),
    )


def own_skill_id(text: str) -> str:
    """The id of an own skill: `own:` and its words.

    Examples
    --------
    >>> own_skill_id("MIG/MAG-svetsning"), own_skill_id("C++")
    ('own:mig-mag-svetsning', 'own:c++')
    """
    plain = unicodedata.normalize("NFC", text).lower()
    slug = re.sub(r"[^\w+#.]+", "-", plain).strip("-")
    return f"own:{slug}"


def _frame(rows: Sequence[tuple[object, ...]], name: str) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMAS[name], orient="row")
