"""Who hears how a training goes: ``logging``, a line of progress, and the user's own callbacks."""

from __future__ import annotations

import html
import logging
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any

logger = logging.getLogger("mnemo")

Callback = Callable[[dict[str, Any]], Any]
_PLACE = re.compile(r"epoch (\d+)/(\d+)  step (\d+)/(\d+)")


class NoLine:
    """Shows nothing."""

    shows = False

    def show(self, text: str) -> None:
        pass

    def end(self) -> None:
        pass


class TerminalLine:
    """One line that is written over."""

    shows = True

    def show(self, text: str) -> None:
        sys.stderr.write(f"\r\x1b[K{text[:79]}")
        sys.stderr.flush()

    def end(self) -> None:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


class NotebookBar:
    """A bar below the cell, updated in place."""

    shows = True

    def __init__(self) -> None:
        self._handle: Any = None

    def show(self, text: str) -> None:
        from IPython.display import HTML, display

        page = HTML(bar_page(text))
        if self._handle is None:
            self._handle = display(page, display_id=True)
        else:
            self._handle.update(page)

    def end(self) -> None:
        if self._handle is not None:
            from IPython.display import HTML

            self._handle.update(HTML(""))


def bar_page(text: str) -> str:
    found = _PLACE.search(text)
    share = 0.0
    if found:
        epoch, epochs, step, steps = map(int, found.groups())
        share = (epoch - 1 + step / steps) / epochs
    return f"<progress value='{share:.3f}' max='1' style='width:20em'></progress> <code>{html.escape(text)}</code>"


def make_line(progress: bool | None) -> NoLine | TerminalLine | NotebookBar:
    """None: where somebody sees it, in a notebook or a terminal."""
    if progress is False:
        return NoLine()
    if is_notebook():
        return NotebookBar()
    return TerminalLine() if progress or sys.stderr.isatty() else NoLine()


def is_notebook() -> bool:
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return shell is not None and shell.has_trait("kernel")


class Listener:
    """What the library tells of a training. A method that returns True, or raises, ends it after the step."""

    def __init__(self, progress: bool | None, callbacks: Iterable[Callback] = ()) -> None:
        self._line = make_line(progress)
        self._callbacks = list(callbacks)
        self.shows_progress = self._line.shows
        self.history: list[dict[str, Any]] = []

    def note(self, text: str) -> None:
        logger.info("%s", text)

    def warn(self, text: str) -> None:
        logger.warning("%s", text)

    def progress(self, text: str) -> None:
        self._line.show(text)

    def end_progress(self) -> None:
        self._line.end()

    def epoch(self, figures: dict[str, Any]) -> bool:
        self.history.append(figures)
        answers = [callback(dict(figures)) for callback in self._callbacks]
        return any(answer is True for answer in answers)
