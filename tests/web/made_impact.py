"""Invented rows of what a job carries and of a closure: real codes, small numbers worked by hand, nobody's company."""

from __future__ import annotations

from datetime import date

import polars as pl

from brygga.core import tables

Rows = list[dict[str, object]]
SOURCE = "prov"


def frame(name: str, rows: Rows) -> pl.DataFrame:
    """Rows of a table that say some of its columns: a status is modelled, a source is made, the rest empty."""
    columns = tables.dictionary(name)
    usual = {"status": "modelled", "source": SOURCE}
    filled = [{c.column: row.get(c.column, usual.get(c.column)) for c in columns} for row in rows]
    return pl.DataFrame(filled, schema={c.column: tables.TYPES[c.type] for c in columns})


def spread(middle: float, *, width: float = 0.25, prefix: str = "") -> dict[str, object]:
    """p10, p50 and p90 round a middle."""
    return {f"{prefix}p10": middle * (1 - width), f"{prefix}p50": middle, f"{prefix}p90": middle * (1 + width)}


def carried(municipalities: tuple[str, ...]) -> dict[str, pl.DataFrame]:
    """What industrial jobs carry: the answers, the posts, the jobs that sell outside and the municipal account."""
    return {
        "carried_jobs": frame("carried_jobs", [*_answers()]),
        "carried_posts": frame("carried_posts", _posts(municipalities)),
        "carried_sums": frame("carried_sums", _sums(municipalities)),
        "exporting_jobs": frame("exporting_jobs", _exporting()),
        "municipal_account": frame("municipal_account", _account(municipalities)),
    }


def _answers() -> Rows:
    def row(answer: str, name: str, low: float, mid: float, high: float, **more: object) -> dict[str, object]:
        usual = {
            "industry": "C",
            "measure": "type_ii",
            "includes_sv": f"leverantörer, enligt {name}",
            "includes_en": f"suppliers, says {name}",
            "excludes_sv": "skatt",
            "excludes_en": "tax",
            "differs_sv": "räknas på annat sätt",
            "differs_en": "is computed another way",
            "reach": "region",
            "horizon": "at_once",
        }
        return usual | {"answer": answer, "name": name, "low": low, "mid": mid, "high": high} | more

    return [
        row("input_output", "Typ II", 0.3, 0.6, 0.9),
        row("local_multiplier", "Lokal", 0.2, 0.5, 0.8, measure="long_run", horizon="long_run"),
        row("claim", "Klustret", 3.0, 4.0, 5.0, measure="belief", horizon="unstated", reach="nation")
        | {"status": "provisional", "source": "said"},
    ]


def _posts(municipalities: tuple[str, ...]) -> Rows:
    return [
        {"industry": "Q", "occupation": "532", "municipality": code, "layer": layer} | spread(2.0)
        for code in municipalities
        for layer in ("indirect", "induced")
    ]


def _sums(municipalities: tuple[str, ...]) -> Rows:
    groups = [("all", "all", 60.0), ("industry", "Q", 60.0), ("occupation", "532", 40.0), ("occupation", "7233", 20.0)]
    groups += [("municipality", code, 60.0 / len(municipalities)) for code in municipalities]
    layers = {"indirect": 0.4, "induced": 0.6, "both": 1.0}
    return [
        {"grouping": by, "group": group, "layer": layer, "naive": part * size * 0.9} | spread(part * size)
        for by, group, size in groups
        for layer, part in layers.items()
    ]


def _exporting() -> Rows:
    def row(industry: str, jobs: float, sell: float, part: float) -> dict[str, object]:
        share = {"share": sell / jobs}
        given = {"method": "location_quotient", "industry": industry, "jobs": jobs}
        return given | share | spread(sell, width=0.1) | spread(part, width=0.1, prefix="part_")

    said = {"method": "claim", "industry": "C", "status": "not_available", "source": "said"}
    why = {"reason_sv": "en uppgift om ett annat område", "reason_en": "a figure for another area"}
    return [
        row("29", 400.0, 300.0, 0.5),
        row("A", 100.0, 60.0, 0.1),
        row("C", 900.0, 420.0, 0.7),
        row("all", 2000.0, 600.0, 1.0) | {"part_p10": 1.0, "part_p90": 1.0},
        said | why | {f"part_{key}": 0.6 for key in ("p10", "p50", "p90")},
    ]


