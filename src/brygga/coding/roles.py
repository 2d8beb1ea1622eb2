"""Roles: the words of a need that name who is wanted, when a list of titles knows them word for word.

    "Instrumenttekniker, 2-3 st"     role "Instrumenttekniker": a title of 7420 and of nothing else
    "operatörer till linje 2"        role "operatörer": a title of several occupations; the coder decides

A need says who in a word or two, where a headline or an old title says it in many: a title that stands there whole, of
one occupation alone, is rarely something else, and what is merely like it should not outvote it. Where the need asks
for more ("machine operators who change moulds"), that tells better, and the coder decides.

Start reading at `known_roles`.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from brygga.coding.normalise import lookup_key, words
from brygga.coding.pack import Pack

SURE = 0.9
"""How sure such an answer is: right in 48 of 49 needs of the example and 53 of 58 of our own test set, both written by
hand (2026-11-23); rounded down. A judgement."""

LISTS = ("own", "name")
"""Families of labels that are titles: our own, and JobTech's names."""


def known_roles(roles: Sequence[str], pack: Pack) -> list[tuple[str, str] | None]:
    """Of each role its occupation (JobTech's group) and the title that it is; None where none or several are.

    Parameters
    ----------
    roles : words that name who is needed
    pack : whose titles are looked at

    Examples
    --------
    >>> from brygga.coding.pack import embedded_pack
    >>> known_roles(["Instrumenttekniker", "trollkarlar till kvällen", ""], embedded_pack())
    [('7420', 'instrumenttekniker'), None, None]
    """
    keys = [lookup_key(words(role)) for role in roles]
    asked = {key for key in keys if key}
    found: dict[str, dict[str, str]] = {}
    for text, code in _titles(pack):
        key = lookup_key(words(text))
        if key in asked:
            found.setdefault(key, {}).setdefault(code, text)
    return [next(iter(found[key].items())) if len(found.get(key, ())) == 1 else None for key in keys]


def _titles(pack: Pack) -> list[tuple[str, str]]:
    return pack.labels.filter(pl.col("family").is_in(LISTS)).select("text", "code").rows()
