"""A plan counted by loops and dictionaries, slowly and plainly: what the recount is held against."""

from __future__ import annotations

import math
from collections import defaultdict

import highspy
import numpy as np

from brygga.planning.problem import Problem

ALMOST = 1e-6


def counted_slowly(problem: Problem, classes, arrivals, guidance, *, cvar_weight=0.0, cvar_level=0.9):
    """Objective, cost, short by cell and year, spent by funder and year, and the kinds of limits that break."""
    s = problem.settings
    starts = {(m, site, y): (c, x) for m, site, y, c, x in classes.rows()}
    measures = {row["measure"]: row for row in problem.measures.rows(named=True)}
    chance = _chances(problem, measures)
    steps = {(g, y): n for g, y, n in guidance.rows()}
    broken, spent, cost = set(), defaultdict(float), 0.0
    payments, funding = _lists(problem.payments, "measure"), _lists(problem.funding, "measure")

    def pay(measure, year, amount):
        for payment in payments[measure]:
            for fund in funding[measure]:
                spent[fund["funder"], year + payment["offset"]] += amount * payment["share"] * fund["share"]

    more_at_site, more_of_measure = defaultdict(float), defaultdict(float)
    for row in problem.guidance.rows(named=True):
        for year in s.starts:
            if row["step"] <= steps.get((row["guidance"], year), 0):
                cost += row["cost"]
                pay(row["measure"], year, row["cost"])
                more_at_site[row["site"], year] += row["applicants"]
                more_of_measure[row["site"], row["measure"], year] += row["applicants"]
    most_steps = {g: max(r["step"] for r in rows) for g, rows in _lists(problem.guidance, "guidance").items()}
    if any(n > most_steps.get(g, 0) or y not in s.starts for (g, y), n in steps.items()):
        broken.add("guidance")

    offers = {(m, site): most for m, site, most in problem.offers.select("measure", "site", "applicants").rows()}
    places = {
        (site, m, y): n for site, m, y, n in problem.placements.select("site", "measure", "year", "places").rows()
    }
    rooms, seats_at = defaultdict(float), defaultdict(float)
    for (m, site, y), (c, x) in starts.items():
        row = measures[m]
        if (m, site) not in offers or y not in s.starts:
            broken.add("offer")
        if x < row["class_min"] * c - ALMOST:
            broken.add("class_min")
        if x > row["class_max"] * c + ALMOST:
            broken.add("class_max")
        if row["classes_max"] is not None and c > row["classes_max"]:
            broken.add("classes")
        most = offers.get((m, site))
        if most is not None and x > math.floor(most + more_of_measure[site, m, y] + 1e-9):
            broken.add("applicants")
        if x > places.get((site, m, y), math.inf):
            broken.add("placements")
        rooms[site, y] += c
        seats_at[site, y] += x
        amount = chance(m, y) * (row["cost_class"] * c + row["cost_seat"] * x)
        cost += amount
        pay(m, y, amount)
    for row in problem.sites.rows(named=True):
        for year in s.starts:
            if row["rooms"] is not None and rooms[row["site"], year] > math.floor(row["rooms"] + 1e-9):
                broken.add("rooms")
            apply = (row["applicants"] or 0.0) + more_at_site[row["site"], year]
            if row["applicants"] is not None and seats_at[row["site"], year] > math.floor(apply + 1e-9):
                broken.add("applicants")
    for row in problem.pins.rows(named=True):
        c = starts.get((row["measure"], row["site"], row["year"]), (0, 0))[0]
        least = {"must": 1, "at_least": row["classes"]}.get(row["kind"], 0)
        most = {"never": 0, "at_most": row["classes"]}.get(row["kind"], math.inf)
        broken |= {"pin_least"} if c < least else set()
        broken |= {"pin_most"} if c > most else set()
    budgets = {(f, y): amount for f, y, amount in problem.budgets.select("funder", "year", "amount").rows()}
    for key, amount in spent.items():
        if amount > budgets.get(key, 0.0) + ALMOST * max(1.0, budgets.get(key, 0.0)):
            broken.add("budget")
    if problem.cost_cap is not None and cost > problem.cost_cap + ALMOST * max(1.0, problem.cost_cap):
        broken.add("cost_cap")

    made, left = completers_slowly(problem, classes)
    reach = {(site, m): share for site, m, share in problem.reach.select("site", "municipality", "share").rows()}
    landed, gone = defaultdict(float), defaultdict(float)
    if s.reach == "fixed":
        for (site, o, y), persons in made.items():
            for (place, m), share in reach.items():
                if place == site:
                    landed[m, o, y] += persons * share
    else:
        for site, m, o, y, persons in arrivals.select("site", "municipality", "occupation", "year", "persons").rows():
            landed[m, o, y] += persons
            gone[site, o, y] += persons
            if reach.get((site, m), 0.0) <= 0 and persons > ALMOST:
                broken.add("reach")
        for (site, o, y), persons in gone.items():
            may = made.get((site, o, y), 0.0) * sum(share for (place, _), share in reach.items() if place == site)
            if persons > may + ALMOST * max(1.0, may):
                broken.add("completers")

    short, total_short, by_draw = _weighed(problem, landed, left)
    need = {(m, o, y): n for m, o, y, n in problem.need.select("municipality", "occupation", "year", "persons").rows()}
    for place, y, share in problem.floors.select("municipality", "year", "share").rows():
        whole = sum(n for (m, _, year), n in need.items() if m == place and year == y)
        met = whole - sum(n for (m, _, year), n in short.items() if m == place and year == y)
        if met < share * whole - ALMOST * max(1.0, abs(met)):
            broken.add("floor")
    worst = sorted(by_draw, reverse=True)
    number = (1 - cvar_level) * len(worst)
    tail = [(min(1.0, number - i), value) for i, value in enumerate(worst) if i < number]
    cvar = sum(part * value for part, value in tail) / sum(part for part, _ in tail)
    objective = sum(by_draw) / len(by_draw) + cvar_weight * cvar + s.cost_weight * cost
    return {"objective": objective, "cost": cost, "short": total_short, "spent": dict(spent), "broken": broken}


