"""Trained: the coder after learning from labelled texts, in seconds on the user's machine; other codes stay open.

    kept    = labelled_rows(texts, codes)          what can be learned from, and every row that cannot in one report
    trained = train(texts, codes, pack)            needs scikit-learn (extra `train`)
    coded   = trained.code(["CNC-operatör till Osby"])
    trained.save(path); load_trained(path, pack)   numpy alone

Learned are a linear model on the letters of words (`brygga.coding.linear`), the likeness to single answers, and the
weights that put both together with the untrained coder (`brygga.coding.stack`). From fewer than FEWEST_TEXTS texts
nothing is learned but the answers themselves: the same text gets the same code.

Start reading at `train`, then `Trained`.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from brygga.coding import code as untrained
from brygga.coding import stack
from brygga.coding.digits import likeliest, name_of
from brygga.coding.likeness import Space
from brygga.coding.linear import MOST_WORDS, Counted, Linear, fit_linear
from brygga.coding.normalise import plain, stem, words
from brygga.coding.pack import Pack, lifted, pack_codes
from brygga.coding.scorers import CLASSES, Floats, Integers, Wide
from brygga.core import tables
from brygga.core.errors import FileError, TableError, listed

FORMAT = 1

FOLDS, FOLDS_OF_MANY = 5, 3
MANY_CODES = 100
"""Codes from which on fewer folds serve: a model takes time by rows x codes."""

FEWEST_TEXTS = 30
"""Different texts that a model is learned from; with fewer the same text gets the same code, and no more."""

FEWEST_CODES = 5
"""Codes that the weights of the stack are learned from; with fewer DEFAULT_WEIGHTS serve."""

MOST_WEIGHED = 20_000
"""Rows, drawn at random, that the weights of the stack are learned on at most."""

DEFAULT_WEIGHTS = (1.41, 2.77, -0.07, 2.95, -0.68, 0.3, 0.95)
"""Weights of `stack.FEATURES` learned on the headlines of the development set (`recipes/coding_trained.py`)."""

LABEL_FAMILIES = ("own", "name", "group")
LABEL_WEIGHT = 0.3
MOST_LABELS = 40
"""Titles of the taxonomy that stand among the rows of a code with rows; fewer where codes are many."""

MOST_TITLES = 4_000
"""Such titles of all codes together."""

MOST_OTHERS = 10
"""Titles of a code without rows that teach what something else looks like."""

ALIKE = 0.3
"""Cosine to an answer from which on it is named as the reason."""

TELLING = 0.3
"""Score of a word by itself from which on it is named as the reason."""

MOST_TOLD = 20
LONGEST_SHOWN = 60
_CODE = re.compile(r"\d{4}")


@dataclass(frozen=True)
class Labelled:
    """Texts to learn from: one row for each text as given, with the number of its code among the 400.

    Attributes
    ----------
    texts, classes, weights : of the rows that can be used
    faults : one sentence for each row, or each text with several codes, that cannot
    """

    texts: tuple[str, ...]
    classes: Integers
    weights: Wide
    faults: tuple[str, ...]

    @property
    def report(self) -> str | None:
        """All rows that were left out, in one report; None when there are none."""
        if not self.faults:
            return None
        lines = [f"  {fault}" for fault in self.faults[:MOST_TOLD]]
        lines += [f"  and {len(self.faults) - MOST_TOLD} more"] if len(self.faults) > MOST_TOLD else []
        others = ", the others are learned from" if self.texts else ""
        return "\n".join([f"{len(self.faults)} fault(s) in the labelled rows{others}:", *lines])


def text_key(text: str) -> str:
    """What makes two texts the same: their words.

    Examples
    --------
    >>> text_key("Svetsare, Osby!") == text_key("svetsare osby")
    True
    """
    return " ".join(words(plain(text)))


def labelled_rows(
    texts: Sequence[str | None], codes: Sequence[str | None], weights: Sequence[float] | None = None
) -> Labelled:
    """What can be learned from; the other rows are told of.

    A code may be SCB's or JobTech's. Where the same text has several codes, the one that more than half of its rows
    have is kept, and no row of it if there is none.

    Parameters
    ----------
    texts, codes : row for row
    weights : of each row, above 0; left out, all weigh the same

    Raises
    ------
    TableError
        If texts, codes and weights are not equally many, or a weight is not above 0.

    Examples
    --------
    >>> kept = labelled_rows(["Svetsare", "", "Snickare"], ["7212", "7212", "9999"])
    >>> kept.texts
    ('Svetsare',)
    >>> print(kept.report)
    2 fault(s) in the labelled rows, the others are learned from:
      row 1: no words
      row 2: 9999 is no occupation of SSYK 2012
    """
    given = [1.0] * len(texts) if weights is None else [float(weight) for weight in weights]
    if not len(texts) == len(codes) == len(given):
        raise TableError(
            f"{len(texts)} texts, {len(codes)} codes and {len(given)} weights",
            why="each text needs its code, and its weight if there are any",
            todo="give lists of the same length",
        )
    if wrong := [n for n, weight in enumerate(given) if not 0 < weight < float("inf")]:
        raise TableError(
            f"weights of the rows {listed(wrong)} are not above 0",
            why="a row with no weight teaches nothing",
            todo="leave such rows out, or give them a weight",
        )
    number = {code: n for n, code in enumerate(pack_codes())}
    faults, rows = [], []
    for n, (text, raw) in enumerate(zip(texts, codes, strict=True)):
        code, key = lifted((raw or "").strip()), text_key(text or "")
        if not key and not (text or code):
            continue  # an empty row is no row
        if not key:
            faults.append((n, f"row {n}: no words"))
        elif not code:
            faults.append((n, f"row {n}: no code"))
        elif code not in number:
            faults.append((n, f"row {n}: {_shown(code)} is {_not_a_code(code)}"))
        else:
            rows.append((key, (text or "").replace("\0", ""), number[code], given[n], n))
    several: dict[str, Counter[int]] = defaultdict(Counter)
    for key, _, one, _, _ in rows:
        several[key][one] += 1
    dropped: set[tuple[str, int]] = set()
    for key, counts in several.items():
        if len(counts) > 1:
            best, most = counts.most_common(1)[0]
            kept = best if 2 * most > counts.total() else None
            dropped |= {(key, one) for one in counts if one != kept}
            first = next(n for other, _, _, _, n in rows if other == key)
            faults.append((first, _conflict(key, first, counts, kept)))
    rows = [row for row in rows if (row[0], row[2]) not in dropped]
    return Labelled(
        texts=tuple(text for _, text, _, _, _ in rows),
        classes=np.array([one for _, _, one, _, _ in rows], dtype=np.int64),
        weights=np.array([weight for _, _, _, weight, _ in rows], dtype=np.float64),
        faults=tuple(fault for _, fault in sorted(faults)),
    )


def train(
    texts: Sequence[str | None],
    codes: Sequence[str | None],
    pack: Pack,
    *,
    weights: Sequence[float] | None = None,
    seed: int = 0,
) -> Trained:
    """Learn from labelled texts.

    Rows may stand in any order; the same rows and seed give the same coder.

    Parameters
    ----------
    texts, codes : row for row; codes of SCB or JobTech
    pack : what the taxonomy says
    weights : of each row; left out, all weigh the same
    seed : of the folds and the solver

    Raises
    ------
    TableError
        If no row can be learned from.
    SettingError
        If scikit-learn is missing.
    """
    rows = labelled_rows(texts, codes, weights)
    if not rows.texts:
        raise TableError(
            f"none of the {len(texts)} labelled rows can be learned from",
            why=rows.report or "there are no rows",
            todo="give texts with codes of SSYK 2012",
        )
    keys = [text_key(text) for text in rows.texts]
    order = sorted(range(len(keys)), key=lambda n: (keys[n], rows.texts[n], rows.classes[n], rows.weights[n]))
    answers = Answers(tuple(rows.texts[n] for n in order), rows.classes[order])
    notes = [rows.report] if rows.report else []
    different = len(set(keys))
    if different < FEWEST_TEXTS:
        few = f"{different} different labelled texts are too few to learn from ({FEWEST_TEXTS} are needed)"
        notes.append(f"{few}: the same text gets the code that you gave it, all else comes from the taxonomy alone.")
        return Trained(pack, answers, notes=tuple(notes))
    model, learned, background = _learn(answers, [keys[n] for n in order], rows.weights[order], pack, seed)
    if len(answers.known) < FEWEST_CODES:
        notes.append(
            f"Labelled texts of {len(answers.known)} code(s) do not show how far to trust them beside the taxonomy "
            f"({FEWEST_CODES} are needed): weights learned on advertisements serve."
        )
    return Trained(pack, answers, model, learned, background, notes=tuple(notes))


class Answers:
    """Labelled texts in order, to be compared with.

    Parameters
    ----------
    texts : the texts
    classes : the number of each one's code
    """

    def __init__(self, texts: tuple[str, ...], classes: Integers) -> None:
        order = np.argsort(classes, kind="stable")
        self.texts = tuple(texts[n] for n in order)
        self.classes = classes[order]
        self.order = order
        self.known = np.unique(self.classes)
        self._starts = np.searchsorted(self.classes, self.known)
        self._space = Space(self.texts, _stems)

    def cosines(self, text: str) -> Floats:
        """Likeness of a text to each answer, 0 to 1."""
        return self._space.cosines(text)

    def nearest(self, texts: Sequence[str], among: Sequence[npt.NDArray[np.bool_]] | None = None) -> Floats:
        """Texts x 400: the largest cosine to an answer of each code; `among` says for each text which answers count."""
        found = np.zeros((len(texts), CLASSES), dtype=np.float32)
        for row, text in enumerate(texts):
            cosine = self.cosines(text)
            if among is not None:
                cosine = cosine * among[row]
            found[row, self.known] = np.maximum.reduceat(cosine, self._starts)
        return found

    def of_class(self, one: int) -> slice:
        """Where the answers of a code stand."""
        first, after = np.searchsorted(self.classes, [one, one + 1]).tolist()
        return slice(first, after)

    def counts(self) -> Integers:
        """How many answers each of the 400 codes has."""
        return np.bincount(self.classes, minlength=CLASSES)


@dataclass(frozen=True)
class Trained:
    """A coder that has learned from labelled texts.

    Attributes
    ----------
    pack : what the taxonomy says
    answers : the labelled texts
    linear : the model, or None where the texts were too few
    weights : of `stack.FEATURES`
    background : 400, what codes without rows are usually given
    notes : what the user should know of the training
    """

    pack: Pack
    answers: Answers
    linear: Linear | None = None
    weights: Wide = field(default_factory=lambda: np.array(DEFAULT_WEIGHTS))
    background: Wide = field(default_factory=lambda: np.zeros(CLASSES))
    notes: tuple[str, ...] = ()

    @property
    def has_rows(self) -> npt.NDArray[np.bool_]:
        """Which of the 400 codes have labelled texts."""
        return self.answers.counts() > 0

    def scores(self, texts: Sequence[str | None], *, adapt: bool = True) -> Wide:
        """Texts x 400: the chance of each code, in order of `pack_codes()`; a text without words has zeros.

        Parameters
        ----------
        texts : what people wrote
        adapt : move the shares of codes towards those of these texts; without it every text is coded by itself
        """
        given = [text or "" for text in texts]
        distinct = list(dict.fromkeys(text for text in given if text_key(text)))
        place = {text: n for n, text in enumerate(distinct)}
        rows = np.array([place.get(text, -1) for text in given], dtype=np.int64)
        found = np.zeros((len(given), CLASSES))
        if distinct:
            some = rows >= 0
            found[some] = self._chances(distinct)[rows[some]]
            if adapt and self.linear is not None:
                found[some] = stack.adapt(found[some], self.has_rows, self.background)
        return found

    def code(
        self,
        texts: Sequence[str | None],
        top: int = 5,
        min_confidence: float = 0.0,
        *,
        digits: int = 4,
        adapt: bool = True,
    ) -> pl.DataFrame:
        """The likeliest occupations for each text.

        Parameters
        ----------
        texts : what people wrote
        top : answers per text at most
        min_confidence : below it the coder abstains (share, 0-1)
        digits : of the codes, 1 to 4; fewer add up the groups below them
        adapt : as in `scores`; without it a text gets the same answers in whatever company it is coded

        Returns
        -------
        table `coded`
            Confidence is the chance of the code; `why` names your answers that are alike, or what the taxonomy says.
        """
        chances = self.scores(texts, adapt=adapt)
        answers: dict[tuple[str, bytes], list[tuple[object, ...]]] = {}
        rows: list[tuple[object, ...]] = []
        for n, text in enumerate(texts):
            key = (text or "", chances[n].tobytes())
            if key not in answers:
                answers[key] = self._answers(text or "", chances[n], top, min_confidence, digits)
            rows += [(n, *answer) for answer in answers[key]]
        return pl.DataFrame(rows, schema=tables.empty("coded").schema, orient="row")

    def save(self, path: Path) -> Path:
        """Write the coder, with the labelled texts and without the pack, as one .npz file.

        Raises
        ------
        FileError
            If the file cannot be written.
        """
        held: dict[str, Any] = {
            "format": np.array(FORMAT),
            "fingerprint": _packed([self.pack.fingerprint]),
            "texts": _packed(self.answers.texts),
            "classes": self.answers.classes.astype(np.int16),
            "weights": self.weights,
            "background": self.background,
            "notes": _packed(self.notes),
        }
        if self.linear is not None:
            held |= {
                "pieces": _packed(self.linear.numbers),
                "rarity": self.linear.rarity,
                "coefficients": self.linear.coefficients,
                "intercepts": self.linear.intercepts,
            }
        part = path.with_name(f".{path.name}.part")
        try:
            with part.open("wb") as file:
                np.savez_compressed(file, **held)
            os.replace(part, path)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise FileError(
                f"{path} cannot be written: {error.strerror or error}",
                why="the trained coder is saved there",
                todo="give a file in a folder that you may write to",
            ) from error
        return path

    def _chances(self, texts: list[str]) -> Wide:
        taxonomy = taxonomy_scores(texts, self.pack)
        if self.linear is None:
            return self._remembered(texts, np.exp(taxonomy.astype(np.float64)))
        linear = np.zeros((len(texts), CLASSES), dtype=np.float32)
        linear[:, self.linear.classes] = self.linear.scores(texts)
        scores = stack.Scores(linear, self.answers.nearest(texts), taxonomy, self.has_rows)
        return stack.probabilities(scores, self.weights)

    def _remembered(self, texts: list[str], chances: Wide) -> Wide:
        """The taxonomy's chances; a text that was coded n times as now keeps its code with n / (n + 1/2)."""
        counts: dict[str, Counter[int]] = defaultdict(Counter)
        for text, one in zip(self.answers.texts, self.answers.classes.tolist(), strict=True):
            counts[text_key(text)][one] += 1
        for row, text in enumerate(texts):
            for code, times in counts[text_key(text)].items():
                sure = times / (times + 0.5)
                chances[row] *= (1 - sure) / max(chances[row].sum(), 1e-9)
                chances[row, code] += sure
        return chances

    def _answers(
        self, text: str, chances: Wide, top: int, min_confidence: float, digits: int
    ) -> list[tuple[object, ...]]:
        cosines = self.answers.cosines(text)
        alike = cosines.max(initial=0.0) >= ALIKE and not untrained.is_command(text)
        if nothing := None if alike else untrained.abstention(text, self.pack):
            return [(1, None, None, 0.0, nothing)]
        found = likeliest(chances, top, digits)
        code, sure, _ = found[0]
        if sure < min_confidence:
            why = f"not sure enough: {code} {name_of(code)} at {sure:.2f}, asked for {min_confidence:.2f}"
            return [(1, None, None, 0.0, why)]
        told = self._told(text, [group for _, _, group in found], cosines)
        return [
            (rank, code, label, round(share, 4), why)
            for rank, ((code, share, _), (label, why)) in enumerate(zip(found, told, strict=True), 1)
        ]

    def _told(self, text: str, groups: list[int], cosines: Floats) -> list[tuple[str, str]]:
        """Of each group its label and reason."""
        own = self._like_answers(text, groups, cosines)
        others = [one for one in groups if one not in own]
        known = dict(zip(others, untrained.reasons(text, others, self.pack), strict=True)) if others else {}
        return [known.get(one) or (untrained.group_name(one), own[one]) for one in groups]

    def _like_answers(self, text: str, groups: Sequence[int], cosines: Floats) -> dict[int, str]:
        """Of some codes which answers a text is like, or the word of it that speaks for them, where anything does."""
        found = {}
        asked = list(dict.fromkeys(words(plain(text))[:MOST_WORDS]))
        spoken = self.linear.scores(asked) - self.linear.intercepts if self.linear else None
        for one in groups:
            code, mine = pack_codes()[one], self.answers.of_class(one)
            if mine.start == mine.stop:
                continue
            likest = mine.start + int(np.argmax(cosines[mine]))
            if cosines[likest] >= ALIKE:
                like = int((cosines[mine] >= ALIKE).sum())
                found[one] = f"like {like} of your answers coded {code}: '{_shown(self.answers.texts[likest])}'"
            elif self.linear is not None and spoken is not None:
                of_code = spoken[:, int(np.searchsorted(self.linear.classes, one))]
                best = int(np.argmax(of_code))
                if of_code[best] >= TELLING:
                    count = mine.stop - mine.start
                    found[one] = f"'{_shown(asked[best])}' speaks for your {count} answers coded {code}"
        return found