def _account(municipalities: tuple[str, ...]) -> Rows:
    parts = {"direct": 3e6, "indirect": 1e6, "induced": 0.8e6, "tax": 4.8e6, "service_cost": -1.2e6, "net": 3.6e6}
    shares = [0.5, 0.3, 0.2, *([0.0] * len(municipalities))]
    return [
        {"municipality": code, "part": part, "persons": 30.0, "naive": amount * 0.8, "key_share": shares[n]}
        | ({f"p{q}": amount * k for q, k in (("10", 0.75), ("50", 1.0), ("90", 1.25))} if amount > 0 else _cost(amount))
        for n, code in enumerate(municipalities)
        for part, amount in parts.items()
    ]


def _cost(amount: float) -> dict[str, object]:
    return {"p10": amount * 1.25, "p50": amount, "p90": amount * 0.75}


DAY = date(2027, 3, 1)
LEFT = 18
"""The month a year after the last have left: notice of six months, then twelve."""
SHOCKS = ("1060-29-500", "1293-25-1")
AGES = {"16-34": 0.9, "35-54": 0.75, "55-69": 0.4}
BACK = {"none": 0.7, "planned": 0.75, "best": 0.85}
"""Share of those hit who are back in the end, by scenario; the oldest less."""


def closure(municipalities: tuple[str, ...], occupations: tuple[str, ...]) -> dict[str, pl.DataFrame]:
    """Two closures and the stress test: 500 posts in Olofström, and a single one in Hässleholm."""
    made: dict[str, Rows] = {}
    for shock, hit in zip(SHOCKS, (620.0, 1.2), strict=True):
        for name, rows in _one(shock, hit, municipalities, occupations).items():
            made.setdefault(name, []).extend(rows)
    made["stress"] = _stress(municipalities)
    return {name: frame(name, rows) for name, rows in made.items()}


def _one(shock: str, hit: float, homes: tuple[str, ...], occupations: tuple[str, ...]) -> dict[str, Rows]:
    place, industry, posts = shock.split("-")
    key = {"shock": shock}
    return {
        "closure_shocks": [
            key
            | {"kind": "closure", "municipality": place, "industry": industry, "posts": float(posts), "notice": DAY}
            | {"first_leaving": date(2027, 9, 1), "last_leaving": date(2027, 9, 1), "month_12": LEFT, "months": 36}
            | {"last_month": 6, "jobs": 800.0, "occupations": "staffing", "conserved": 0.0, "network": "prov"}
            | {"draws": 40, "source": "Tyskland 1990"}
        ],
        "closure_summary": [key | row for row in _measures(float(posts), hit)],
        "closure_persons": [
            key
            | {"layer": layer, "home": home, "occupation": code, "age_group": age, "persons": hit * part * old * lives}
            for layer, part in (("direct", 0.8), ("indirect", 0.15), ("induced", 0.05))
            for home, code, lives in _lives(homes, occupations)
            for age, old in (("16-34", 0.3), ("35-54", 0.5), ("55-69", 0.2))
        ],
        "closure_curves": [key | row for row in _curves(hit, occupations)],
        "closure_hard": [
            key
            | {"home": homes[0], "occupation": occupations[0], "age_group": "55-69", "persons": hit * 0.05}
            | {"p10": 0.1, "p50": 0.2, "p90": 0.35, "rank": 1, "hard": True}
            | {"reason_sv": "få lediga arbeten inom räckhåll", "reason_en": "few vacancies within reach"}
        ],
        "closure_ways": [
            key
            | {"occupation": before, "to_occupation": after, "strength": near, "vacancies": 12.0, "persons": hit * 0.2}
            | spread(hit * 0.1)
            for before, after, near in (
                (occupations[0], occupations[0], 1.0),
                (occupations[0], occupations[1], 0.75),
                (occupations[1], occupations[2], 0.45),
            )
        ],
        "closure_courses": _courses(key, homes, occupations, hit),
        "closure_clock": [
            key
            | {"county": "10", "step": step, "date": when, "who": "employer", "rule": step}
            | {"text_sv": f"Regel om {step}", "text_en": f"Rule on {step}", "standing": standing, "address": None}
            for step, when, standing in (
                ("notice", DAY, "read"),
                ("first_leaving", date(2027, 9, 1), "reported"),
                ("fixed_term", None, "example"),
            )
        ],
        "closure_tax": [
            key | {"municipality": home, "scenario": scenario, "month": month, "persons": hit / 10} | spread(hit * lost)
            for home in homes
            for scenario, lost in (("none", 20_000.0), ("best", 10_000.0))
            for month in (12, LEFT)
        ],
    }


