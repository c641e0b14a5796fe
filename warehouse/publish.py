"""Publishing: the writer's file, copied and put in place of the one that people read.

A reader holds the old file open as long as it likes (its snapshot stays whole); the next open sees the new one.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from veille.errors import WorkFailed


def publish(state: Path, published: Path) -> None:
    """Replace the published file by a copy of the closed and checkpointed writer's file, atomically and durably.

    Raises WorkFailed: the disk refuses. What was loaded stays in the writer's file, and the next run publishes it.
    """
    temporary = published.with_name(f".{published.name}.{os.getpid()}")
    try:
        _replace(state, temporary, published)
    except OSError as error:
        raise WorkFailed(
            f"{published}: cannot be replaced ({error.strerror}); what was loaded is safe, and the next run "
            "publishes it"
        ) from None


def sweep(home: Path) -> None:
    """Remove what killed runs left half made; to be called by whoever holds the lock."""
    for left in home.glob(".sahel.duckdb.*"):
        left.unlink(missing_ok=True)
    for left in home.glob(".load-*"):
        shutil.rmtree(left, ignore_errors=True)


def _replace(state: Path, temporary: Path, published: Path) -> None:
    try:
        shutil.copyfile(state, temporary)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(temporary, published)
    finally:
        temporary.unlink(missing_ok=True)
    _fsync_folder(published.parent)


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
