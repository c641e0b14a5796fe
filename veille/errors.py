"""The one tree of exceptions; expected failures of feeds and pages are values (`records.feeds.Response`), not exceptions.

VeilleError            something that a person can mend; its text says what, where and what to do
├── SettingError       the call or a setting is wrong (exit 2)
├── WorkFailed         the work was tried and failed (exit 1)
│   └── Busy           another run holds the warehouse
└── Damaged            a file is not what it should be: `veille doctor` says more
"""

from __future__ import annotations

from typing import ClassVar


class VeilleError(Exception):
    """Something that a person can mend; `str(error)` is one line: what, where, what to do."""

    exit_code = 1


class SettingError(VeilleError):
    """The call or a setting is wrong: a value out of range, an unknown name, a bad feeds.toml."""

    exit_code = 2


class WorkFailed(VeilleError):
    """The work was tried and could not be done."""


class Busy(WorkFailed):
    """Another run holds the warehouse's lock."""


class Damaged(VeilleError):
    """A file of the warehouse is damaged, or newer than this code.

    `what` says what is wrong and where, `cure` what to do; `is_whole` that the file itself is well, and the code too old.
    """

    DOCTOR: ClassVar[str] = "run `veille doctor`"

    def __init__(self, what: str, cure: str = "", is_whole: bool = False) -> None:
        super().__init__(f"{what}; {cure}" if cure else what)
        self.what, self.cure, self.is_whole = what, cure, is_whole
