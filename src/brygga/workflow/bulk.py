"""Ads in bulk: a year of ads, or all of them, coded and turned into a signal of demand.

    files -> chunks of ads -> rows without contacts, occupation, skills   (here, in processes, or on Dask)
          -> table `bulk_ads`, a row an ad and none of its words
          -> reposts counted once -> table `ads_demand`: occupation x municipality x month

Memory is bounded: a few chunks are under way at a time, rows are laid on disk, and of all ads only fingerprints and
days are kept to tell reposts (about 100 bytes each). Results do not depend on the engine, the number of workers or
the size of a chunk; those of `ads_demand` not on the order of files and ads either.

Start reading at `listen_in_bulk`.
"""

from __future__ import annotations

import functools
import hashlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from brygga.coding.pack import Pack
from brygga.coding.skills import find_skills
from brygga.core import tables
from brygga.core.errors import BryggaError, FileError, SettingError, TableError, raise_all
from brygga.core.execution import HERE, Execution, stream
from brygga.core.parameters import Value, value_on
from brygga.core.provenance import Input, Provenance, Result, write_result
from brygga.sources.ad_files import Ad, ads_of
from brygga.sources.ads import Wrong, row_of
from brygga.sources.reposts import RECORD, counted_once, fingerprint, identity
from brygga.workflow.occupations import first_answers
from brygga.workflow.taxonomy import open_pack

Progress = Callable[[int], None]
CHUNK = 2_000
"""Ads of one chunk."""

PART = 50_000
"""Ads that are laid on disk at a time."""

ROW_GROUP = 100_000
"""Rows of a group in the parquet file, so that its bytes depend on nothing but the ads."""

MOST_WRONG = 10_000
"""Broken rows that are listed one by one; the others are counted."""

UNKNOWN = "unknown"
ZONES = ("required", "merit", "tasks", "other")
AGREE = {"4 digits": 4, "3 digits": 3, "1 digit": 1}
SURE = 10_000
"""Confidences are added in whole ten-thousandths, so that their sum is the same in any order."""

NO_DAY = date(2000, 1, 1)
"""The day whose parameters hold where no ad has a day."""


class Chunk(NamedTuple):
    """Some ads of one file, as they were found."""

    file: str
    ads: list[Ad]


class CodedChunk(NamedTuple):
    """What is left of a chunk: rows without words, and what was wrong."""

    file: str
    frame: pl.DataFrame
    wrong: list[Wrong]
    removed: int


@dataclass(frozen=True)
class Bulk:
    """What came of it: counts, the agreement with employers' codes, and where the tables lie."""

    ads: int
    counted: int
    positions: float
    removed: int
    undated: int
    left_open: int
    agrees: dict[str, int]
    wrong: list[Wrong]
    more_wrong: int
    demand: pl.DataFrame
    folder: Path
    files: tuple[str, ...] = ()

    def summary(self) -> dict[str, Any]:
        """Counts for a program to read."""
        return {
            "ads": self.ads,
            "counted_once": self.counted,
            "positions": self.positions,
            "removed_stubs": self.removed,
            "without_day": self.undated,
            "left_open": self.left_open,
            "agreement": self.agrees,
            "wrong_rows": len(self.wrong) + self.more_wrong,
            "wrong": [one._asdict() for one in self.wrong[:100]],
            "demand_rows": self.demand.height,
            "files": list(self.files),
        }

    def lines(self) -> list[str]:
        """What came of it, in sentences."""
        told = [
            f"{self.ads:,} ads, {self.counted:,} when reposts count once, seeking {self.positions:,.0f} persons; "
            f"{self.left_open:,} with neither the employer's code nor ours.",
            f"{self.demand.height:,} rows of occupation x municipality x month in {self.folder / 'ads_demand.csv'}.",
        ]
        rows = self.agrees["rows"]
        if rows:
            at = ", ".join(f"{self.agrees[key] / rows:.0%} at {key}" for key in AGREE)
            told.append(f"Of {rows:,} with the employer's code, ours agrees: {at}. One left open does not agree.")
        if self.removed:
            told.append(f"{self.removed:,} stubs of removed ads say nothing new and were passed over.")
        if self.undated:
            told.append(f"{self.undated:,} ads have no day that can be read; their month is unknown.")
        wrong = len(self.wrong) + self.more_wrong
        if wrong:
            told.append(f"{wrong:,} rows could not be read (all in {self.folder / 'wrong_rows.csv'}), the first:")
            told += [f"  {one.file}, {one.place}: {one.what}" for one in self.wrong[:10]]
        return told


