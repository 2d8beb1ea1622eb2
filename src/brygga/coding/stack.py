"""Stack: what is learned from labelled texts and what the taxonomy says, put together to one chance per occupation.

The chance of code c for a text is the softmax over candidates of

    codes with rows      w0 + w1 linear(c) + w2 best linear + w3 nearest(c) + w4 best nearest + w5 taxonomy(c)
    codes without rows   w6 taxonomy(c)

    linear      score of the linear model (`brygga.coding.linear`); "best" is the largest one of the text
    nearest     largest cosine of the text's words to those of a row with that code
    taxonomy    log-probability of the untrained coder

The seven weights are learned on rows that the linear model was not trained on, while a fifth of the codes is
withheld from it: so they learn when to believe that a text belongs to none of the codes with rows.
`adapt` then moves the shares of codes towards those of the texts at hand (expectation maximisation after
Saerens, Latinne and Decaestecker, 2002), within the codes with rows and within those without, never between the two.

Start reading at `learn_weights`, then `probabilities`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from brygga.coding.scorers import CLASSES, Floats, Integers, Wide

Flags = npt.NDArray[np.bool_]

LINEAR_CANDIDATES = 15
TAXONOMY_CANDIDATES = 25
WEAKEST = -12.0
"""Log-probabilities below it count as it."""

FEATURES = (
    "has rows",
    "linear",
    "best linear",
    "nearest",
    "best nearest",
    "taxonomy, has rows",
    "taxonomy, no rows",
)
NEW_SHARE = 0.12
"""Share of texts whose code has no rows, that the weights are learned for (tuned: `recipes/coding_trained.py`)."""

PRIOR_ROWS = 20.0
"""How strongly the weights are held to those they start from, in rows: few rows move them little."""

STEPS = 40
HOLD = 0.3
"""How strongly the shares of codes with rows are held to being all the same, in texts a text (tuned likewise)."""

FEWEST_TEXTS = 200
"""Texts that the shares learned count for at least: a handful of texts says little on shares."""


@dataclass(frozen=True)
class Scores:
    """What speaks for each code, text by text.

    Attributes
    ----------
    linear : texts x 400; anything where a code has no rows
    nearest : texts x 400, 0-1
    taxonomy : texts x 400, log-probabilities
    has_rows : 400, or texts x 400
    """

    linear: Floats
    nearest: Floats
    taxonomy: Floats
    has_rows: Flags

    def candidates(self) -> tuple[Integers, Flags]:
        """For each text its candidates: class numbers, texts x 40, and which of them stand there a first time."""
        linear = np.where(self.has_rows, self.linear, -np.inf)
        chosen = np.concatenate(
            [
                np.argsort(-linear, axis=1, kind="stable")[:, :LINEAR_CANDIDATES],
                np.argsort(-self.taxonomy, axis=1, kind="stable")[:, :TAXONOMY_CANDIDATES],
            ],
            axis=1,
        )
        order = np.argsort(chosen, axis=1, kind="stable")
        in_order = np.take_along_axis(chosen, order, axis=1)
        again = np.zeros_like(chosen, dtype=bool)
        again[:, 1:] = in_order[:, 1:] == in_order[:, :-1]
        return in_order, ~again

    def features(self, chosen: Integers) -> Floats:
        """Texts x candidates x FEATURES."""
        has = np.broadcast_to(self.has_rows, self.linear.shape)
        linear = np.where(has, self.linear, -np.inf)
        nearest = np.where(has, self.nearest, 0.0)
        best = np.maximum(linear.max(axis=1, keepdims=True), -9.0)
        there = np.take_along_axis(has, chosen, axis=1)
        taxonomy = np.maximum(np.take_along_axis(self.taxonomy, chosen, axis=1), WEAKEST)
        shape = chosen.shape
        stacked = np.stack(
            [
                there,
                np.where(there, np.take_along_axis(linear, chosen, axis=1), 0.0),
                there * np.broadcast_to(best, shape),
                there * np.take_along_axis(nearest, chosen, axis=1),
                there * np.broadcast_to(nearest.max(axis=1, keepdims=True), shape),
                there * taxonomy,
                ~there * taxonomy,
            ],
            axis=2,
        )
        return stacked.astype(np.float32)


def learn_weights(scores: Scores, truth: Integers, weights: Wide, start: Wide, *, new_share: float = NEW_SHARE) -> Wide:
    """The weights of FEATURES, by Newton steps on the penalised likelihood.

    Parameters
    ----------
    scores : of rows that the linear model was not trained on
    truth : the class number of each row
    weights : of each row
    start : weights that the penalty pulls to
    new_share : share of texts whose code has no rows

    Notes
    -----
    Every code weighs the same, the codes without rows together `new_share`. Rows whose code is no candidate teach
    nothing and are left out; without any row of a code with rows the weights stay where they start.
    """
    chosen, first = scores.candidates()
    right = (chosen == truth[:, None]) & first
    usable = right.any(axis=1)
    known = np.broadcast_to(scores.has_rows, scores.linear.shape)[np.arange(len(truth)), truth]
    if not (usable & known).any():
        return start
    chosen, first, right = chosen[usable], first[usable], right[usable]
    mass = _row_weights(truth, weights, known, new_share)[usable]
    part = Scores(scores.linear[usable], scores.nearest[usable], scores.taxonomy[usable], _rows_of(scores, usable))
    features = part.features(chosen).astype(np.float64)
    spread = np.sqrt((features**2 * first[..., None]).sum((0, 1)) / max(first.sum(), 1)) + 1e-9
    features /= spread
    prior = start * spread
    ridge = PRIOR_ROWS / max(len(mass), 1)
    beta = prior.copy()
    chance, loss = _loss(features, first, right, mass, beta, ridge, prior)
    for _ in range(STEPS):
        pulled = chance - right
        gradient = np.einsum("nkf,nk,n->f", features, pulled, mass, optimize=True) + ridge * (beta - prior)
        mean = np.einsum("nkf,nk->nf", features, chance, optimize=True)
        curvature = np.einsum("nkf,nk,n,nkg->fg", features, chance, mass, features, optimize=True)
        curvature -= np.einsum("nf,n,ng->fg", mean, mass, mean, optimize=True)
        step = np.linalg.solve(curvature + ridge * np.eye(len(beta)), gradient)
        size = 1.0
        while True:
            tried, less = _loss(features, first, right, mass, beta - size * step, ridge, prior)
            if less <= loss + 1e-12 or size < 1e-4:
                break
            size /= 2
        beta, chance, gained, loss = beta - size * step, tried, loss - less, less
        if gained < 1e-9:
            break
    fitted: Wide = beta / spread
    return fitted


def probabilities(scores: Scores, weights: Wide) -> Wide:
    """Texts x 400: the chance of each code; 0 for what is no candidate."""
    chosen, first = scores.candidates()
    utility = np.where(first, scores.features(chosen) @ weights, -np.inf)
    utility -= utility.max(axis=1, keepdims=True)
    chance = np.exp(utility)
    chance /= chance.sum(axis=1, keepdims=True)
    found = np.zeros(scores.linear.shape)
    np.add.at(found, (np.arange(len(found))[:, None], chosen), chance)
    return found


def adapt(chance: Wide, has_rows: Flags, background: Wide, *, new_share: float = NEW_SHARE) -> Wide:
    """The chances with the shares of codes moved towards those of these texts.

    Parameters
    ----------
    chance : texts x 400, as if every code with rows were as common as any other
    has_rows : 400
    background : 400, what is usually given to the codes without rows, adding up to 1 over them
    new_share : share of texts whose code has no rows
    """
    texts = len(chance)
    if not texts:
        return chance
    strength = float(max(texts, FEWEST_TEXTS))
    known = has_rows / max(int(has_rows.sum()), 1)
    base = np.where(has_rows, known, background)
    share, columns = base.copy(), chance.any(axis=0)
    part, at_first = chance[:, columns], base[columns]
    for _ in range(STEPS):
        moved = part * (share[columns] / at_first)
        moved /= moved.sum(axis=1, keepdims=True)
        mass = np.zeros(len(base))
        mass[columns] = moved.sum(axis=0)
        old, new = np.where(has_rows, mass, 0.0), np.where(has_rows, 0.0, mass)
        share = np.where(
            has_rows,
            (old + HOLD * strength * known) / (old.sum() + HOLD * strength),
            (new + strength * new_share * background) / (new.sum() + strength * new_share),
        )
    found = np.zeros_like(chance)
    moved = part * (share[columns] / at_first)
    found[:, columns] = moved / moved.sum(axis=1, keepdims=True)
    return found


def background_of(chance: Wide, has_rows: Flags) -> Wide:
    """What the codes without rows are usually given, adding up to 1 over them; each at least a little."""
    mean = np.where(has_rows, 0.0, chance.mean(axis=0))
    mean += np.where(has_rows, 0.0, 0.003 * mean.sum() + 1e-6)
    total = mean.sum()
    return mean / total if total else mean


def _loss(
    features: Wide, first: Flags, right: Flags, mass: Wide, beta: Wide, ridge: float, prior: Wide
) -> tuple[Wide, float]:
    utility = np.where(first, features @ beta, -np.inf)
    utility -= utility.max(axis=1, keepdims=True)
    chance = np.exp(utility)
    chance /= chance.sum(axis=1, keepdims=True)
    of_right = (chance * right).sum(axis=1)
    return chance, float(-(mass * np.log(of_right + 1e-12)).sum() + ridge * float((beta - prior) @ (beta - prior)) / 2)


def _row_weights(truth: Integers, weights: Wide, known: Flags, new_share: float) -> Wide:
    """Row weights: every code the same, rows of codes without rows together `new_share`; they add up to 1."""
    mass = weights / np.bincount(truth, weights, minlength=CLASSES)[truth]
    old, new = float(mass[known].sum()), float(mass[~known].sum())
    if old and new:
        mass = np.where(known, mass * (1 - new_share) / old, mass * new_share / new)
    balanced: Wide = mass / mass.sum()
    return balanced


def _rows_of(scores: Scores, rows: Flags) -> Flags:
    return scores.has_rows[rows] if scores.has_rows.ndim == 2 else scores.has_rows
