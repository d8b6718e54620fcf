"""What granian loads in each web process: the application, ending with the process that started it."""

from __future__ import annotations

import threading
from importlib import import_module
from multiprocessing import parent_process

from survey.app import create_app
from survey.cli.processes import end_with_parent

WARM_AFTER_SECONDS = 2.0

_parent = parent_process()
if _parent is not None and _parent.pid is not None:
    end_with_parent(_parent.pid)

application = create_app()

# Importing the job engine takes more than a second: done once the pages answer, so that neither the start nor the
# administrator's first page waits for it.
_warming = threading.Timer(WARM_AFTER_SECONDS, import_module, ("survey.jobs.store",))
_warming.daemon = True
_warming.start()
