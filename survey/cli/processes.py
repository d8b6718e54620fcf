"""Processes that do not outlive their parent: a killed `./run serve` leaves nothing that holds its port."""

from __future__ import annotations

import os
import threading
import time

LOOK_SECONDS = 0.2


def end_with_parent(parent: int) -> None:
    """Ends this process, at once, when the process `parent` is no longer its parent.

    Nothing is lost by the haste: whatever was being done is undone by the database or taken up again by the job engine.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="watch-parent", daemon=True).start()