def load_trained(path: Path, pack: Pack) -> Trained:
    """A coder that was saved.

    Parameters
    ----------
    path : the file
    pack : what the taxonomy says; if it is another than the coder was trained with, a note says so

    Raises
    ------
    FileError
        If the file cannot be read or is no trained coder.
    TableError
        If another Brygga saved it, in another format.
    """
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            held = {name: file[name] for name in file.files}
        if int(held["format"]) != FORMAT:
            raise TableError(
                f"{path.name} is a trained coder of format {int(held['format'])}; this Brygga reads format {FORMAT}",
                why="it was saved by another Brygga",
                todo="train it again from the labelled rows",
            )
        answers = Answers(tuple(_unpacked(held["texts"])), held["classes"].astype(np.int64))
        notes = _unpacked(held["notes"])
        if _unpacked(held["fingerprint"]) != [pack.fingerprint]:
            notes.append("The coder was trained with another taxonomy; train it again to get the best out of this one.")
        linear = None
        if "pieces" in held:
            names = {piece: n for n, piece in enumerate(_unpacked(held["pieces"]))}
            linear = Linear(names, held["rarity"], held["coefficients"], held["intercepts"], answers.known)
        return Trained(pack, answers, linear, held["weights"], held["background"], tuple(notes))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, zipfile.BadZipFile) as error:
        raise FileError(
            f"{path} is no trained coder",
            why=f"it cannot be read: {str(error).splitlines()[0] if str(error) else 'unknown fault'}",
            todo="give a file that was saved after training, or train again",
        ) from error


