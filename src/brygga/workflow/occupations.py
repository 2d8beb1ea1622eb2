"""Occupations: the likeliest one of each text, in JobTech's grouping and in SCB's, for all that listens.

Start reading at `first_answers`.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from brygga.coding.code import code_texts
from brygga.coding.pack import Pack
from brygga.coding.roles import SURE, known_roles
from brygga.core import codes
from brygga.workflow.taxonomy import unit_of


def first_answers(
    texts: Sequence[str], pack: Pack, *, roles: Sequence[str] | None = None, reasons: bool = True
) -> pl.DataFrame:
    """The first answer to each text, a row a text in the same order.

    Parameters
    ----------
    texts : what people wrote, headline first, further text after a line break
    pack : the taxonomy to code with
    roles : of each text the words that name who is wanted, where somebody has found them; one that is a title word for
        word, of one occupation alone, decides (`brygga.coding.roles`)
    reasons : whether to look for the title and the words that decided; it is quicker without

    Returns
    -------
    DataFrame
        `code` (JobTech's group) and `unit` (SCB's unit group), both empty when left open; `label` (the title that
        matched), `confidence` (to four decimals) and `why`.

    Examples
    --------
    >>> from brygga.coding.pack import embedded_pack
    >>> first_answers(["3-4 CNC-operatörer till hösten", "🙂"], embedded_pack()).select("code", "unit").rows()
    [('7223', '7223'), (None, None)]
    """
    first = code_texts(texts, pack, top=1, reasons=reasons)
    if roles is not None:
        first = _with_known(first, roles, pack)
    groups = dict(codes.classification("jobtech_ssyk").select("code", "jobtech_code").iter_rows())
    return first.select("code", "label", pl.col("confidence").round(4), "why").with_columns(
        unit=pl.col("code").replace({code: unit_of(code) for code in set(groups.values())})
    )


def _with_known(first: pl.DataFrame, roles: Sequence[str], pack: Pack) -> pl.DataFrame:
    """The answers, with those of roles that are known titles in their place."""
    rows = []
    for row, role, known in zip(first.rows(named=True), roles, known_roles(roles, pack), strict=True):
        if known is not None:
            sure = max(row["confidence"], SURE) if row["code"] == known[0] else SURE
            row |= {"code": known[0], "label": known[1], "confidence": sure, "why": f'"{role}" is a known title'}
        rows.append(row)
    return pl.DataFrame(rows, schema=first.schema)
