"""What mnemo raises. Messages say what happened, where, what was expected and what to do."""

from __future__ import annotations

import re

_SETTING = re.compile(r"`([a-z][a-z0-9]*(?:-[a-z0-9]+)*)`")


def in_python(message: str) -> str:
    """A message of the library, which names settings as the command line has them, with Python's names."""
    return _SETTING.sub(lambda found: f"`{found[1].replace('-', '_')}`", message)


class Error(RuntimeError):
    """Data, files or the machine are not as needed."""

    def __str__(self) -> str:
        return in_python(str(self.args[0])) if self.args else ""


class UsageError(Error, ValueError):
    """The request cannot be meant: a setting that is out of range, or contradicts another."""


class SettingError(UsageError):
    """The same of one setting.

    Attributes
    ----------
    setting : str
        Its name, as ``hidden_size``.
    problem : str
        What is wrong with it.
    remedy : str
        What to do; may be empty.
    """

    @property
    def setting(self) -> str:
        return self.args[1].replace("-", "_")

    @property
    def problem(self) -> str:
        return in_python(self.args[2])

    @property
    def remedy(self) -> str:
        return in_python(self.args[3])