def completers_slowly(problem: Problem, classes):
    """Completers by site, occupation and year, and posts they leave by municipality, occupation and year."""
    measures = {row["measure"]: row for row in problem.measures.rows(named=True)}
    chance, home = _chances(problem, measures), dict(problem.sites.select("site", "municipality").rows())
    made, left = defaultdict(float), defaultdict(float)
    for m, site, y, _, x in classes.rows():
        ready, people = y + measures[m]["years"], x * measures[m]["yield"] * chance(m, y)
        if ready <= problem.settings.horizon:
            for row in _lists(problem.leads, "measure")[m]:
                made[site, row["occupation"], ready] += people * row["share"]
            for row in _lists(problem.drains, "measure")[m]:
                left[home[site], row["occupation"], ready] += people * row["share"]
    return made, left


def placed_slowly(problem: Problem, classes, *, cvar_weight=0.0, cvar_level=0.9) -> float:
    """The least weighted shortage and surplus arrivals can leave, with the tail; infinite if no floor can hold."""
    s = problem.settings
    made, left = completers_slowly(problem, classes)
    costs, lower, upper, rows = [], [], [], []

    def column(cost, low, high):
        costs.append(cost), lower.append(low), upper.append(high)
        return len(costs) - 1

    reach = problem.reach.filter(problem.reach["share"] > 0).select("site", "municipality", "share").rows()
    landing = defaultdict(dict)
    for (site, o, y), persons in made.items():
        ways = {m: column(0.0, 0.0, math.inf) for place, m, _ in reach if place == site}
        rows.append((dict.fromkeys(ways.values(), 1.0), -math.inf, persons * sum(r[2] for r in reach if r[0] == site)))
        for m, way in ways.items():
            landing[m, o, y][way] = 1.0
    draws = _needs(problem)
    cells = {(m, o) for need in draws for m, o, _ in need} | {key[:2] for key in (*landing, *left)}
    weights, missing, of_draw = dict(problem.weights.rows()), defaultdict(dict), defaultdict(dict)
    for m, o in sorted(cells):
        before = None
        for y in s.years:
            net = column(0.0, -math.inf, math.inf)
            row = {net: 1.0, **dict.fromkeys(landing[m, o, y], -1.0)}
            rows.append(({**row, **({before: -s.stay} if before is not None else {})}, *[-left[m, o, y]] * 2))
            before, worth = net, weights.get(o, 1.0) * s.discount ** (y - s.first)
            for d, need in enumerate(draws):
                short = column(worth / len(draws), 0.0, math.inf)
                surplus = column(worth * s.surplus_weight / len(draws), 0.0, math.inf)
                of_draw[d] |= {short: -worth, surplus: -worth * s.surplus_weight}
                rows.append(({short: 1.0, surplus: -1.0, net: 1.0}, *[need.get((m, o, y), 0.0)] * 2))
                missing[m, y][short] = 1.0 / len(draws)
    for place, y, share in problem.floors.select("municipality", "year", "share").rows():
        whole = sum(n for need in draws for (m, _, year), n in need.items() if (m, year) == (place, y)) / len(draws)
        rows.append((missing[place, y], -math.inf, (1 - share) * whole))
    threshold = column(cvar_weight, -math.inf, math.inf)
    for row in of_draw.values():
        above = column(cvar_weight / ((1 - cvar_level) * len(draws)), 0.0, math.inf)
        rows.append(({**row, threshold: 1.0, above: 1.0}, 0.0, math.inf))
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(costs), len(rows)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = np.array(costs), np.array(lower), np.array(upper)
    lp.row_lower_, lp.row_upper_ = np.array([r[1] for r in rows], float), np.array([r[2] for r in rows], float)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *[len(r[0]) for r in rows]]).astype(np.int32)
    lp.a_matrix_.index_ = np.array([c for r in rows for c in r[0]], np.int32)
    lp.a_matrix_.value_ = np.array([v for r in rows for v in r[0].values()], float)
    solver.passModel(lp)
    solver.run()
    optimal = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return solver.getInfo().objective_function_value if optimal else math.inf


