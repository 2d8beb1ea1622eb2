"""One post counted once, however often it is said: stated needs and ads on a region's occupations.

    need  organisation x occupation x municipality x wanted year x half-year of the answer: the latest answer
    ad    organisation x occupation x municipality x half-year: the largest ad, and none where the organisation
          stated a need for that year or in that half-year (the need is the better documented)
    ad without an employer: only what lies above the posts already counted in its cell, or stated in its year

Only the share of a need that the company calls growth is new posts; the rest are refills, and so is what is known from
ads alone. Growth of an establishment that stands among the named events is counted there.

Start reading at `counted_posts`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from brygga.core import codes
from brygga.core.sums import total
from brygga.projection.heard_update import CELL

ONE_POST = ("organisation", "municipality", "coded", "year", "half_year")
LEGAL_FORM = r"\b(ab|aktiebolag|aktiebolaget|hb|handelsbolag|handelsbolaget|kb|kommanditbolag|kommanditbolaget|publ)\b"
NO_ADS = pl.DataFrame(
    schema={
        "ad_id": pl.String,
        "municipality": pl.String,
        "occupation": pl.String,
        "positions": pl.Float64,
        "published": pl.Date,
        "employer": pl.String,
    }
)


def counted_posts(
    coded_needs: pl.DataFrame,
    employed: pl.DataFrame,
    *,
    municipalities: Collection[str],
    base_year: int,
    ads: pl.DataFrame | None = None,
    events: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Every post once: municipality, occupation, year, organisation, half_year, source (need or ad), posts, new, ahead.

    `new` are the posts that the company calls growth, `ahead` the years from saying it to the wanted year.
    """
    region = pl.col("municipality").is_in(list(municipalities)) & pl.col("occupation").is_not_null()
    needs = _needs_once(coded_needs.filter(region & (pl.col("year") > base_year)))
    sizes = _sizes(employed)
    of_needs = _on_nodes(needs, sizes, {code: (code,) for code in needs["coded"].unique().sort()})
    of_needs = of_needs.with_columns(new=pl.col("posts") * pl.col("growth") * _not_an_event(of_needs, events, sizes))
    published = pl.col("published").dt.year()
    found = _filled(NO_ADS if ads is None else ads).filter(region & (published > base_year))
    of_ads = _on_nodes(_ads_once(found), sizes, {code: _units(code) for code in found["occupation"].unique().sort()})
    return _without_repeats(of_needs.drop("growth"), of_ads.drop("growth"))


def advertised_posts(
    ads_demand: pl.DataFrame, employed: pl.DataFrame, *, municipalities: Collection[str], year: int
) -> pl.DataFrame:
    """municipality, occupation, posts advertised during a year, on the region's occupations (for `base_vacancies`).

    Parameters
    ----------
    ads_demand : table `ads_demand`; positions without occupation or municipality are left out
    employed : table `employed` of the year
    municipalities : those of the region
    year : of first publication

    Examples
    --------
    >>> ads = pl.DataFrame({"occupation": ["1320", "unknown"], "municipality": ["1080"] * 2,
    ...     "month": ["2024-03"] * 2, "positions": [2.0, 9.0]})
    >>> employed = pl.DataFrame({"occupation": ["1", "7212"], "persons": [5.0, 5.0]})
    >>> advertised_posts(ads, employed, municipalities=["1080"], year=2024).rows()
    [('1080', '1', 2.0)]
    """
    here = pl.col("municipality").is_in(list(municipalities)) & (pl.col("occupation") != "unknown")
    found = ads_demand.filter(here & pl.col("month").str.starts_with(f"{year}-")).rename({"occupation": "coded"})
    parts = _node_parts({code: _units(code) for code in found["coded"].unique().sort()}, _sizes(employed))
    posts = total(pl.col("positions") * pl.col("part"))
    spread = found.join(parts, on="coded", maintain_order="left")
    sums = spread.group_by("municipality", "occupation", maintain_order=True).agg(posts=posts)
    return sums.sort("municipality", "occupation")


