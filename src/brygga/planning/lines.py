"""Lines of work in threads of one process: start them, tell how far they are, stop them, collect what they say.

A line that fails loses nothing that another has left at the exchange: its error comes back beside
the others' reports. Ctrl-C asks all lines to stop; a second one ends at once.

Start reading at `run_lines`.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from brygga.planning.exchange import Exchange, Progress

LOOK = 0.1
"""Seconds between two looks at the lines."""
PREFIX = "brygga line: "


@dataclass
class Line:
    """One line of work and how it ended: its `report`, or its `error`, or neither when it had to be left behind."""

    name: str
    thread: threading.Thread | None = None
    report: object = None
    error: Exception | None = None
    left_behind: bool = False


def run_lines(
    works: Mapping[str, Callable[[], object]],
    exchange: Exchange,
    *,
    began: float,
    grace: float = 5.0,
    patience: float = float("inf"),
    progress: Progress | None = None,
) -> list[Line]:
    """Run every work in a thread of its own until all have ended.

    Parameters
    ----------
    works : name of a line and what it does; it asks `exchange.stop()` now and then
    began : `time.perf_counter()` of the start, for `progress`
    grace : seconds a line may take to stop; one that takes longer is left behind, its offers kept
    patience : seconds after which to go on without a line that works still; what it finds later counts too
    progress : told in this thread when the best plan or the bound has moved

    Returns
    -------
    A `Line` for each work, in their order.
    """
    lines = [Line(name) for name in works]
    for line, work in zip(lines, works.values(), strict=True):
        line.thread = threading.Thread(target=_run, args=(line, work), name=PREFIX + line.name)
        line.thread.start()
    tell = _Teller(exchange, began, progress)
    asked, until = None, time.perf_counter() + patience
    while working := [line for line in lines if line.thread is not None and line.thread.is_alive()]:
        _wait(working, LOOK)
        tell()
        if time.perf_counter() > until:
            break
        if asked is None and exchange.stop():
            asked = time.perf_counter()
        if asked is not None and time.perf_counter() - asked > grace:
            for line in working:
                line.left_behind = True
            break
    tell()
    return lines


def still_running() -> bool:
    """Whether a line that was left behind is still at work in this process."""
    return any(thread.name.startswith(PREFIX) for thread in threading.enumerate())


@contextmanager
def stopping(first: Callable[[], object], signals: Sequence[signal.Signals] = (signal.SIGINT,)) -> Iterator[None]:
    """While inside, the first signal calls `first` and the second raises KeyboardInterrupt.

    Outside the main thread, where no signal arrives, nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed: list[int] = []

    def handle(number: int, frame: FrameType | None) -> None:
        if pressed:
            raise KeyboardInterrupt
        pressed.append(number)
        first()

    before = {number: signal.signal(number, handle) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _run(line: Line, work: Callable[[], object]) -> None:
    try:
        line.report = work()
    except Exception as error:  # any fault of a line: kept and told, the other line's plan stands
        line.error = error


def _wait(working: Sequence[Line], seconds: float) -> None:
    """Wait until the first of `working` has ended, at most `seconds` (a signal is handled meanwhile)."""
    thread = working[0].thread
    if thread is not None:
        thread.join(seconds)


class _Teller:
    """Calls `progress` when the best value or the bound has moved since the last call."""

    def __init__(self, exchange: Exchange, began: float, progress: Progress | None) -> None:
        self.exchange, self.began, self.progress = exchange, began, progress
        self.told: tuple[float, float] | None = None

    def __call__(self) -> None:
        if self.progress is None:
            return
        offers = self.exchange.offers()
        now = (offers[0].value if offers else float("inf"), self.exchange.proven())
        if now != self.told:
            self.told = now
            self.progress(time.perf_counter() - self.began, *now)
