"""Each fault of a problem's tables, and each remark on what is of no use, in words."""

import polars as pl
import pytest

from brygga.core.errors import BryggaError
from tests.planning.problems import problem, rows, welders

GUIDANCE = "guidance site measure step cost applicants"
PINS = "measure site year kind classes"
START = ("course", "school", 2027)


def added(name: str, columns: str, *values: tuple) -> dict[str, pl.DataFrame]:
    return {name: rows(columns, *values)}


def changed(name: str, **values: object) -> dict[str, pl.DataFrame]:
    return {name: welders()[name].with_columns(**{column: pl.lit(value) for column, value in values.items()})}


FAULTS = {
    "class_max nought": (changed("measures", class_min=0, class_max=0), r"class_max is below 1 for course \(0\)"),
    "negative rooms": (changed("sites", rooms=-1.0), r"sites.csv, column rooms: -1 \(school, sodra\) is below zero"),
    "negative applicants": (changed("sites", applicants=-1.0), r"column applicants: -1 .* is below zero"),
    "a yield above 1": (changed("measures", **{"yield": 1.2}), r"column yield: 1.2 \(course, welder\) is outside"),
    "no occupation": (changed("measures", occupation=None), r"course has no occupation, and there is no leads.csv"),
    "a misspelt measure": (
        added("pins", PINS, ("cuorse", "school", 2027, "must", None)),
        r"pins.csv: measure cuorse is not in measures.csv.*was 'course' meant\?",
    ),
    "an unknown site of a pin": (
        added("pins", PINS, ("course", "x", 2027, "must", None)),
        r"pins.csv: site x is not in sites.csv",
    ),
    "pins that exclude each other": (
        added("pins", PINS, (*START, "at_least", 2), (*START, "at_most", 1)),
        r"pins of course at school 2027 \(at least 2, at most 1\) exclude each other",
    ),
    "must and never": (
        added("pins", PINS, (*START, "must", None), (*START, "never", None)),
        r"\(at least 1, at most 0\) exclude each other",
    ),
    "a pin twice": (
        added("pins", PINS, (*START, "at_most", 2), (*START, "at_most", 1)),
        r"pins.csv course, school, 2027, at_most stands more than once",
    ),
    "guidance at an unknown site": (
        added("guidance", GUIDANCE, ("talks", "x", "course", 1, 10.0, 5.0)),
        r"guidance.csv: site x is not in sites.csv",
    ),
    "guidance for an unknown measure": (
        added("guidance", GUIDANCE, ("talks", "school", "x", 1, 10.0, 5.0)),
        r"guidance.csv: measure x is not in measures.csv",
    ),
    "a step that lacks": (
        added("guidance", GUIDANCE, *[("talks", "school", "course", k, 10.0, 5.0) for k in (1, 3)]),
        r"the steps of talks \(1, 3\) are not 1, 2, 3 and so on",
    ),
    "steps from nought": (
        added("guidance", GUIDANCE, *[("talks", "school", "course", k, 10.0, 5.0) for k in (0, 1)]),
        r"the steps of talks \(0, 1\) are not 1, 2, 3 and so on",
    ),
    "guidance that frightens": (
        added("guidance", GUIDANCE, ("talks", "school", "course", 1, -10.0, -5.0)),
        r"guidance.csv, column cost: -10 \(talks, school, course\) is below zero",
    ),
    "a placement of nothing known": (
        added("placements", "site measure year places", ("school", "x", 2027, 5.0)),
        r"placements.csv: measure x is not in measures.csv",
    ),
    "a placement in a year outside": (
        added("placements", "site measure year places", ("school", "course", 2029, 5.0)),
        r"placements.csv: year 2029 is outside 2027-2028",
    ),
    "payments that do not sum": (
        added("payments", "measure offset share", ("course", 0, 0.5), ("course", 1, 0.4)),
        r"payments.csv: the shares of course \(0.9\) do not sum to 1",
    ),
    "a payment before the start": (
        added("payments", "measure offset share", ("course", -1, 1.0)),
        r"payments.csv, column offset: -1 \(course\) is below zero",
    ),
    "a floor above 1": (
        added("floors", "municipality year share", ("norra", 2028, 1.5)),
        r"floors.csv, column share: 1.5 \(norra, 2028\) is outside 0 to 1",
    ),
    "a floor in a year outside": (
        added("floors", "municipality year share", ("norra", 2031, 0.5)),
        r"floors.csv: year 2031 is outside 2027-2030",
    ),
    "an offer of nothing known": (added("offers", "measure site", ("x", "school")), r"offers.csv: measure x is not"),
    "a pin where nothing is given": (
        {
            **added("offers", "measure site", ("course", "school")),
            **added("pins", PINS, ("course", "other", 2027, "must", None)),
            "sites": rows("site municipality rooms applicants", ("school", "n", 2, 30), ("other", "n", 2, 30)),
            "reach": rows("site municipality share", ("school", "norra", 1.0), ("other", "norra", 1.0)),
        },
        r"course at other 2027: must, and offers.csv has no row for that measure at that site",
    ),
    "leads above 1": (
        added("leads", "measure occupation share", ("course", "welder", 0.9), ("course", "fitter", 0.9)),
        r"leads.csv: the shares of course \(1.8\) sum to more than 1",
    ),
    "a draw partly empty": (
        added(
            "need", "municipality occupation year persons draw", ("n", "w", 2027, 1.0, "1"), ("n", "w", 2028, 1.0, None)
        ),
        r"need.csv: column draw is empty in 1 of 2 rows: n, w, 2028",
    ),
    "a need twice in one draw": (
        added("need", "municipality occupation year persons draw", *[("n", "w", 2027, float(k), "1") for k in (1, 2)]),
        r"need.csv n, w, 2027, 1 stands more than once",
    ),
    "funding of guidance": (
        {
            **changed("measures", cost_seat=0.0),
            **changed("funding", share=0.5),
            **added("guidance", GUIDANCE, ("talks", "school", "course", 1, 10.0, 5.0)),
        },
        r"the funding shares of course \(0.5\) do not sum to 1",
    ),
    "no site at all": (
        {"sites": welders()["sites"].clear(), "reach": welders()["reach"].clear()},
        "sites.csv has no rows",
    ),
}


