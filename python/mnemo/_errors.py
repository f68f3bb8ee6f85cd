"""What mnemo raises. Messages say what happened, where, what was expected and what to do.

The library's settings have Python's names here: the module ``_mnemo`` gives them (``python/src/errors.cpp``)."""

from __future__ import annotations


class Error(RuntimeError):
    """Data, files or the machine are not as needed.

    Attributes
    ----------
    setting : str
        The one that is to blame, as ``hidden_size``; empty where there is no one such.
    problem : str
        What is wrong with it.
    remedy : str
        What to do; may be empty.
    place : str
        The file of settings and the line that it stands in, as ``c.ini:3``; may be empty.
    """

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""

    @property
    def setting(self) -> str:
        return self._part(1)

    @property
    def problem(self) -> str:
        return self._part(2)

    @property
    def remedy(self) -> str:
        return self._part(3)

    @property
    def place(self) -> str:
        return self._part(4)

    def _part(self, place: int) -> str:
        return self.args[place] if len(self.args) > place else ""


class UsageError(Error, ValueError):
    """The request cannot be meant: a setting that is out of range, or contradicts another."""


class SettingError(UsageError):
    """The same of one setting, see :class:`Error`."""
