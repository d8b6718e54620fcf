"""A release as files of figures, of the groups that the person may have so: CSV, workbook, JSON, Kolada's shape."""

from __future__ import annotations

from collections.abc import Collection

from flask import Response, abort

from reports.export import FORMATS
from survey.web.office import access
from survey.web.office.downloads import download
from survey.web.office.research import library, views


@access.login_required
def release_file(release_id: int, file: str) -> Response:
    """All the person's groups in one file."""
    opened = library.find_release(release_id)
    if not opened.exportable:
        abort(403)
    everything = opened.exportable == frozenset(group.code for group in opened.findings.groups)
    return _written(opened, file, None if everything else opened.exportable, "")


@access.login_required
def group_file(release_id: int, code: str, file: str) -> Response:
    opened = library.find_release(release_id)
    views.own(opened, code)
    if code not in opened.exportable:
        abort(403)
    return _written(opened, file, {code}, f"-{code}")


def _written(opened: library.OpenRelease, file: str, only: Collection[str] | None, of: str) -> Response:
    format_ = FORMATS[file]
    body = format_.write(opened.disclosed, opened.instrument, views.language(), only)
    return download(body, f"{library.stem(opened)}{of}-{file}", format_.content_type)