@dataclass
class _Counts:
    """What is known only when all is read."""

    rows: Counter[str] = field(default_factory=Counter)
    wrong: list[Wrong] = field(default_factory=list)
    faults: list[BryggaError] = field(default_factory=list)
    more_wrong: int = 0
    removed: int = 0

    def note(self, wrong: Iterable[Wrong]) -> None:
        for one in wrong:
            if len(self.wrong) < MOST_WRONG:
                self.wrong.append(one)
            else:
                self.more_wrong += 1


def listen_in_bulk(
    paths: Sequence[Path],
    out: Path,
    *,
    taxonomy: Path | None = None,
    execution: Execution = HERE,
    chunk: int = CHUNK,
    progress: Progress = lambda done: None,
) -> Bulk:
    """Code the ads of files and write tables `bulk_ads` and `ads_demand` into a folder.

    Parameters
    ----------
    paths : files of ads (`brygga.sources.ad_files`), in any order
    out : folder for `bulk_ads.parquet`, `ads_demand.parquet` with its story and `.csv`, and `wrong_rows.csv` if any;
        what lies there under these names is replaced when all is done, and not touched before
    taxonomy : as in `open_pack`; on a cluster it must lie at the same place on each machine
    execution : where chunks are coded; the result is the same
    chunk : ads of one chunk
    progress : told how many ads are done

    Raises
    ------
    FileError, TableError, or FaultsError when there are several
        If no ad of any file could be read, or the folder cannot be written.
    """
    pack = open_pack(taxonomy)
    counts = _Counts()
    code = functools.partial(code_chunk, taxonomy=taxonomy, version=pack.version)
    with _working_folder(out) as work:
        parts = _Parts(work)
        for coded in stream(code, _chunks(paths, chunk, counts), execution):
            counts.note(coded.wrong)
            counts.rows[coded.file] += coded.frame.height
            counts.removed += coded.removed
            parts.add(coded.frame)
            progress(parts.rows)
        parts.close()
        if not parts.rows:
            raise _nothing_read(paths, counts)
        demand, bulk = _finish(work, parts, counts, paths, pack)
        write_result(demand, work)
        tables.write(demand.table, work / "ads_demand.csv")
        if counts.wrong:
            tables.write(pl.DataFrame(counts.wrong, schema=list(Wrong._fields), orient="row"), work / "wrong_rows.csv")
        files = _moved(work, out)
    return Bulk(**bulk, demand=demand.table, folder=out, files=files)


def code_chunk(chunk: Chunk, *, taxonomy: Path | None, version: str) -> CodedChunk:
    """The rows of table `bulk_ads` for a chunk, with its fingerprints; everything that reads words happens here."""
    pack = _pack(taxonomy)
    if pack.version != version:
        raise SettingError(
            f"a worker knows the taxonomy as {pack.version}, this machine as {version}",
            why="ads coded with two taxonomies cannot be counted together",
            todo="put the same taxonomy at the same path on each machine, and give it with --taxonomy",
        )
    found = [(ad.place, row_of(ad)) for ad in chunk.ads]
    wrong = [Wrong(chunk.file, place, row) for place, row in found if isinstance(row, str)]
    rows: list[dict[str, Any]] = [row for _, row in found if isinstance(row, dict)]
    removed = sum(row is None for _, row in found)
    texts = [f"{row['headline']}\n{row['text']}" for row in rows]
    occupations = first_answers(texts, pack, reasons=False).select(pl.col("code").alias("occupation"), "confidence")
    frame = pl.DataFrame(
        {
            "ad_id": [row["ad_id"] for row in rows],
            "original_id": [row["original_id"] for row in rows],
            "published": [row["published"] for row in rows],
            "municipality": [row["municipality"] for row in rows],
            "employer_code": [row["occupation"] for row in rows],
            "positions": [row["positions"] for row in rows],
            "identity": [identity(row) for row in rows],
            "fingerprint": [
                fingerprint(row, row["occupation"] or code)
                for row, code in zip(rows, occupations["occupation"].to_list(), strict=True)
            ],
        },
        schema={**dict.fromkeys(("ad_id", "original_id"), pl.String), "published": pl.Date}
        | dict.fromkeys(("municipality", "employer_code"), pl.String)
        | {key: RECORD[key] for key in ("positions", "identity", "fingerprint")},
    )
    return CodedChunk(
        chunk.file, pl.concat([frame, occupations, _skills(texts, pack)], how="horizontal"), wrong, removed
    )


@functools.cache
def _pack(taxonomy: Path | None) -> Pack:
    return open_pack(taxonomy)


def _skills(texts: Sequence[str], pack: Pack) -> pl.DataFrame:
    """How many skills stand in each zone of each text."""
    found = find_skills(texts, pack).group_by("row", "zone").len()
    rows = pl.DataFrame({"row": range(len(texts))}, schema={"row": pl.Int64})
    counted = (
        rows.join(found, on="row", how="left")
        .group_by("row")
        .agg(
            pl.col("len").filter(pl.col("zone") == zone).sum().cast(pl.Int64).alias(f"skills_{zone}") for zone in ZONES
        )
    )
    return counted.sort("row").drop("row")


