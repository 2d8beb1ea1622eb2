"""The matching as loops over cells, as the docstrings' equations say it: an oracle, slow and plain."""

import numpy as np

from brygga.impact.seekers import COURSE_EFFORT, notified, scale


def naive(market, hit, *, months, steps, courses=(), added=None, draw=0, everything=True):
    """State -> (months + 1, homes, occupations, classes) of one draw, others without work, vacancies, moves.

    With `everything` no vacancy is frozen (right where somebody hit can reach every one).
    """
    h, w, o, c = (len(market.homes), len(market.works), len(market.occupations), len(market.classes))

    def of(array):
        return np.array(array[draw if len(array) > 1 else 0], dtype=float)

    kappa, step = float(of(market.kappa)), 1.0 / steps
    effort, scaled = of(hit.effort), of(scale(market, hit))
    knows, travel, related = notified(market, hit), market.travel, market.related
    vacancies, inflow, others = of(market.vacancies), of(market.inflow), of(market.others)
    seen = np.full((w, o), everything)
    for j, q, a, b in np.ndindex(w, o, h, o):
        people = hit.leaving[:, a, b].sum() > 0
        sees = [related[b, q] > 0] + [
            related[market.occupations.index(x.to_occupation), q] > 0
            for x in courses
            if (x.from_home, x.from_occupation) == (market.homes[a], market.occupations[b])
        ]
        seen[j, q] |= people and travel[a, j] > 0 and any(sees)

    rest = {cell: vacancies[cell] for cell in np.ndindex(w, o) if not seen[cell]}
    rest_met = {
        (j, q): kappa * sum(travel[a, j] * related[b, q] * others[a, b] for a in range(h) for b in range(o))
        for j, q in rest
    }
    for cell in rest:
        vacancies[cell] = inflow[cell] = 0.0

    def share(met):
        return -np.expm1(-met) / met if met > 0 else 1.0

    constant = np.zeros((h, o))
    for a, b in np.ndindex(h, o):
        for (j, q), posts in rest.items():
            constant[a, b] += kappa * travel[a, j] * related[b, q] * posts * share(rest_met[j, q])

    without, left, work = np.zeros((h, o, c)), np.zeros((h, o, c)), np.zeros((h, o, c))
    later = hit.leaving.sum(axis=0) * scaled
    persons, at_work, waiting = later.copy(), later.copy(), np.ones((h, o, c))
    inside = [np.zeros(c) for _ in courses]
    done = [np.zeros(c) for _ in courses]
    places = [(market.homes.index(x.from_home), market.occupations.index(x.from_occupation)) for x in courses]
    rows = [
        np.maximum(related[b], related[market.occupations.index(x.to_occupation)])
        for (_, b), x in zip(places, courses, strict=True)
    ]
    seats = []
    for x, (a, b) in zip(courses, places, strict=True):
        own = persons[a, b] * np.array([not x.classes or name in x.classes for name in market.classes])
        seats.append(x.persons * own / own.sum() if own.sum() else np.zeros(c))
    moves, told, others_told = np.zeros((o, o)), {}, [others.sum()]
    joining = None

    def write():
        in_course, after = np.zeros((h, o, c)), np.zeros((h, o, c))
        for n, (a, b) in enumerate(places):
            in_course[a, b] += inside[n]
            after[a, b] += done[n]
        now = {
            "at_work": at_work,
            "without_work": without + after,
            "in_course": in_course,
            "re_employed": work,
            "left": left,
        }
        for name, cells in now.items():
            told.setdefault(name, []).append(cells.copy())

    def market_now(searching, extra):
        met = np.zeros((w, o))
        for j, q in np.ndindex(w, o):
            met[j, q] = sum(travel[a, j] * related[b, q] * searching[a, b] for a in range(h) for b in range(o))
            met[j, q] += sum(travel[a, j] * row[q] * amount for a, row, amount in extra)
        met *= kappa
        each = np.array([[vacancies[j, q] * share(met[j, q]) for q in range(o)] for j in range(w)])
        filled = vacancies * -np.expm1(-met)
        return each, filled

    def chance_of(a, row, each):
        return kappa * sum(travel[a, j] * row[q] * each[j, q] for j in range(w) for q in range(o))

    each, _ = market_now(others, [])
    joining = np.array(
        [[others[a, b] * (chance_of(a, related[b], each) + constant[a, b]) for b in range(o)] for a in range(h)]
    )
    write()
    for month in range(months):
        if month < len(hit.leaving):
            gone = hit.leaving[month] * scaled
            without += gone * waiting
            later = later - gone
        if added is not None and month < len(added):
            vacancies = vacancies + added[month]
        for n, x in enumerate(courses):
            if x.month + x.months == month:
                done[n] = done[n] + x.completion * inside[n]
                without[places[n]] += (1 - x.completion) * inside[n]
                inside[n] = np.zeros(c)
        starting = [n for n, x in enumerate(courses) if x.month == month]
        before = without.copy()
        for n in starting:
            wanted = sum(seats[k] for k in starting if places[k] == places[n])
            inside[n] = np.array(
                [seats[n][k] * min(1.0, before[places[n]][k] / wanted[k]) if wanted[k] else 0.0 for k in range(c)]
            )
            without[places[n]] -= inside[n]
        for _ in range(steps):
            searching = others.copy()
            for a, b, k in np.ndindex(h, o, c):
                early = hit.notice_effort * knows[k] * waiting[a, b, k] * later[a, b, k]
                searching[a, b] += effort[k] * (without[a, b, k] + early)
            for n, (a, b) in enumerate(places):
                searching[a, b] += COURSE_EFFORT * (effort * inside[n]).sum()
            each, filled = market_now(
                searching, [(a, rows[n], (effort * done[n]).sum()) for n, (a, _) in enumerate(places)]
            )
            new_without = without.copy()
            for a, b in np.ndindex(h, o):
                chance = chance_of(a, related[b], each)
                hired = 0.0
                for k in range(c):
                    rate, leave = step * effort[k] * chance, step * hit.leave_rate[k]
                    early = hit.notice_effort * knows[k] * rate
                    hired += rate * without[a, b, k] + early * waiting[a, b, k] * later[a, b, k]
                    work[a, b, k] += rate * without[a, b, k] + early * waiting[a, b, k] * later[a, b, k]
                    left[a, b, k] += leave * without[a, b, k]
                    new_without[a, b, k] = without[a, b, k] * (1 - rate - leave)
                    waiting[a, b, k] *= 1 - early
                others[a, b] += step * (joining[a, b] - others[a, b] * (chance + constant[a, b]))
                for n in (n for n, place in enumerate(places) if place == (a, b)):
                    fast = step * effort * chance_of(a, rows[n], each)
                    slow = step * COURSE_EFFORT * effort * chance
                    leave = step * hit.leave_rate
                    hired += (slow * inside[n]).sum()
                    work[a, b] += slow * inside[n] + fast * done[n]
                    left[a, b] += leave * (inside[n] + done[n])
                    reached = np.array([rows[n][q] * (travel[a] @ each[:, q]) for q in range(o)])
                    moves[b] += (fast * done[n]).sum() * reached / max(reached.sum(), 1e-300)
                    inside[n] = inside[n] * (1 - slow - leave)
                    done[n] = done[n] * (1 - fast - leave)
                if chance > 0:
                    moves[b] += hired * kappa * related[b] * (travel[a] @ each) / chance
            without = new_without
            vacancies = vacancies + step * (inflow - filled)
        at_work = later * waiting
        write()
        others_told.append(others.sum())
    return {name: np.array(cells) for name, cells in told.items()}, np.array(others_told), vacancies, moves
