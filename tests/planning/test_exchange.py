"""The meeting point of the two lines, and the threads that meet there."""

import signal
import threading
import time

import polars as pl
import pytest

from brygga.planning.exchange import Exchange, Goal, Offer
from brygga.planning.lines import run_lines, stopping

NONE = pl.DataFrame()
GOAL = Goal(nothing=200.0, gap=0.1)


def _offer(exchange, value, by="search"):
    return exchange.offer_plan(value, NONE, NONE, by=by)


def test_the_best_plan_and_the_best_bound_are_kept():
    exchange = Exchange(GOAL)
    assert [_offer(exchange, value) for value in (100.0, 120.0, 90.0)] == [True, False, True]
    assert [exchange.offer_bound(value, by="bound") for value in (50.0, 40.0, float("nan"), 60.0)] == [
        True,
        False,
        False,
        True,
    ]
    assert (exchange.value, exchange.bound) == (90.0, 60.0)


def test_before_anything_is_known_the_bound_is_zero_and_there_is_no_plan():
    exchange = Exchange(GOAL)
    assert (exchange.best(), exchange.value, exchange.bound) == (None, float("inf"), 0.0)


def test_of_equally_good_plans_the_same_line_wins_whoever_was_first():
    for order in (("bound", "search"), ("search", "bound")):
        exchange = Exchange(GOAL)
        for by in order:
            _offer(exchange, 100.0, by)
        assert exchange.offers()[0].by == "bound"


def test_lines_stop_when_the_plan_is_near_enough():
    exchange = Exchange(GOAL)
    _offer(exchange, 100.0)
    exchange.offer_bound(89.9, by="bound")
    assert not exchange.stop()
    exchange.offer_bound(90.0, by="bound")
    assert exchange.stop()


def test_a_share_of_the_improvement_replaces_the_gap():
    exchange = Exchange(Goal(nothing=200.0, gap=0.5, improvement_gap=0.05))
    _offer(exchange, 100.0)
    exchange.offer_bound(94.0, by="bound")
    assert not exchange.stop()
    exchange.offer_bound(95.0, by="bound")
    assert exchange.stop()


def test_lines_stop_when_time_is_over_or_somebody_says_so():
    assert Exchange(GOAL, until=time.perf_counter() - 1).stop()
    for say in ("interrupt", "end"):
        exchange = Exchange(GOAL)
        getattr(exchange, say)()
        assert exchange.stop()


def test_with_iterations_no_line_sees_what_the_other_has_done():
    exchange = Exchange(GOAL, iterations=10, given=Offer(150.0, NONE, NONE, "start"))
    _offer(exchange, 100.0)
    exchange.offer_bound(100.0, by="bound")
    assert (exchange.value, exchange.bound, exchange.seconds_left()) == (150.0, 0.0, float("inf"))
    assert not exchange.stop()
    assert (exchange.offers()[0].value, exchange.proven()) == (100.0, 100.0)


def test_a_bound_above_the_plan_is_not_the_best_one():
    exchange = Exchange(GOAL)
    exchange.offer_bound(110.0, by="wrong")
    exchange.offer_bound(90.0, by="bound")
    assert exchange.proven(at_most=100.0) == 90.0


def test_an_error_in_one_line_keeps_what_the_other_leaves():
    exchange = Exchange(GOAL)

    def fails():
        raise ZeroDivisionError("no programme")

    lines = run_lines({"bound": fails, "search": lambda: _offer(exchange, 1.0)}, exchange, began=0.0)
    assert [(line.name, line.report, type(line.error).__name__) for line in lines] == [
        ("bound", None, "ZeroDivisionError"),
        ("search", True, "NoneType"),
    ]


def test_a_line_that_does_not_stop_is_left_behind():
    exchange, free = Exchange(GOAL), threading.Event()
    _offer(exchange, 5.0)
    exchange.end()
    lines = run_lines({"bound": lambda: free.wait(20), "search": lambda: 1}, exchange, began=0.0, grace=0.05)
    free.set()
    assert [line.left_behind for line in lines] == [True, False]


def test_a_line_that_is_not_waited_for_works_on():
    exchange, free = Exchange(GOAL), threading.Event()
    lines = run_lines({"search": lambda: free.wait(20) and _offer(exchange, 3.0)}, exchange, began=0.0, patience=0.05)
    assert (lines[0].left_behind, lines[0].report) == (False, None)
    free.set()
    lines[0].thread.join()
    assert (exchange.value, lines[0].report) == (3.0, True)


def test_progress_is_told_in_this_thread_and_only_when_something_moved():
    exchange, told = Exchange(GOAL), []

    def works():
        _offer(exchange, 100.0)
        exchange.offer_bound(50.0, by="search")
        _offer(exchange, 100.0)

    def tell(*said):
        told.append((threading.current_thread() is threading.main_thread(), *said[1:]))

    run_lines({"search": works}, exchange, began=0.0, progress=tell)
    assert told[-1] == (True, 100.0, 50.0)
    assert len(told) == len(set(told))


def test_the_first_signal_asks_and_the_second_ends():
    exchange = Exchange(GOAL)
    before = signal.getsignal(signal.SIGINT)
    with stopping(exchange.interrupt):
        signal.raise_signal(signal.SIGINT)
        assert exchange.interrupted
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_outside_the_main_thread_signals_stay_as_they_are():
    before, seen = signal.getsignal(signal.SIGINT), []

    def inside():
        with stopping(lambda: None):
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=inside)
    thread.start()
    thread.join()
    assert seen == [before]