def _chunks(paths: Sequence[Path], size: int, counts: _Counts) -> Iterator[Chunk]:
    """The ads of all files in chunks; a file that cannot be read is noted and passed."""
    for path in paths:
        ads = ads_of(path)
        while True:
            taken: list[Ad] = []
            fault = None
            try:
                taken += islice(ads, size)
            except BryggaError as error:
                fault = error
                counts.faults.append(fault)
                counts.note([Wrong(path.name, "", fault.what)])
            if taken:
                yield Chunk(path.name, taken)
            if fault or len(taken) < size:
                break


class _Parts:
    """Rows laid on disk part by part, in the order they came."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._waiting, self._in_hand = folder, list[pl.DataFrame](), 0
        self.rows, self.paths = 0, list[Path]()

    def add(self, frame: pl.DataFrame) -> None:
        self._waiting.append(frame)
        self._in_hand += frame.height
        self.rows += frame.height
        if self._in_hand >= PART:
            self.close()

    def close(self) -> None:
        """Lay down what is in hand."""
        if not self._in_hand:
            return
        frame = pl.concat(self._waiting)
        path = self._folder / f"part{len(self.paths):05}.parquet"
        with _told(path):
            frame.with_row_index("row", self.rows - frame.height).write_parquet(path, compression="zstd")
        self.paths.append(path)
        self._waiting, self._in_hand = [], 0

    def scan(self, *columns: str) -> pl.LazyFrame:
        lazy = pl.scan_parquet(self.paths)
        return lazy.select(columns) if columns else lazy


def _finish(
    work: Path, parts: _Parts, counts: _Counts, paths: Sequence[Path], pack: Pack
) -> tuple[Result, dict[str, Any]]:
    """Reposts told, `bulk_ads.parquet` written, and the demand summed."""
    records = parts.scan(*RECORD).collect()
    window = _window(records["published"])
    once = counted_once(records, int(window.number))
    undated = records["published"].null_count()
    del records
    cells, agrees = _write_ads(work, parts, once)
    demand = tables.check(demand_of(cells), "ads_demand")
    story = Provenance(
        step="listen",
        region="",
        settings={"taxonomy": pack.version},
        inputs=_inputs(paths, counts),
        parameters=(window,),
        method="docs/method/listening.md",
        warnings=_warnings(counts, undated),
        steps=(("ads", parts.rows), ("counted once", int(demand["ads"].sum())), ("ads_demand", demand.height)),
    )
    facts = {
        "ads": parts.rows,
        "counted": int(demand["ads"].sum()),
        "positions": demand["positions"].sum(),
        "removed": counts.removed,
        "undated": undated,
        "left_open": int(demand.filter(occupation=UNKNOWN)["ads"].sum()),
        "agrees": dict(agrees),
        "wrong": counts.wrong,
        "more_wrong": counts.more_wrong,
    }
    return Result("ads_demand", demand, story), facts


def _write_ads(work: Path, parts: _Parts, once: pl.DataFrame) -> tuple[pl.DataFrame, Counter[str]]:
    """Table `bulk_ads` written, with the mark of those that count; the cells of their demand, and the agreement."""
    columns = [column.column for column in tables.dictionary("bulk_ads")]
    cells: list[pl.DataFrame] = []
    agrees: Counter[str] = Counter(dict.fromkeys(("rows", *AGREE), 0))
    for path in parts.paths:
        frame = pl.read_parquet(path).with_columns(pl.col("row").cast(pl.Int64))
        frame = pl.concat([frame, once.slice(int(frame["row"][0]), frame.height)], how="horizontal")
        counted = frame.filter("counted")
        cells.append(cells_of(counted))
        agrees.update(agreement_of(counted))
        with _told(path):
            tables.check(frame, "bulk_ads").select(columns).write_parquet(
                path.with_suffix(".ready"), compression="zstd"
            )
    target = work / "bulk_ads.parquet"
    with _told(target):
        pl.scan_parquet([path.with_suffix(".ready") for path in parts.paths]).sink_parquet(
            target, compression="zstd", statistics=False, row_group_size=ROW_GROUP, maintain_order=True
        )
    return pl.concat(cells), agrees


def cells_of(counted: pl.DataFrame) -> pl.DataFrame:
    """The demand of some ads that are counted, in whole numbers that add up in any order.

    Parameters
    ----------
    counted : a row an ad: employer_code, occupation (ours), confidence, municipality, `first` (day first published),
        `most` (positions)
    """
    by_us = pl.col("employer_code").is_null() & pl.col("occupation").is_not_null()
    return (
        counted.with_columns(
            by_us=by_us,
            occupation=pl.coalesce("employer_code", "occupation", pl.lit(UNKNOWN)),
            municipality=pl.col("municipality").fill_null(UNKNOWN),
            month=pl.col("first").dt.strftime("%Y-%m").fill_null(UNKNOWN),
        )
        .group_by("occupation", "municipality", "month")
        .agg(
            ads=pl.len().cast(pl.Int64),
            positions=pl.col("most").cast(pl.Int64).sum(),
            by_employer=pl.col("employer_code").is_not_null().sum().cast(pl.Int64),
            by_us=pl.col("by_us").sum().cast(pl.Int64),
            sure=(pl.col("confidence").filter("by_us") * SURE).round().cast(pl.Int64).sum(),
        )
    )


def demand_of(cells: pl.DataFrame) -> pl.DataFrame:
    """Table `ads_demand` of the cells of all parts."""
    added = cells.group_by("occupation", "municipality", "month").sum()
    return (
        added.with_columns(
            pl.col("positions").cast(pl.Float64),
            mean_confidence=pl.when(pl.col("by_us") > 0).then((pl.col("sure") / pl.col("by_us") / SURE).round(4)),
        )
        .drop("sure")
        .sort("occupation", "municipality", "month")
    )


def agreement_of(counted: pl.DataFrame) -> dict[str, int]:
    """How many ads with the employer's code have ours at 4, 3 and 1 digits; one left open has it at none."""
    coded = counted.filter(pl.col("employer_code").is_not_null()).with_columns(pl.col("occupation").fill_null(""))
    agrees = {"rows": coded.height}
    for name, digits in AGREE.items():
        same = pl.col("occupation").str.head(digits) == pl.col("employer_code").str.head(digits)
        agrees[name] = coded.filter(same).height
    return agrees