def _lives(homes: tuple[str, ...], occupations: tuple[str, ...]) -> list[tuple[str, str, float]]:
    """Home, occupation and share of those hit: half at the second home, a tenth outside, the rest shared."""
    shares = [0.4 / max(len(homes) - 1, 1)] * len(homes)
    shares[min(1, len(homes) - 1)] = 0.5
    homed = zip((*homes, "outside"), (*shares, 0.1), strict=True)
    return [(home, occupations[n % len(occupations)], share) for n, (home, share) in enumerate(homed)]


def _measures(posts: float, hit: float) -> Rows:
    idle = {"none": 0.3 * hit, "planned": 0.25 * hit, "best": 0.15 * hit}
    rows = [{"measure": "posts_all", "scenario": "all", "unit": "posts"} | spread(hit, width=0.1)]
    rows += [{"measure": "posts_direct", "scenario": "all", "unit": "posts"} | spread(posts, width=0.0)]
    rows += [{"measure": "without_work_12", "scenario": k, "unit": "persons"} | spread(v) for k, v in idle.items()]
    rows += [{"measure": "tax_lost_12", "scenario": "none", "unit": "SEK a year"} | spread(hit * 60_000.0)]
    rows += [{"measure": "crowded_out_12", "scenario": "none", "unit": "persons"} | spread(0.1 * hit)]
    return [
        *rows,
        {"measure": "fewer_without_work_12", "scenario": "best", "unit": "persons"} | spread(0.15 * hit, width=0.4),
    ]


def _curves(hit: float, occupations: tuple[str, ...]) -> Rows:
    groups = [("all", "all", 1.0, 0.75)]
    groups += [("age_group", age, 1 / 3, chance) for age, chance in AGES.items()]
    groups += [("occupation", code, 0.2 if n < 4 else 0.0005, 0.7) for n, code in enumerate(occupations)]
    return [
        {"scenario": scenario, "grouping": by, "group": group, "month": month, "state": state, "persons": hit * size}
        | spread(hit * size * part, width=0.1)
        | {f"share_{name}": value for name, value in spread(part, width=0.1).items()}
        for scenario, most in BACK.items()
        for by, group, size, chance in groups
        for month in range(37)
        for share in [min(most / 0.75 * chance * max(month - 3, 0) / 33, 1.0)]
        for state, part in (("re_employed", share), ("without_work", 1 - share))
    ]


def _courses(key: dict[str, object], homes: tuple[str, ...], occupations: tuple[str, ...], hit: float) -> Rows:
    def row(scenario: str, chosen: bool, gain: float, programme: str) -> dict[str, object]:
        return (
            key
            | {"scenario": scenario, "programme": programme, "start": date(2027, 10, 1), "place": 1}
            | {"name_sv": "Utbildning underhåll", "name_en": "Programme maintenance", "delivery": "adult"}
            | {"home": homes[1], "from_occupation": occupations[0], "to_occupation": occupations[3], "month": 7}
            | {"months": 6, "persons": hit * 0.02, "cost_sek": 480_000.0, "chosen": chosen}
            | {"reason_sv": "vinner mest för pengarna", "reason_en": "wins most for the money"}
            | spread(gain)
        )

    named = "underhall-olofstrom"
    out = {"programme": "cnc-hassleholm", "chosen": False, "place": 0, "home": None, "from_occupation": None}
    out |= {"to_occupation": None, "month": None, "months": None, "persons": 0.0, "cost_sek": 0.0}
    out |= {"p10": None, "p50": None, "p90": None, "reason_sv": "för ungdomar", "reason_en": "for the young"}
    return [
        row("planned", True, 3.0, named),
        row("best", True, 3.0, named),
        row("best", True, 5.0, "kort-plc"),
        *(row(scenario, False, 0.0, "x") | out for scenario in ("planned", "best")),
    ]


def _stress(municipalities: tuple[str, ...]) -> Rows:
    places = [("1060", "29", 500.0, 180.0), ("1293", "25", 300.0, 150.0), ("0767", "Q", 200.0, 20.0)]
    return [
        {"shock": f"{code}-{industry}-{posts:.0f}", "kind": "industry", "municipality": code, "industry": industry}
        | {"jobs": posts, "posts": posts, "share": posts / 4000, "rank_work": n, "rank_tax": 4 - n, "naive": n}
        | {"worst_work": 1.0 / n, "worst_tax": 0.5}
        | spread(posts * 0.3, prefix="carried_")
        | spread(idle, prefix="without_work_12_")
        | spread(idle * 0.8, prefix="hit_12_")
        | spread(idle * 0.2, prefix="others_12_")
        | spread(idle * 60_000.0, prefix="tax_lost_")
        for n, (code, industry, posts, idle) in enumerate(places, 1)
        if code in municipalities
    ]
