"""Processes that do not outlive their parent: a killed `./run serve` leaves nothing that holds its port."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

LOOK_SECONDS = 0.2


def end_with_parent(parent: int, stop: Callable[[], object], patience: float) -> None:
    """Calls `stop` when the process `parent` is no longer this one's parent, and ends this one `patience` s later."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_SECONDS)
        stop()
        time.sleep(patience)
        os._exit(1)

    threading.Thread(target=watch, name="watch-parent", daemon=True).start()
