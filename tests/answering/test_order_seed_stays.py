"""The seed of a person's order lies with the response and goes nowhere: whoever reads it has been thought about."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAY_NAME_IT = {
    "survey/answering/box.py": "seals it with the answers",
    "survey/answering/drafts.py": "keeps it while somebody answers",
    "survey/answering/responses.py": "stores it",
    "survey/answering/submit.py": "hands it on",
    "survey/doctor/tables.py": "sees that the database takes no samples of it",
    "survey/migrations/versions/0003_order_of_items.py": "makes the column",
    "survey/models/answers.py": "defines it",
    "survey/web/respond/entrance.py": "draws it",
    "survey/web/respond/sending.py": "hands it on",
    "survey/web/respond/stored.py": "tells people what the column holds",
    "survey/web/respond/visit.py": "puts the items in order, and keeps it with what is saved",
}


def test_only_these_name_it_so_no_export_or_report_does() -> None:
    naming = {
        path.relative_to(ROOT).as_posix()
        for wing in ("survey", "reports")
        for path in (ROOT / wing).rglob("*.py")
        if re.search(r"\border_seed\b", path.read_text(encoding="utf-8"))
    }
    assert naming == set(MAY_NAME_IT)
