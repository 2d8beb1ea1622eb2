"""The one seam between a step and where it runs: here, in processes, or on a Dask cluster.

A step that works batch by batch hands a function and its batches to `run`; the answers
come back in the order of the batches, so the result is the same wherever it was made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, TypeVar

from brygga.core.errors import SettingError

Batch = TypeVar("Batch")
Answer = TypeVar("Answer")
ENGINES = ("here", "processes", "dask")


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


def _on_dask(function: Callable[[Batch], Answer], work: Sequence[Batch], execution: Execution) -> list[Answer]:
    try:
        from distributed import Client
    except ImportError as error:
        raise SettingError(
            "engine dask, but Dask is not installed",
            why="it is an extra",
            todo="pip install 'brygga[cluster]'",
        ) from error
    local = {"n_workers": execution.workers, "dashboard_address": None}
    settings: dict[str, Any] = {"address": execution.scheduler} if execution.scheduler else local
    with Client(**settings) as client:  # type: ignore[no-untyped-call]
        return list(client.gather(client.map(function, work, pure=False)))
