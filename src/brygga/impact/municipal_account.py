"""Municipal account: the tax that posts and what they carry become where people live, less what new children cost.

    posts[w, l, d]    direct (as they lie), indirect and induced posts (by draw d) at workplace w
    income[w, l, d] = sum_o posts[w, o, l, d] * 12 * pay[o]
    persons[h, l, d] = sum_w share[h | w] * posts[w, l, d]
    tax[h, l, d]    = rate[h] * sum_w share[h | w] * income[w, l, d]
    children[h, d]  = moving[d] * family[d] * (preschool[h] + school[h]) * sum_l persons[h, l, d]
    cost[h, d]      = moving[d] * family[d] * (preschool[h] * k_p + school[h] * k_s) * sum_l persons[h, l, d]
    net = tax - cost

`share[h | w]` are the column shares of commuting, outside the region as a home of its own, so that people and money
are conserved. Those outside are counted and their tax is not, since no rate is known for them. `preschool[h]` are
children in preschool per resident aged 20 to 64, `school[h]` those aged 6 to 15; `moving` is the share of the holders
who move in, with their families. `key_share` is each municipality's part of what the municipalities gain in the mean:
the key for paying together.

Everything is linear in the posts: none give nothing, and a closure is an establishment with minus.

Start reading at `municipal_account`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from brygga.core import tables
from brygga.core.grids import Floats
from brygga.impact.carried import QUANTILES
from brygga.impact.fiscal import MONTHS
from brygga.impact.leontief import Matrix, Vector

LAYERS = ("direct", "indirect", "induced")
PARTS = (*LAYERS, "tax", "service_cost", "net")
LEFT_OUT: Mapping[str, str] = {
    "sv": (
        "Bruttobelopp per år när allt har hunnit följa, med lönernas, skattesatsernas och platskostnadernas nivå. "
        "Utelämnat: kommunalekonomisk utjämning, som jämnar ut både skattekraft och kostnader mellan kommuner, "
        "grundavdrag, den skatt som personen betalade innan, regionskatt, skatten för dem som bor utanför, "
        "arbetsgivaravgifter, minskade bidrag, förskoleklass, fritidshem, gymnasium, vård och omsorg, nya lokaler och "
        "bostäder, och statsbidrag. Nya arbeten antas bli pendlade till som de gamla."
    ),
    "en": (
        "Gross amounts a year when everything has had time to follow, at the level of the pay, the tax rates and the "
        "cost of places. Left out: the municipal equalisation system, which evens out both tax base and costs between "
        "municipalities, the basic allowance, the tax the person paid before, regional tax, the tax of those who live "
        "outside, employers' contributions, lower benefits, preschool class, leisure-time centres, upper secondary "
        "school, health and elderly care, new premises and housing, and state grants. New posts are assumed to be "
        "commuted to as the old ones."
    ),
}
"""What a page must say beside the account."""


@dataclass(frozen=True)
class AtWork:
    """Posts and their yearly pay at the workplaces by layer and draw: (layers, draws, works), persons and SEK."""

    persons: Floats
    income: Floats


@dataclass(frozen=True)
class Services:
    """Further children per holder of a post who moves in, and what their places cost.

    `preschool`, `school` : children per resident aged 20 to 64 by home (homes,); none outside. `preschool_sek`,
    `school_sek` : a place a year. `moving`, `family` : by draw, the share of the holders who move in and how large
    their families are beside the residents'.
    """

    preschool: Vector
    school: Vector
    preschool_sek: float
    school_sek: float
    moving: Vector
    family: Vector


@dataclass(frozen=True)
class Residence:
    """Where people live: `share` of those who work in each workplace by home (homes, works), and each home's rate.

    `homes` and `works` are codes; `outside` is a home, its rate NaN.
    """

    homes: tuple[str, ...]
    works: tuple[str, ...]
    share: Matrix
    rate: Vector


def at_work(
    direct: Floats,
    carried: Sequence[tuple[Matrix, Matrix, Matrix]],
    pay: Vector,
) -> AtWork:
    """Posts and pay at the workplaces.

    Parameters
    ----------
    direct : direct posts by workplace and occupation (works, occupations)
    carried : for the indirect and the induced layer: posts by draw and industry (draws, places), persons per post by
        industry and workplace (places, works), and monthly pay per post there (places, works; SEK)
    pay : monthly pay by occupation (SEK)
    """
    draws = carried[0][0].shape[0]
    persons = [np.broadcast_to(direct.sum(axis=1), (draws, len(direct)))]
    income = [np.broadcast_to(direct @ pay, (draws, len(direct)))]
    for posts, heads, money in carried:
        persons.append(posts @ heads)
        income.append(posts @ money)
    return AtWork(np.stack(persons), MONTHS * np.stack(income))


def by_home(work: Floats, share: Matrix) -> Floats:
    """The same people or money where they live: (layers, draws, works) to (layers, draws, homes).

    Examples
    --------
    >>> by_home(np.array([[[10.0]]]), np.array([[0.75], [0.25]])).tolist()
    [[[7.5, 2.5]]]
    """
    return np.asarray(work @ share.T)


def municipal_account(
    work: AtWork, residence: Residence, services: Services | None, *, posts: float, source: str
) -> pl.DataFrame:
    """Municipal tax by residence, the cost of further places, and the net, a year per 100 direct posts.

    Parameters
    ----------
    work : posts and pay at the workplaces by layer and draw
    residence : where those who work there live, and the municipal tax rates
    services : cost of places in preschool and school; None leaves service_cost and net out
    posts : the direct posts that `work` is about (persons); 0 gives an account of nothing

    Returns
    -------
    table `municipal_account`: one row per home x part. `persons` is the mean over the draws, which adds up.
    """
    scale = 100.0 / posts if posts else 0.0
    persons = scale * by_home(work.persons, residence.share)
    tax = scale * residence.rate * by_home(work.income, residence.share)
    people = dict(zip(LAYERS, persons, strict=True)) | {"tax": persons.sum(axis=0)}
    money = dict(zip(LAYERS, tax, strict=True)) | {"tax": tax.sum(axis=0)}
    if services:
        people["service_cost"], money["service_cost"] = places(persons.sum(axis=0), services)
        people["net"], money["net"] = people["tax"], money["tax"] + money["service_cost"]
    naive = _naive(scale, work, residence, services)
    frames = [_part(part, people[part], money[part], naive[part], residence) for part in money]
    checked = pl.concat(frames).with_columns(source=pl.lit(source)).sort("municipality", "part")
    return checked.select([column.column for column in tables.dictionary("municipal_account")])


def places(persons: Matrix, services: Services) -> tuple[Matrix, Matrix]:
    """Further children by draw and home, and what their places cost a year (SEK, negative).

    Examples
    --------
    Of ten holders two move in; each brings 0.1 children in preschool and 0.3 in school.

    >>> one = np.ones(1)
    >>> made = Services(0.1 * one, 0.3 * one, 160_000.0, 120_000.0, moving=0.2 * one, family=one)
    >>> [round(amount.item(), 3) for amount in places(np.array([[10.0]]), made)]
    [0.8, -104000.0]
    """
    moved = (services.moving * services.family)[:, None] * persons
    cost = services.preschool * services.preschool_sek + services.school * services.school_sek
    return moved * (services.preschool + services.school), -moved * cost


def key_shares(gained: Matrix) -> Vector:
    """Each home's part of what is gained in the mean over the draws; 0 for one that loses, and for all of nothing.

    Examples
    --------
    >>> key_shares(np.array([[30.0, 10.0, -5.0]])).tolist()
    [0.75, 0.25, 0.0]
    """
    mean = np.maximum(gained.mean(axis=0), 0.0)
    return np.asarray(mean / mean.sum() if mean.sum() > 0 else np.zeros_like(mean))


def _naive(scale: float, work: AtWork, residence: Residence, services: Services | None) -> dict[str, Vector]:
    """Median amounts if everybody lived in the municipality where they work."""
    stay = np.zeros((len(residence.homes), len(residence.works)))
    for place, code in enumerate(residence.works):
        stay[residence.homes.index(code), place] = 1.0
    tax = scale * residence.rate * by_home(work.income, stay)
    amounts = dict(zip(LAYERS, tax, strict=True)) | {"tax": tax.sum(axis=0)}
    if services:
        persons = scale * by_home(work.persons, stay).sum(axis=0)
        amounts["service_cost"] = places(persons, services)[1]
        amounts["net"] = amounts["tax"] + amounts["service_cost"]
    return {part: np.asarray(np.median(amount, axis=0)) for part, amount in amounts.items()}


def _part(part: str, people: Matrix, money: Matrix, naive: Vector, residence: Residence) -> pl.DataFrame:
    """The rows of one part; money gained outside, or lost there, is not known."""
    known = np.isfinite(residence.rate)
    cost = part == "service_cost"
    key = np.zeros(len(known))
    key[known] = key_shares(-money[:, known] if cost else money[:, known])
    spans = np.quantile(np.where(known, money, 0.0), list(QUANTILES.values()), axis=0)
    columns = {name: pl.Series(np.where(known, span, np.nan)) for name, span in zip(QUANTILES, spans, strict=True)}
    frame = pl.DataFrame({"municipality": list(residence.homes), "persons": people.mean(axis=0)})
    return frame.with_columns(
        **columns,
        naive=pl.Series(np.where(known, naive, np.nan)),
        part=pl.lit(part),
        key_share=pl.Series(key),
        status=pl.Series(np.where(known, "modelled", "not_available")),
    ).with_columns(pl.col(*QUANTILES, "naive").fill_nan(None))