def _weighed(problem, landed, left):
    """Mean short by cell and year, its sum, and the weighted sum of each draw."""
    s, weights = problem.settings, dict(problem.weights.rows())
    draws = _needs(problem)
    cells = {key[:2] for need in draws for key in need} | {key[:2] for key in (*landed, *left)}
    short, by_draw = defaultdict(float), [0.0] * len(draws)
    for m, o in cells:
        stock = drained = 0.0
        for y in s.years:
            stock = stock * s.stay + landed.get((m, o, y), 0.0)
            drained = drained * s.stay + left.get((m, o, y), 0.0)
            for d, need in enumerate(draws):
                over = stock - drained - need.get((m, o, y), 0.0)
                short[m, o, y] += max(0.0, -over) / len(draws)
                missed = max(0.0, -over) + s.surplus_weight * max(0.0, over)
                by_draw[d] += weights.get(o, 1.0) * s.discount ** (y - s.first) * missed
    return short, sum(short.values()), by_draw


def _needs(problem):
    """The need of each draw, or the one need, as dictionaries."""
    if not problem.need_draws.height:
        return [
            {(m, o, y): n for m, o, y, n in problem.need.select("municipality", "occupation", "year", "persons").rows()}
        ]
    needs = defaultdict(dict)
    for row in problem.need_draws.rows(named=True):
        needs[row["draw"]][row["municipality"], row["occupation"], row["year"]] = row["persons"]
    return [needs[name] for name in sorted(needs)]


def _chances(problem, measures):
    years = {(m, y): p for m, y, p in problem.probabilities.select("measure", "year", "probability").rows()}
    return lambda m, y: years.get((m, y), measures[m]["probability"])


def _lists(frame, key):
    found = defaultdict(list)
    for row in frame.rows(named=True):
        found[row[key]].append(row)
    return found
