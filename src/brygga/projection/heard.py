"""What companies say they need and advertise, as posts per occupation, municipality and year.

A stated need is a number of recruitments in a year, from low to high; the middle counts. An ad seeks its positions
in the year it is published. One post is counted once (`heard_once`), and only what a company calls growth moves the
level of demand and stays: the rest are refills, which retirements and moves already call for.

With what statistics expect (`prior`) and how companies state (`hearing`), the counted posts update the
expected openings (`heard_update`): `heard_openings` shows both, `heard_posts` hands on the growth.

Start reading at `heard_posts`.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from brygga.projection.heard_once import across_sources, counted_posts
from brygga.projection.heard_update import CELL, Hearing, covered_openings, updated_openings


def heard_posts(
    coded_needs: pl.DataFrame,
    employed: pl.DataFrame,
    *,
    municipalities: Collection[str],
    base_year: int,
    ads: pl.DataFrame | None = None,
    events: pl.DataFrame | None = None,
    prior: pl.DataFrame | None = None,
    hearing: Hearing | None = None,
    coverage: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Posts that companies say they will recruit to, on the occupations that the region is computed on.

    Parameters
    ----------
    coded_needs : table `coded_needs`; needs without an occupation or outside the region are left out,
        and so are years up to the base year, whose posts are already among the employed
    employed : table `employed` of the base year: its occupations, and shares to spread a need
        whose code is coarser than they are
    municipalities : those of the region
    base_year : year that the projection starts from
    ads : table `coded_ads`, or those of `bulk_ads` that count, with `employer` where it is known
    events : table `events`; with a column `organisation` where it is known, else its name tells
    prior : municipality, occupation, year, openings, openings_sd and, where known, expansion: what statistics
        expect (mean and standard deviation of the draws)
    hearing : how what is said relates to what comes
    coverage : municipality, occupation, share: the part of the jobs that the answering organisations stand for

    Returns
    -------
    municipality, occupation, year, `posts` (said, recruitments during the year), `growth` (new posts among
    them) and `growth_sd`. Without `prior` or `hearing` the growth is as stated, with `growth_sd` 0. With them it is
    what is left after the update, less the growth that statistics already gave the same organisations.
    """
    counted = counted_posts(
        coded_needs, employed, municipalities=municipalities, base_year=base_year, ads=ads, events=events
    )
    posts = across_sources(counted, employed)
    if prior is None or hearing is None:
        return posts.select(*CELL, "posts", growth="new", growth_sd=pl.lit(0.0))
    found = covered_openings(posts, prior, hearing, coverage)
    share = pl.col("new") / pl.col("posts")
    growth = pl.max_horizontal(pl.lit(0.0), share * pl.col("covered") - pl.col("covered_expansion"))
    return found.select(*CELL, "posts", growth=growth, growth_sd=share * pl.col("covered_sd"))


def heard_openings(
    coded_needs: pl.DataFrame,
    employed: pl.DataFrame,
    prior: pl.DataFrame,
    hearing: Hearing,
    *,
    municipalities: Collection[str],
    base_year: int,
    ads: pl.DataFrame | None = None,
    events: pl.DataFrame | None = None,
    coverage: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Table `heard_openings`: gross openings as statistics expect them, and after what was heard.

    Parameters are those of `heard_posts`. Where nothing was heard the posterior is the prior.
    """
    counted = counted_posts(
        coded_needs, employed, municipalities=municipalities, base_year=base_year, ads=ads, events=events
    )
    return updated_openings(across_sources(counted, employed), prior, hearing, coverage)
