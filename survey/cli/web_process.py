"""What granian loads in each web process: the application, ending with the process that started it."""

from __future__ import annotations

from multiprocessing import parent_process

from survey.app import create_app
from survey.cli.processes import end_with_parent

_parent = parent_process()
if _parent is not None and _parent.pid is not None:
    end_with_parent(_parent.pid)

application = create_app()