def taxonomy_scores(texts: Sequence[str], pack: Pack) -> Floats:
    """Texts x 400: log-probabilities of the untrained coder."""
    return untrained.class_scores(texts, pack)


def _learn(answers: Answers, keys: Sequence[str], weights: Wide, pack: Pack, seed: int) -> tuple[Linear, Wide, Wide]:
    """The linear model, the weights of the stack, and what codes without rows are usually given."""
    rows = Rows(answers, weights[answers.order], pack, seed)
    model = rows.fit(np.ones(len(answers.texts), dtype=bool), seed)
    has_rows = answers.counts() > 0
    if len(answers.known) < FEWEST_CODES:
        return model, np.array(DEFAULT_WEIGHTS), stack.background_of(np.ones((1, CLASSES)), has_rows)
    chosen, scores = out_of_fold(answers, [keys[n] for n in answers.order], rows, pack, seed)
    learned = stack.learn_weights(scores, answers.classes[chosen], rows.weights[chosen], np.array(DEFAULT_WEIGHTS))
    return model, learned, stack.background_of(stack.probabilities(scores, learned), has_rows)


def out_of_fold(
    answers: Answers, keys: Sequence[str], rows: Rows, pack: Pack, seed: int, *, withhold: bool = True
) -> tuple[Integers, stack.Scores]:
    """Some rows, and what speaks for each code by models not trained on them, a fifth of the codes withheld.

    Parameters
    ----------
    answers : the labelled texts
    keys : of each; texts of the same key come to the same fold
    rows : the same texts and the taxonomy's titles, counted
    pack : what the taxonomy says
    seed : of the folds
    withhold : without it every code has rows in every fold
    """
    draw = np.random.default_rng(seed)
    folds = FOLDS if len(answers.known) <= MANY_CODES else FOLDS_OF_MANY
    names = sorted(set(keys))
    of_key = dict(zip(names, (draw.permutation(len(names)) % folds).tolist(), strict=True))
    fold = np.array([of_key[key] for key in keys])
    withheld = np.full(CLASSES, -1)
    withheld[answers.known] = draw.permutation(len(answers.known)) % folds
    size = min(len(answers.texts), MOST_WEIGHED)
    chosen = np.sort(draw.permutation(len(answers.texts))[:size])
    linear = np.zeros((size, CLASSES), dtype=np.float32)
    nearest = np.zeros((size, CLASSES), dtype=np.float32)
    has_rows = np.zeros((size, CLASSES), dtype=bool)
    for one in range(folds):
        among = (fold != one) & ((withheld[answers.classes] != one) | (not withhold))
        asked = np.flatnonzero(fold[chosen] == one)
        texts = [answers.texts[n] for n in chosen[asked]]
        model = rows.fit(among, seed)
        linear[np.ix_(asked, model.classes)] = model.scores(texts)
        nearest[asked] = answers.nearest(texts, [among] * len(texts))
        has_rows[np.ix_(asked, model.classes)] = True
    return chosen, stack.Scores(linear, nearest, _once([answers.texts[n] for n in chosen], pack), has_rows)


