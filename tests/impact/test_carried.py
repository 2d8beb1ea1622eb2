"""The three answers: each with its range and its words, and what a region without industry gets."""

import numpy as np
import pytest

from brygga.impact.carried import Estimate, Span, Words, carried_jobs, further, together
from brygga.impact.carried_posts import CarriedPosts, carried_posts
from brygga.impact.delta import Delta
from brygga.impact.national import MANUFACTURING, germany_1990
from brygga.impact.ranges import Range

WORDS = Words("allt", "inget", "annat")
CLAIM = Estimate(
    "claim", "somebody", "C", "belief", WORDS, WORDS, "nation", "unstated", Span(3, 4, 5), "heard", "provisional"
)
MIX = {"A": 500.0, "C": 9000.0, "F": 3000.0, "G": 9000.0, "M": 8000.0, "Q": 15000.0}


def posts_of(jobs=MIX, **more):
    nation = germany_1990()
    given = {"industry": MANUFACTURING, "posts": 100.0, "draws": 60, "seed": 1} | more
    return carried_posts(nation, nation.jobs_by_industry(jobs), 5e6, **given)


def answers(carried):
    return carried_jobs(carried, posts=100.0, industry="C", published=[CLAIM])


def test_every_answer_has_its_range_its_words_and_its_source():
    table = answers(posts_of())
    assert table["answer"].to_list() == ["input_output", "input_output", "claim"]
    assert (table["low"] < table["mid"]).all()
    assert (table["mid"] < table["high"]).all()
    assert "stand-in" in table["source"][0]
    for said in ("includes", "excludes", "differs"):
        assert table[f"{said}_sv"].n_unique() == 3
        assert (table[f"{said}_sv"].str.len_chars() > 3).all()


def test_what_wages_buy_adds_to_what_industry_buys():
    table = answers(posts_of())
    for end in ("low", "mid", "high"):
        assert table[end][1] > table[end][0] > 0


def test_a_region_that_is_the_nation_gets_the_published_answer():
    """Germany: an employment multiplier of .0162 per unit of output, where a unit takes 8,381 / 1,079,446 jobs."""
    nation = germany_1990()
    carried = carried_posts(
        nation,
        nation.jobs,
        float(nation.jobs.sum()),
        industry=MANUFACTURING,
        posts=100.0,
        draws=2,
        seed=1,
        delta=Delta(0.2, 0.2, 0.2),
        spent=Range(0.0, 0.0, 0.0),
    )
    national = 0.016167 / (8381 / 1079446) - 1
    type_i, type_ii = further(carried, 100.0)
    assert type_i.mid == pytest.approx(national, abs=1e-3)
    assert type_ii.mid == pytest.approx(national, abs=1e-3)


def test_without_industrial_jobs_there_is_nothing_to_answer():
    table = answers(None)
    assert table["status"].to_list() == ["not_applicable", "not_applicable", "provisional"]
    assert table["low"].to_list() == [None, None, 3.0]


def test_a_half_and_a_half_in_two_industries_is_the_mean_of_the_two():
    """Linear in the posts, draw by draw, so a mix of industries is the sum of its parts."""
    first, second = posts_of(posts=50.0), posts_of(posts=50.0, industry=2)
    mixed = together([first, second])
    assert further(mixed, 100.0)[0].mid == pytest.approx(
        np.median(0.5 * (first.indirect.sum(1) / 50 + second.indirect.sum(1) / 50))
    )


def test_a_closure_carries_as_much_as_an_establishment():
    """Minus posts over minus posts: the same further jobs per job."""
    up, down = further(posts_of(), 100.0), further(posts_of(posts=-100.0), -100.0)
    assert [span.mid for span in down] == pytest.approx([span.mid for span in up])


def test_the_ends_are_one_draw_in_ten():
    drawn = np.arange(11.0)[:, None]
    carried = CarriedPosts(("a",), drawn, np.zeros_like(drawn), np.zeros(11), "made")
    assert further(carried, 10.0)[0] == Span(pytest.approx(0.1), pytest.approx(0.5), pytest.approx(0.9))