def across_sources(counted: pl.DataFrame, employed: pl.DataFrame) -> pl.DataFrame:
    """Posts per municipality, occupation and year: posts, new, of them by ads, organisations, years ahead, employed."""
    jobs = employed
    if "municipality" not in jobs.columns:
        jobs = jobs.join(counted.select("municipality").unique(maintain_order=True), how="cross")
    jobs = jobs.group_by("municipality", "occupation", maintain_order=True).agg(employed=total("persons"))
    return (
        counted.group_by(CELL, maintain_order=True)
        .agg(
            total("posts").alias("posts"),
            total("new").alias("new"),
            by_ads=total(pl.col("posts").filter(pl.col("source") == "ad")),
            organisations=pl.col("organisation").drop_nulls().n_unique().cast(pl.Int64),
            ahead=total(pl.col("ahead") * pl.col("posts")) / total("posts"),
        )
        .filter(pl.col("posts") > 0)
        .join(jobs, on=["municipality", "occupation"], how="left")
        .with_columns(pl.col("employed").fill_null(0.0))
        .sort(CELL)
    )


def organisation_name(column: str) -> pl.Expr:
    """A name as it is compared: small letters, no punctuation, no legal form, one space between words.

    Examples
    --------
    >>> pl.DataFrame({"employer": ["Storverken AB (publ)", " storverken"]}).select(organisation_name("employer")).rows()
    [('storverken',), ('storverken',)]
    """
    plain = pl.col(column).str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", " ")
    short = plain.str.replace_all(LEGAL_FORM, " ").str.replace_all(r"\s+", " ").str.strip_chars()
    return pl.when(short == "").then(plain.str.strip_chars()).otherwise(short)


def _needs_once(needs: pl.DataFrame) -> pl.DataFrame:
    marked = needs.with_columns(
        organisation=organisation_name("company"),
        coded="occupation",
        half_year=_half_year("heard_on"),
        posts=(pl.col("persons_low") + pl.col("persons_high")) / 2,
        ahead=(pl.col("year") - pl.col("heard_on").dt.year()).clip(0).cast(pl.Float64),
        source=pl.lit("need"),
    ).drop("occupation")
    latest = marked.sort("heard_on", "need_id", descending=[True, False])
    return latest.unique(ONE_POST, keep="first", maintain_order=True)


def _ads_once(ads: pl.DataFrame) -> pl.DataFrame:
    """The largest ad of an organisation, occupation, municipality and half-year; ads without employer as they are."""
    marked = ads.with_columns(
        organisation=organisation_name("employer"),
        coded="occupation",
        year=pl.col("published").dt.year().cast(pl.Int64),
        half_year=_half_year("published"),
        posts="positions",
        growth=pl.lit(0.0),
        ahead=pl.lit(0.0),
        source=pl.lit("ad"),
    ).drop("occupation")
    ordered = marked.sort("posts", "ad_id", descending=[True, False])
    named = ordered.filter(pl.col("organisation").is_not_null()).unique(ONE_POST, keep="first", maintain_order=True)
    return pl.concat([named, ordered.filter(pl.col("organisation").is_null()).unique("ad_id", maintain_order=True)])


