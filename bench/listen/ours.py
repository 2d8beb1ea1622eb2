"""Ours: the coder, trained and not, in the shape of the baselines.

Start reading at `scores`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from brygga.coding.code import class_scores, code_texts
from brygga.coding.evaluate import to_jobtech
from brygga.coding.pack import Pack


class Answers(NamedTuple):
    """Of each text the codes answered, likeliest first (none where the coder abstained), and how sure of the first."""

    codes: list[list[str]]
    confidence: list[float]


def scores(texts: Sequence[str], pack: Pack) -> np.ndarray:
    """Log-probabilities of the 400 groups, a text a row."""
    return class_scores(texts, pack)


def answers(texts: Sequence[str], pack: Pack, top: int = 10) -> Answers:
    """What `brygga code` answers."""
    return read(code_texts(texts, pack, top=top), len(texts))


def read(coded: pl.DataFrame, count: int) -> Answers:
    """Answers out of table `coded`, in JobTech's grouping."""
    codes: list[list[str]] = [[] for _ in range(count)]
    confidence = [0.0] * count
    for row, rank, code, sure in coded.select("row", "rank", "code", "confidence").iter_rows():
        if code:
            codes[row].append(to_jobtech(code))
            if rank == 1:
                confidence[row] = sure
    return Answers(codes, confidence)