def _window(published: pl.Series) -> Value:
    """The days within which reposts count once, in force on the latest day of the ads."""
    latest = published.max()
    return value_on("coding.repost_days", latest if latest is not None else NO_DAY)  # type: ignore[arg-type]


def _inputs(paths: Sequence[Path], counts: _Counts) -> tuple[Input, ...]:
    """Each file with its hash and ads, by name; a file that is gone or locked has no hash."""
    inputs = []
    for path in dict.fromkeys(paths):
        try:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            sha256 = ""
        inputs.append(Input(path.name, sha256, counts.rows[path.name]))
    return tuple(sorted(inputs, key=lambda one: (one.name, one.sha256)))


def _warnings(counts: _Counts, undated: int) -> tuple[str, ...]:
    wrong = len(counts.wrong) + counts.more_wrong
    told = [f"{wrong} rows could not be read"] if wrong else []
    return (*told, *([f"{undated} ads have no day that can be read"] if undated else []))


def _nothing_read(paths: Sequence[Path], counts: _Counts) -> BryggaError:
    """Why there is nothing: the files' own faults, or that none of their rows can be read."""
    names = ", ".join(path.name for path in paths)
    if len(counts.faults) == 1 and not counts.more_wrong and len(counts.wrong) == 1:
        return counts.faults[0]
    if counts.faults:
        try:
            raise_all(names, counts.faults)
        except BryggaError as fault:
            return fault
    if counts.wrong:
        first = counts.wrong[0]
        return FileError(
            f"{names}: none of {len(counts.wrong) + counts.more_wrong} rows can be read "
            f"({first.file}, {first.place}: {first.what})",
            why="ads are read from JSON or JSONL in UTF-8, as it is or packed as .zip or .gz",
            todo="check the files, or fetch them again",
        )
    return TableError(f"{names} has no ads", why="there is nothing to code", todo="widen the search, or leave it out")


@contextmanager
def _working_folder(out: Path) -> Iterator[Path]:
    """A folder beside what is to come, gone in the end whatever happens."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(dir=out, prefix=".bulk."))
    except OSError as error:
        raise _unwritable(out, error) from error
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _moved(work: Path, out: Path) -> tuple[str, ...]:
    """What is finished, moved to its place; what an earlier run said of broken rows is gone."""
    names = ("bulk_ads.parquet", "ads_demand.parquet", "ads_demand.json", "ads_demand.csv", "wrong_rows.csv")
    with _told(out):
        (out / "wrong_rows.csv").unlink(missing_ok=True)
        present = [name for name in names if (work / name).is_file()]
        for name in present:
            (work / name).chmod(0o644)
            (work / name).replace(out / name)
    return tuple(present)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """A full disk or a locked folder told in words."""
    try:
        yield
    except (OSError, pl.exceptions.ComputeError) as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: Exception) -> FileError:
    reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
    return FileError(
        f"{path} cannot be written: {reason}",
        why="nothing is left half-written",
        todo="free space there or choose another folder with -o",
    )
