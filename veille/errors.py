"""The one tree of exceptions; expected failures of feeds and pages are values (`records.Response`), not exceptions.

VeilleError            something that a person can mend; its text says what, where and what to do
├── SettingError       the call or a setting is wrong (exit 2)
├── WorkFailed         the work was tried and failed (exit 1)
│   └── Busy           another run holds the warehouse
└── Damaged            a file is not what it should be: `veille doctor` says more
"""


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
    """A file of the warehouse is damaged, or newer than this code."""
