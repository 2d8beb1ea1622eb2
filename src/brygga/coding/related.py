"""Related: which occupations lie near one another, what carries over and what is missing.

Two things are known of a move from group A to group B (JobTech's groups of SSYK 2012):

    substitutability(A, B)   mean over the occupations a in A of  max over b in B of share(a, b)
    similarity(A, B)         cosine of the skills of A and B, each weighted by rarity(s)
    rarity(s)                ln(groups / groups that need s)
    strength(A, B)           1 - (1 - substitutability) x (1 - similarity)

`share` is JobTech's judgement of how far one occupation can do another's work, 0.75 or 0.25; an occupation
without any counts 0. Similarity is the mean over JobTech's skill links and ESCO's, where both groups have
them. Without a taxonomy there is no substitutability, and the similarity is judged: the cosine of the
beginnings of words in our own titles and work, joined with the digits that the codes share.

Start reading at `relate`.

Sources: JobTech Taxonomy (substitutability, skills), ESCO (skills); `docs/method/guidance.md` says how well
the skills alone foretell the substitutability.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from brygga.coding.pack import Pack, lifted, pack_codes
from brygga.core import codes, tables

BY_DIGITS = (0.0, 0.05, 0.15, 0.3)
"""Likeness of two codes that share 0, 1, 2 or 3 digits: a judgement, used without a taxonomy only."""

BEGINNING = 7
"""Letters of a word that count, so that svetsare and svetsning meet."""

LEAST = 0.02
"""Strength below which nothing is told."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Related:
    """Tables `related_occupations` and its companion `related_skills`."""

    occupations: pl.DataFrame
    skills: pl.DataFrame


def relate(pack: Pack, from_codes: Sequence[str] | None = None, *, top: int = 10) -> Related:
    """The occupations nearest to some occupations, and the skills that carry over and that are missing.

    Parameters
    ----------
    pack : what is known; without a taxonomy the rows are marked as judgement
    from_codes : JobTech's groups, or SCB's that are lifted to them; None for all 400
    top : occupations for each at most

    Returns
    -------
    Related
        Strongest first within each occupation, ties by code; skills the rarest first within each pair.

    Raises
    ------
    UnknownCodeError
        If a code stands not among JobTech's groups.

    Examples
    --------
    >>> from brygga.coding.pack import embedded_pack
    >>> near = relate(embedded_pack(), ["7223"], top=3).occupations
    >>> near.select("from_code", "basis").unique().row(0)
    ('7223', 'judgement')
    """
    groups = pack_codes()
    place = {code: n for n, code in enumerate(groups)}
    asked = [lifted(code) for code in from_codes] if from_codes is not None else list(groups)
    codes.check_codes(asked, "jobtech_ssyk", where="from_code")
    near = nearness(pack)
    needed = _needed(pack, near.known)
    rows: list[dict[str, object]] = []
    skills: list[tuple[object, ...]] = []
    for code in dict.fromkeys(asked):
        strength = near.strength[place[code]]
        order = sorted((n for n in range(len(groups)) if groups[n] != code), key=lambda n: (-strength[n], n))
        for rank, n in enumerate((n for n in order[:top] if strength[n] >= LEAST), 1):
            has, wants = needed.get(code, {}), needed.get(groups[n], {})
            states = ["carried" if skill in has else "missing" for skill in wants]
            rows.append(
                {
                    "from_code": code,
                    "to_code": groups[n],
                    "rank": rank,
                    "substitutability": float(near.substitutability[place[code], n]) if near.known else None,
                    "similarity": float(near.similarity[place[code], n]),
                    "strength": float(strength[n]),
                    "carried": states.count("carried"),
                    "missing": states.count("missing"),
                    "basis": "taxonomy" if near.known else "judgement",
                    "source": near.source,
                }
            )
            skills += [
                (code, groups[n], skill, label, state, rarity, near.source)
                for (skill, (label, rarity)), state in zip(wants.items(), states, strict=True)
            ]
    return Related(_table("related_occupations", rows), _table("related_skills", skills))


def _table(name: str, rows: Sequence[object]) -> pl.DataFrame:
    return tables.check(pl.DataFrame(rows, schema=tables.empty(name).schema, orient="row"), name)


@dataclass(frozen=True)
class Nearness:
    """Arrays of shape (400, 400) over `pack_codes`, from row to column; `known` where a taxonomy stands behind them."""

    substitutability: Floats
    similarity: Floats
    strength: Floats
    known: bool
    source: str


def nearness(pack: Pack) -> Nearness:
    """How near every group is to every other, itself included."""
    place = {code: n for n, code in enumerate(pack_codes())}
    linked = [links for links in (_of_taxonomy(pack.skill_links), pack.esco_links) if not links.is_empty()]
    known = bool(linked) or not pack.substitutes.is_empty()
    parts = {
        "JobTech substitutability": pack.substitutes,
        "JobTech skills": _of_taxonomy(pack.skill_links),
        "ESCO skills": pack.esco_links,
    }
    told = [name for name, part in parts.items() if not part.is_empty()] or ["our own titles and work, SSYK digits"]
    substitutability = _substitutability(pack, place)
    similarity = _by_skills(linked, place) if linked else _by_words(pack, place)
    return Nearness(
        substitutability,
        similarity,
        1 - (1 - substitutability) * (1 - similarity),
        known,
        f"{'; '.join(told)} ({pack.version})",
    )


