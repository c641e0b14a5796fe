"""Publishing: the writer's file, copied and put in place of the one that people read.

A reader holds the old file open as long as it likes (its snapshot stays whole); the next open sees the new one.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def publish(state: Path, published: Path) -> None:
    """Replace the published file by a copy of the closed and checkpointed writer's file, atomically and durably."""
    temporary = published.with_name(f".{published.name}.{os.getpid()}")
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