class Rows:
    """Answers and the taxonomy's titles, counted once, to fit models on parts of them.

    Parameters
    ----------
    answers : the labelled texts
    weights : of each, in their order
    pack : whose titles
    seed : which of the titles are taken
    titles : without it no titles stand beside the answers
    """

    def __init__(self, answers: Answers, weights: Wide, pack: Pack, seed: int, *, titles: bool = True) -> None:
        number = {code: n for n, code in enumerate(pack_codes())}
        taken = (
            pack.labels.filter(pl.col("family").is_in(LABEL_FAMILIES if titles else ()))
            .filter(pl.col("code").is_in(list(number)))
            .select("text", "code")
            .unique()
            .sort("code", "text")
        )
        taken = (
            taken.with_columns(chance=pl.Series(np.random.default_rng(seed).random(taken.height)))
            .with_columns(place=pl.col("chance").rank("ordinal").over("code") - 1)
            .filter(pl.col("place") < max(MOST_OTHERS, min(MOST_LABELS, MOST_TITLES // len(answers.known))))
        )
        self.answers, self.weights = answers, weights
        self.title_classes = np.array([number[code] for code in taken["code"]], dtype=np.int64)
        self.title_place = taken["place"].to_numpy()
        self.counted = Counted([*answers.texts, *taken["text"]])

    def fit(self, among: npt.NDArray[np.bool_], seed: int) -> Linear:
        """A model from some of the answers, with titles of their codes, and a few of all others."""
        known = np.unique(self.answers.classes[among])
        has = np.isin(self.title_classes, known)
        titles = np.flatnonzero(has | (self.title_place < MOST_OTHERS))
        first_digit = np.array([int(code[0]) for code in pack_codes()])
        others = CLASSES + first_digit[self.title_classes[titles]]
        own = np.flatnonzero(among)
        return fit_linear(
            self.counted,
            np.concatenate([own, len(among) + titles]),
            np.concatenate([self.answers.classes[own], np.where(has[titles], self.title_classes[titles], others)]),
            np.concatenate([self.weights[own], np.full(len(titles), LABEL_WEIGHT)]),
            keep=known,
            seed=seed,
        )


def _once(texts: Sequence[str], pack: Pack) -> Floats:
    """Log-probabilities of the untrained coder, each text asked for once."""
    distinct = list(dict.fromkeys(texts))
    place = {text: n for n, text in enumerate(distinct)}
    return taxonomy_scores(distinct, pack)[[place[text] for text in texts]]


def _stems(text: str) -> list[str]:
    return [stem(word) for word in words(plain(text))[:MOST_WORDS]]


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SHOWN else f"{line[:LONGEST_SHOWN].rstrip()}…"


def _not_a_code(code: str) -> str:
    return "no occupation of SSYK 2012" if _CODE.fullmatch(code) else "no code of four digits"


def _conflict(key: str, first: int, counts: Counter[int], kept: int | None) -> str:
    several = ", ".join(f"{pack_codes()[one]} ({times})" for one, times in sorted(counts.items()))
    left = "all left out" if kept is None else f"{pack_codes()[kept]} kept"
    return f"row {first}: '{_shown(key)}' has several codes: {several}; {left}"


def _packed(texts: Sequence[str] | dict[str, int]) -> npt.NDArray[np.uint8]:
    """Texts as the bytes of one array, each ended by a zero byte."""
    return np.frombuffer("".join(f"{text}\0" for text in texts).encode(), dtype=np.uint8)


def _unpacked(held: npt.NDArray[np.uint8]) -> list[str]:
    return held.tobytes().decode().split("\0")[:-1]