def _of_taxonomy(links: pl.DataFrame) -> pl.DataFrame:
    return links.filter(~pl.col("skill_id").str.starts_with("own:"))


def _substitutability(pack: Pack, place: dict[str, int]) -> Floats:
    """Of each group's occupations the mean of how far each can do the work of its best match in the other group."""
    names = pack.labels.filter(family="name").unique("concept_id", keep="first", maintain_order=True)
    code_of = dict(names.select("concept_id", "code").iter_rows())
    best: dict[tuple[str, str], float] = {}
    for name, other, share in pack.substitutes.iter_rows():
        if name in code_of and other in code_of:
            pair = (name, code_of[other])
            best[pair] = max(best.get(pair, 0.0), share)
    size = np.zeros(len(place))
    for code in code_of.values():
        size[place[code]] += 1
    total = np.zeros((len(place), len(place)))
    for (name, to), share in sorted(best.items()):
        total[place[code_of[name]], place[to]] += share
    shares: Floats = total / np.maximum(size, 1)[:, None]
    return shares


def _by_skills(linked: Sequence[pl.DataFrame], place: dict[str, int]) -> Floats:
    """The mean of the cosines over JobTech's and ESCO's skills, of those that both groups have."""
    total, found = np.zeros((len(place), len(place))), np.zeros((len(place), len(place)))
    for links in linked:
        has = np.zeros(len(place), dtype=bool)
        has[[place[code] for code in links["code"].unique()]] = True
        both = np.outer(has, has)
        total += np.where(both, _cosine(links.with_columns(pl.col("weight").sqrt()), place), 0.0)
        found += both
    mean: Floats = total / np.maximum(found, 1)
    return mean


def _by_words(pack: Pack, place: dict[str, int]) -> Floats:
    """Without a taxonomy: the beginnings of our own words, joined with the digits that two codes share."""
    texts = pack.labels.filter(pl.col("family").is_in(["own", "work", "group"]), pl.col("language") == "sv")
    letters = pl.col("text").str.to_lowercase().str.extract_all(r"\p{L}{3,}")
    links = (
        texts.select("code", letters.alias("skill_id"))
        .explode("skill_id")
        .drop_nulls()
        .select("code", pl.col("skill_id").str.head(BEGINNING), weight=pl.lit(1.0))
        .unique(maintain_order=True)
    )
    shared = np.zeros((len(place), len(place)))
    for digits in (1, 2, 3):
        beginnings = np.array([code[:digits] for code in place])
        shared[beginnings[:, None] == beginnings[None, :]] = BY_DIGITS[digits]
    joined: Floats = 1 - (1 - _cosine(links, place)) * (1 - shared)
    return joined


def _cosine(links: pl.DataFrame, place: dict[str, int]) -> Floats:
    """Cosine of the groups' skills, each skill weighted by its rarity."""
    rows = links["code"].replace_strict(place, return_dtype=pl.Int64).to_numpy()
    columns = links["skill_id"].rank("dense").cast(pl.Int64).to_numpy() - 1
    matrix = np.zeros((len(place), columns.max() + 1), dtype=np.float32)
    np.maximum.at(matrix, (rows, columns), links["weight"].to_numpy().astype(np.float32))
    matrix *= np.log(len(place) / np.count_nonzero(matrix, axis=0), dtype=np.float32)
    matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9)
    cosine: Floats = np.clip(matrix @ matrix.T, 0.0, 1.0).astype(np.float64)
    return cosine


def _needed(pack: Pack, known: bool) -> dict[str, dict[str, tuple[str, float]]]:
    """For each group its skills, the rarest first, with label and rarity.

    They are JobTech's; without them those that most of ESCO's occupations in the group need, else our own.
    """
    links = _of_taxonomy(pack.skill_links)
    if links.is_empty():
        links = pack.esco_links.filter(pl.col("weight") >= 0.5) if known else pack.skill_links
    labels = (
        pack.skills.filter("preferred")
        .sort("language", descending=True, maintain_order=True)  # Swedish before English
        .unique("skill_id", keep="first", maintain_order=True)
        .select("skill_id", "text")
    )
    skills = (
        links.join(labels, on="skill_id", maintain_order="left")
        .with_columns(rarity=(len(pack_codes()) / pl.col("code").n_unique().over("skill_id")).log())
        .sort("code", "rarity", "text", "skill_id", descending=[False, True, False, False])
    )
    needed: dict[str, dict[str, tuple[str, float]]] = {}
    for code, skill, label, rarity in skills.select("code", "skill_id", "text", "rarity").iter_rows():
        needed.setdefault(code, {})[skill] = (label, rarity)
    return needed