@pytest.mark.parametrize(("tables", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_told_in_words(tables, words):
    with pytest.raises(BryggaError, match=words):
        problem({**welders(), **tables})


REMARKS = {
    "budgets of nought": (changed("budgets", amount=0.0), "Every budget is 0: nothing that costs money can start."),
    "no rooms": (
        changed("sites", rooms=0.0),
        "Site school has no whole room (rooms below 1): nothing can start there.",
    ),
    "no applicants": (
        changed("sites", applicants=0.0),
        "Site school has no whole applicant (applicants below 1): nothing can start there.",
    ),
    "few applicants": (
        changed("sites", applicants=4.0),
        "Site school (4 applicants) cannot fill the smallest class of any measure.",
    ),
    "no classes": (
        changed("measures", classes_max=0),
        "Measure course may start no class (classes_max 0): it will not be used.",
    ),
    "no yield": (
        changed("measures", **{"yield": 0.0}),
        "Measure course lets nobody reach a post (yield 0): it will not be used.",
    ),
    "too long": (
        changed("measures", years=4),
        "Measure course is done after 2030 whenever it starts: it will not be used.",
    ),
    "a need out of reach": (
        added(
            "need", "municipality occupation year persons", ("norra", "welder", 2027, 1.0), ("far", "welder", 2027, 1.0)
        ),
        "No site reaches 1 municipality(ies) with unfilled posts, which stay short: far.",
    ),
    "a measure that leads nowhere": (
        {
            "measures": pl.concat([welders()["measures"], *changed("measures", measure="evening").values()]),
            "funding": rows("funder measure share", ("fund", "*", 1.0)),
            **added("leads", "measure occupation share", ("course", "welder", 1.0)),
        },
        "Measure evening has no row in leads.csv and leads to nothing.",
    ),
    "a funder without money": (
        added("funding", "funder measure share", ("fund", "course", 0.5), ("state", "course", 0.5)),
        "Funder state has no money in budgets.csv: what it is to pay a part of cannot start.",
    ),
    "a funder of nothing": (
        added("budgets", "funder year amount", ("fund", 2027, 100.0), ("fund", 2028, 100.0), ("eu", 2027, 5.0)),
        "Funder eu pays for no measure in funding.csv: its money is not used.",
    ),
    "a later payment without money": (
        added("payments", "measure offset share", ("course", 0, 0.5), ("course", 1, 0.5)),
        "There is no money for a later payment of course by fund in 2029: what starts that late cannot be paid.",
    ),
    "guidance that grows": (
        added("guidance", GUIDANCE, *[("talks", "school", "course", k, 10.0, 2.0 * k) for k in (1, 2)]),
        "A later step of guidance adds more than the one before, which is rarely so: "
        "talks step 2 at school for course (4 after 2).",
    ),
    "guidance without a limit": (
        {
            **changed("sites", applicants=None),
            **added("guidance", GUIDANCE, ("talks", "school", "course", 1, 10.0, 5.0)),
        },
        "Guidance for course at school raises applicants that nothing limits.",
    ),
    "a floor without need": (
        added("floors", "municipality year share", ("sodra", 2028, 0.5)),
        "The floor of sodra 2028 holds by itself: there is no need.",
    ),
    "names that look alike": (
        added("reach", "site municipality share", ("school", "norra", 0.5), ("school", "Norra ", 0.5)),
        "These count as different municipality ids, though they look alike: 'Norra ', 'norra'.",
    ),
    "last year where nothing is given": (
        {
            "sites": rows("site municipality rooms applicants", ("school", "n", 2, 30), ("other", "n", 2, 30)),
            "reach": rows("site municipality share", ("school", "norra", 1.0), ("other", "norra", 1.0)),
            **added("offers", "measure site", ("course", "school")),
            **added("last_year", "measure site classes seats", ("course", "other", 1, 8)),
        },
        "last_year.csv has rows for course at other, where offers.csv does not let it start.",
    ),
}


@pytest.mark.parametrize(("tables", "words"), REMARKS.values(), ids=REMARKS.keys())
def test_what_is_of_no_use_is_a_warning(tables, words):
    assert problem({**welders(), **tables}).warnings == (words,)


def test_a_problem_that_makes_sense_has_no_warning():
    assert problem().warnings == ()
