"""The account of each municipality: by hand, people and money conserved, and the key for paying together."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brygga.core import tables
from brygga.impact.municipal_account import LEFT_OUT, Residence, Services, at_work, by_home, municipal_account

WORKS = ("1060", "1080")
HOMES = (*WORKS, "outside")
SHARE = np.array([[0.6, 0.1], [0.3, 0.8], [0.1, 0.1]])
RATE = np.array([0.20, 0.25, np.nan])
RESIDENCE = Residence(HOMES, WORKS, SHARE, RATE)
PAY = np.array([30_000.0, 20_000.0])
ONE = np.ones(2)


def layer(posts, work, pay=PAY[1]):
    """A layer of one industry whose posts lie in one workplace and pay alike."""
    heads = np.zeros((1, 2))
    heads[0, work] = 1.0
    return np.array(posts)[:, None], heads, pay * heads


def work(direct=((100.0, 0.0), (0.0, 0.0)), indirect=(20.0, 40.0), induced=(10.0, 10.0)):
    return at_work(np.array(direct), [layer(indirect, 1), layer(induced, 0)], PAY)


def services(moving=0.2, family=1.0):
    children = np.array([0.1, 0.1, 0.0]), np.array([0.2, 0.2, 0.0])
    return Services(*children, 160_000.0, 120_000.0, moving * ONE, family * ONE)


def account(**more):
    given = {"posts": 100.0, "source": "made"}
    made = municipal_account(more.pop("work", work()), RESIDENCE, more.pop("services", services()), **given | more)
    return tables.check(made, "municipal_account")


def row(table, municipality, part):
    return table.filter(municipality=municipality, part=part).row(0, named=True)


def test_tax_by_hand():
    """100 direct posts in 1060 at 360,000: 60 of their holders live there and pay 20 %."""
    table = account()
    direct = row(table, "1060", "direct")
    assert direct["persons"] == pytest.approx(60.0)
    assert direct["p10"] == direct["p90"] == pytest.approx(60 * 360_000 * 0.20)
    indirect = row(table, "1080", "indirect")
    assert indirect["persons"] == pytest.approx(0.8 * 30)
    assert indirect["p50"] == pytest.approx(0.8 * 30 * 240_000 * 0.25)
    assert indirect["p10"] < indirect["p50"] < indirect["p90"]


def test_children_of_those_who_move_in_cost_places():
    """69 live in 1060 with the carried posts (60, 3 and 6); 13.8 move in with 0.1 and 0.2 children each."""
    table = account()
    cost = row(table, "1060", "service_cost")
    assert cost["persons"] == pytest.approx(69 * 0.2 * 0.3)
    assert cost["p50"] == pytest.approx(-69 * 0.2 * (0.1 * 160_000 + 0.2 * 120_000))
    tax, net = row(table, "1060", "tax"), row(table, "1060", "net")
    assert net["p50"] == pytest.approx(tax["p50"] + cost["p50"])


def test_the_cost_of_places_is_an_option():
    table = account(services=None)
    assert set(table["part"]) == {"direct", "indirect", "induced", "tax"}


def test_those_outside_are_counted_and_their_tax_is_not():
    outside = row(account(), "outside", "tax")
    assert outside["persons"] == pytest.approx(14.0)
    assert (outside["p50"], outside["status"], outside["key_share"]) == (None, "not_available", 0.0)


def test_the_key_is_the_part_of_what_is_gained():
    table = account()
    for part in ("tax", "net", "service_cost"):
        assert table.filter(part=part)["key_share"].sum() == pytest.approx(1.0)
    tax = [row(table, code, "tax") for code in WORKS]
    mean = [0.2 * (60 * 360 + 0.1 * 30 * 240 + 6 * 240), 0.25 * (30 * 360 + 0.8 * 30 * 240 + 3 * 240)]
    assert [each["key_share"] for each in tax] == pytest.approx([amount / sum(mean) for amount in mean])


def test_who_loses_pays_nothing():
    """Places that cost more than the tax brings: a net below zero, and no part of the key."""
    dear = Services(np.array([0.0, 5.0, 0.0]), np.zeros(3), 160_000.0, 0.0, 0.2 * ONE, ONE)
    table = account(services=dear)
    assert row(table, "1080", "net")["p50"] < 0
    assert row(table, "1080", "net")["key_share"] == 0.0
    assert row(table, "1060", "net")["key_share"] == 1.0


def test_no_posts_give_nothing():
    none = work(direct=((0.0, 0.0), (0.0, 0.0)), indirect=(0.0, 0.0), induced=(0.0, 0.0))
    table = account(work=none, posts=0.0)
    assert table.drop_nulls("p50").select("p10", "p50", "p90", "persons", "key_share").sum().row(0) == (0.0,) * 5


def test_naive_is_everybody_living_where_they_work():
    assert row(account(), "1060", "direct")["naive"] == pytest.approx(100 * 360_000 * 0.20)
    assert row(account(), "1080", "direct")["naive"] == 0.0


amounts = st.lists(st.floats(0, 500), min_size=4, max_size=4)
flows = st.lists(st.floats(0.01, 100), min_size=6, max_size=6)


@settings(max_examples=30)
@given(amounts, st.tuples(st.floats(0, 300), st.floats(0, 300)), flows)
def test_people_and_money_are_conserved_in_every_draw(direct, indirect, flow):
    share = np.reshape(flow, (3, 2))
    made = work(direct=np.reshape(direct, (2, 2)), indirect=indirect)
    people = by_home(made.persons, share / share.sum(0)).sum(axis=2)
    assert people == pytest.approx(made.persons.sum(axis=2), abs=1e-9)
    money = by_home(made.income, share / share.sum(0)).sum(axis=2)
    assert money == pytest.approx(made.income.sum(axis=2), rel=1e-12)


def test_the_account_is_linear_and_the_order_of_municipalities_does_not_matter():
    twice = work(direct=((200.0, 0.0), (0.0, 0.0)), indirect=(40.0, 80.0), induced=(20.0, 20.0))
    assert account(work=twice, posts=200.0).drop("source").equals(account().drop("source"))
    turned = Residence(("1080", "1060", "outside"), ("1080", "1060"), SHARE[[1, 0, 2]][:, ::-1], RATE[[1, 0, 2]])
    swapped = at_work(np.array([[0.0, 0.0], [100.0, 0.0]]), [layer((20.0, 40.0), 0), layer((10.0, 10.0), 1)], PAY)
    other = municipal_account(swapped, turned, services(), posts=100.0, source="made")
    straight = account()
    assert other["municipality"].to_list() == straight["municipality"].to_list()
    for column in ("p50", "persons", "key_share"):
        assert other[column].fill_null(0).to_list() == pytest.approx(straight[column].fill_null(0).to_list())


def test_what_is_left_out_is_said_in_both_languages():
    for word in ("kommunalekonomisk utjämning", "grundavdrag", "bor utanför", "statsbidrag"):
        assert word in LEFT_OUT["sv"]
    for word in ("equalisation", "basic allowance", "live outside", "state grants"):
        assert word in LEFT_OUT["en"]
