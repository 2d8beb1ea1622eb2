"""The base year: vacancies spread by what is advertised, and both ends of the gap beside what is published.

    survey, employed, ads and needs of the year -> vacancies per municipality and occupation
    vacancies less unemployed -> beside the published totals, with the difference

Start reading at `see_base_year`.
"""

from __future__ import annotations

import polars as pl

from brygga.core import codes, tables
from brygga.core.parameters import value_on
from brygga.core.region import Region
from brygga.core.sums import total
from brygga.projection.heard_once import advertised_posts, counted_posts
from brygga.projection.vacancies import base_balance, base_vacancies
from brygga.workflow.ground import of_base_year, without_hidden
from brygga.workflow.settings import decision_day


def see_base_year(
    region: Region,
    *,
    survey: pl.DataFrame | None = None,
    coded_needs: pl.DataFrame | None = None,
    ads: pl.DataFrame | None = None,
    ads_demand: pl.DataFrame | None = None,
    published: pl.DataFrame | None = None,
) -> dict[str, pl.DataFrame]:
    """Tables `base_vacancies` (where there is a survey) and `base_balance` (where totals are published).

    Parameters
    ----------
    region : the region and its tables
    survey : table `official_vacancies`
    coded_needs, ads : tables `coded_needs` and `coded_ads` (with `employer` where it is known); those of the base year
        count
    ads_demand : table `ads_demand`, in place of `ads` where ads were read in bulk
    published : area, measure (vacancies or unemployed), persons and margin where known

    Returns
    -------
    What was found, checked. The balance is of the new vacancies, or of the region's own where there is no survey.
    """
    day = decision_day(region)
    employed = without_hidden(of_base_year(region, "employed"), day)
    vacancies = without_hidden(of_base_year(region, "vacancies"), day)
    made: dict[str, pl.DataFrame] = {}
    if survey is not None:
        vacancies = made["base_vacancies"] = base_vacancies(
            survey,
            employed,
            named_posts(region, employed, coded_needs=coded_needs, ads=ads, ads_demand=ads_demand),
            year=region.base_year,
            prior_posts=value_on("projection.vacancy_prior_posts", day).number,
            lumps=value_on("projection.heard_lumps", day).number,
            unknown_sd=value_on("projection.sd_vacancies_nation", day).number,
        )
    if published is not None:
        unemployed = without_hidden(of_base_year(region, "unemployed"), day)
        whole = whole_areas(region.municipalities)
        made["base_balance"] = base_balance(vacancies, unemployed, published, year=region.base_year, whole=whole)
    return {name: tables.check(frame, name, extra_codes=region.extra_codes) for name, frame in made.items()}


def named_posts(
    region: Region,
    employed: pl.DataFrame,
    *,
    coded_needs: pl.DataFrame | None,
    ads: pl.DataFrame | None,
    ads_demand: pl.DataFrame | None,
) -> pl.DataFrame:
    """municipality, occupation, posts that needs and ads of the base year name; ads in bulk are added as they are."""
    needs = tables.empty("coded_needs") if coded_needs is None else coded_needs
    places, year = region.municipalities, region.base_year
    once = counted_posts(needs, employed, municipalities=places, base_year=year - 1, ads=ads)
    found = [once.filter(pl.col("year") == year).select("municipality", "occupation", "posts")]
    if ads_demand is not None:
        found.append(advertised_posts(ads_demand, employed, municipalities=places, year=year))
    sums = pl.concat(found).group_by("municipality", "occupation", maintain_order=True)
    return sums.agg(total("posts").alias("posts")).sort("municipality", "occupation")


def whole_areas(municipalities: tuple[str, ...]) -> list[str]:
    """Municipalities, and the counties and the nation of which all municipalities are among them.

    Examples
    --------
    >>> whole_areas(("1060", "1080", "1081", "1082", "1083", "1290"))[-2:]
    ['1290', '10']
    """
    known = codes.classification("kommun")
    by_area = {"00": known["code"].to_list()}
    for code, county in known.select("code", "county").iter_rows():
        by_area.setdefault(county, []).append(code)
    inside = set(municipalities)
    return [*municipalities, *(area for area, members in sorted(by_area.items()) if inside.issuperset(members))]