def _without_repeats(needs: pl.DataFrame, ads: pl.DataFrame) -> pl.DataFrame:
    """Needs, and what ads add to them."""
    where = ["organisation", "municipality", "occupation"]
    fresh = ads.join(needs, on=[*where, "year"], how="anti").join(needs, on=[*where, "half_year"], how="anti")
    named = pl.concat([needs, fresh.filter(pl.col("organisation").is_not_null())])
    said_then = needs.with_columns(said=pl.col("half_year") // 2).filter(pl.col("said") != pl.col("year"))
    as_of_then = said_then.with_columns(year="said").select(named.columns)
    known = pl.concat([named, as_of_then]).group_by(CELL, maintain_order=True).agg(known=total("posts"))
    unnamed = fresh.filter(pl.col("organisation").is_null()).group_by(CELL, maintain_order=True)
    above = (
        unnamed.agg(total("posts").alias("posts"), half_year=pl.col("half_year").min())
        .join(known, on=CELL, how="left")
        .with_columns(posts=(pl.col("posts") - pl.col("known").fill_null(0.0)).clip(0.0))
        .with_columns(organisation=pl.lit(None, pl.String), new=0.0, ahead=0.0, source=pl.lit("ad"))
    )
    counted = pl.concat([named, above.select(named.columns)]).filter(pl.col("posts") > 0)
    return counted.sort(*CELL, "organisation", "half_year", "source")


def _on_nodes(once: pl.DataFrame, sizes: Mapping[str, float], units: Mapping[str, tuple[str, ...]]) -> pl.DataFrame:
    """Posts on the region's occupations, each code by its unit groups; a code it does not reach is left out."""
    parts = _node_parts(units, sizes)
    spread = once.join(parts, on="coded", maintain_order="left").with_columns(posts=pl.col("posts") * pl.col("part"))
    by = [*CELL, "organisation", "half_year", "source"]
    return spread.group_by(by, maintain_order=True).agg(
        total("posts").alias("posts"),
        growth=total(pl.col("growth") * pl.col("posts")) / total("posts"),
        new=pl.lit(0.0),
        ahead=pl.col("ahead").max(),
    )


def _node_parts(units: Mapping[str, tuple[str, ...]], sizes: Mapping[str, float]) -> pl.DataFrame:
    """coded, occupation, part: where the posts of each code go."""
    rows = [
        (code, node, part / len(within))
        for code, within in units.items()
        for unit in within
        for node, part in _parts(unit, sizes)
    ]
    schema = {"coded": pl.String, "occupation": pl.String, "part": pl.Float64}
    parts = pl.DataFrame(rows, schema=schema, orient="row")
    return parts.group_by("coded", "occupation", maintain_order=True).agg(total("part").alias("part"))


def _not_an_event(needs: pl.DataFrame, events: pl.DataFrame | None, sizes: Mapping[str, float]) -> pl.Series:
    """1 for each need, 0 where a named event already adds posts of that organisation, municipality and occupation."""
    if events is None or needs.is_empty():
        return pl.Series([1.0] * needs.height, dtype=pl.Float64)
    known = {"organisation": pl.String} if "organisation" not in events.columns else {}
    listed = events.filter(pl.col("posts") > 0).with_columns(pl.lit(None, kind).alias(n) for n, kind in known.items())
    named = listed.with_columns(organisation_name("organisation"), words=organisation_name("event"))
    establishments = [
        (row["organisation"], f" {row['words']} ", row["municipality"], node)
        for row in named.iter_rows(named=True)
        for node, _ in _parts(row["occupation"], sizes)
    ]

    def stands(organisation: str, municipality: str, occupation: str) -> bool:
        return any(
            (place, node) == (municipality, occupation)
            and (organisation == owner if owner is not None else f" {organisation} " in words)
            for owner, words, place, node in establishments
        )

    return pl.Series([0.0 if stands(*row) else 1.0 for row in needs.select("organisation", *CELL[:2]).rows()])


def _filled(ads: pl.DataFrame) -> pl.DataFrame:
    """Ads that count, with the employer's code before ours and an employer column."""
    ads = ads.filter(pl.col("counted")) if "counted" in ads.columns else ads
    if "employer" not in ads.columns:
        ads = ads.with_columns(employer=pl.lit(None, pl.String))
    if "employer_code" in ads.columns:
        ads = ads.with_columns(occupation=pl.coalesce("employer_code", "occupation"))
    return ads.select(NO_ADS.columns).filter(pl.col("published").is_not_null())


def _units(code: str) -> tuple[str, ...]:
    """An SSYK code as it is, a code of JobTech's by the unit groups that it merges."""
    return (code,) if code in codes.codes("ssyk") else codes.from_jobtech(code)


def _half_year(day: str) -> pl.Expr:
    """Half-years counted from year 0."""
    return pl.col(day).dt.year().cast(pl.Int64) * 2 + (pl.col(day).dt.month() > 6).cast(pl.Int64)


def _sizes(employed: pl.DataFrame) -> dict[str, float]:
    known = employed.group_by("occupation", maintain_order=True).agg(total("persons").alias("persons"))
    return dict(known.sort("occupation").iter_rows())


def _parts(code: str, sizes: Mapping[str, float]) -> list[tuple[str, float]]:
    """The node a code lies in, or the nodes within it by employed persons."""
    node = codes.ancestor_in(code, sizes)
    if node is not None:
        return [(node, 1.0)]
    finer = {node: size for node, size in sizes.items() if node.startswith(code) and size > 0}
    whole = sum(finer.values())
    return [(node, size / whole) for node, size in finer.items()]
