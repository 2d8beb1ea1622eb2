"""The one seam between a step and where it runs: here, in processes, or on a Dask cluster.

A step that works batch by batch hands a function and its batches to `run`, or to `stream` when
there are more of them than memory holds; the answers come back in the order of the batches, so
the result is the same wherever it was made.
"""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, TypeVar

from brygga.core.errors import SettingError

Batch = TypeVar("Batch")
Answer = TypeVar("Answer")
ENGINES = ("here", "processes", "dask")
WAITING = 3
"""Batches under way for each worker: one at work, one in waiting, one on its way back."""

PATIENCE = 10
"""Seconds that a Dask scheduler has to answer."""

_LEFT_TO_US = (signal.SIGINT, signal.SIG_IGN)
"""Ctrl-C stops this process, which stops its workers; a worker that heard it too would only print its fright."""


@dataclass(frozen=True)
class Execution:
    """Where batches run.

    Parameters
    ----------
    engine : here (one after the other), processes (on this machine) or dask
    workers : processes or local Dask workers
    scheduler : address of a Dask scheduler; a local one when empty
    """

    engine: str = "here"
    workers: int = 2
    scheduler: str = ""

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            raise SettingError(
                f"engine {self.engine!r}",
                why="there is no such place to run",
                todo=f"choose one of {', '.join(ENGINES)}",
            )
        if self.scheduler and self.engine != "dask":
            raise SettingError(
                f"a scheduler with engine {self.engine!r}",
                why="only Dask has one, and the work would run elsewhere than you think",
                todo="add --engine dask, or leave --scheduler out",
            )


HERE = Execution()


def run(function: Callable[[Batch], Answer], batches: Iterable[Batch], execution: Execution = HERE) -> list[Answer]:
    """`function` of each batch, in order.

    Examples
    --------
    >>> run(len, ["a", "bb"])
    [1, 2]
    """
    work: Sequence[Batch] = list(batches)
    if execution.engine == "processes" and len(work) > 1:
        with ProcessPoolExecutor(execution.workers, mp_context=get_context("spawn")) as pool:
            return list(pool.map(function, work))
    if execution.engine == "dask":
        return _on_dask(function, work, execution)
    return [function(batch) for batch in work]


def stream(
    function: Callable[[Batch], Answer], batches: Iterable[Batch], execution: Execution = HERE
) -> Iterator[Answer]:
    """`function` of each batch, in order, drawing batches only as there is room for them.

    At most `WAITING` batches a worker are under way, so memory is bounded however many there are.

    Examples
    --------
    >>> list(stream(len, iter(["a", "bb"])))
    [1, 2]
    """
    if execution.engine == "processes":
        yield from _from_processes(function, batches, execution)
    elif execution.engine == "dask":
        yield from _from_dask(function, batches, execution)
    else:
        yield from map(function, batches)


def _from_processes(
    function: Callable[[Batch], Answer], batches: Iterable[Batch], execution: Execution
) -> Iterator[Answer]:
    pool = ProcessPoolExecutor(
        execution.workers, mp_context=get_context("spawn"), initializer=signal.signal, initargs=_LEFT_TO_US
    )
    under_way: deque[Any] = deque()
    try:
        for batch in batches:
            under_way.append(pool.submit(function, batch))
            if len(under_way) >= WAITING * execution.workers:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    except BrokenExecutor as error:
        raise _died(error) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _from_dask(function: Callable[[Batch], Answer], batches: Iterable[Batch], execution: Execution) -> Iterator[Answer]:
    with _client(execution) as client:
        from distributed import KilledWorker

        under_way: deque[Any] = deque()
        most = WAITING * max(len(client.scheduler_info()["workers"]), 1)
        try:
            for batch in batches:
                under_way.append(client.submit(function, client.scatter(batch, hash=False), pure=False))
                if len(under_way) >= most:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        except KilledWorker as error:
            raise _died(error) from error


def _died(error: Exception) -> SettingError:
    """The fault of workers that the system ended."""
    return SettingError(
        "a worker was ended before it had answered",
        why=f"most often memory ran out ({type(error).__name__})",
        todo="use fewer --workers, or --engine here",
    )


def _on_dask(function: Callable[[Batch], Answer], work: Sequence[Batch], execution: Execution) -> list[Answer]:
    with _client(execution) as client:
        return list(client.gather(client.map(function, work, pure=False)))


def _client(execution: Execution) -> Any:
    """A client of the scheduler, or of a local cluster of its own."""
    try:
        from distributed import Client
    except ImportError as error:
        raise SettingError(
            "engine dask, but Dask is not installed",
            why="it is an extra",
            todo="pip install 'brygga[cluster]'",
        ) from error
    local = {"n_workers": execution.workers, "dashboard_address": None}
    settings: dict[str, Any] = {"address": execution.scheduler, "timeout": PATIENCE} if execution.scheduler else local
    try:
        return Client(**settings)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise SettingError(
            f"no Dask scheduler answers at {execution.scheduler or 'this machine'}",
            why=str(error) or type(error).__name__,
            todo="start one with `dask scheduler`, or check the address after --scheduler (tcp://host:8786)",
        ) from error
