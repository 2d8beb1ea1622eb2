"""Occupations: the likeliest one of each text, in JobTech's grouping and in SCB's, for all that listens.

Start reading at `first_answers`.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from brygga.coding.code import code_texts
from brygga.coding.pack import Pack
from brygga.core import codes
from brygga.workflow.taxonomy import unit_of


def first_answers(texts: Sequence[str], pack: Pack, *, reasons: bool = True) -> pl.DataFrame:
    """The first answer to each text, a row a text in the same order.

    Parameters
    ----------
    texts : what people wrote, headline first, further text after a line break
    pack : the taxonomy to code with
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
    groups = dict(codes.classification("jobtech_ssyk").select("code", "jobtech_code").iter_rows())
    return first.select("code", "label", pl.col("confidence").round(4), "why").with_columns(
        unit=pl.col("code").replace({code: unit_of(code) for code in set(groups.values())})
    )
