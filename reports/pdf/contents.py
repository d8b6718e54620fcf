"""A long document: a contents list with page numbers, an outline, and links that lead to the right page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate

from reports import fonts
from reports.pdf.document import Imprint, foot, properties


class Entry(Paragraph):  # type: ignore[misc]  # ReportLab ships no types
    """A heading that stands in the contents: `level` 0 or 1, `key` unique in the document."""

    def __init__(self, title: str, style: object, level: int, key: str) -> None:
        super().__init__(escape(title, quote=False), style)
        self.contents_entry = (level, title, key)


def build_with_contents(story: list[Flowable], imprint: Imprint) -> bytes:
    """The finished PDF, as `document.build` makes it. Pages are set until no entry moves any more."""
    fonts.register()
    buffer = BytesIO()
    template = _Template(buffer, **properties(imprint))
    template.multiBuild(story, canvasmaker=partial(_Canvas, imprint=imprint, pages=lambda: template.pages))
    return buffer.getvalue()


class _Canvas(Canvas):  # type: ignore[misc]  # ReportLab ships no types
    """Writes the foot of each page as it ends; the number of pages is that of the setting before.

    Pages that are held back until their number is known, as in `document`, would all be the first to a link.
    """

    def __init__(self, *args: object, imprint: Imprint, pages: Callable[[], int], **options: object) -> None:
        # Without this every page would name Helvetica, which is not embedded.
        super().__init__(*args, **{**options, "initialFontName": fonts.REGULAR})
        self._imprint, self._pages = imprint, pages

    def showPage(self) -> None:  # noqa: N802  # ReportLab's name
        foot(self._imprint, self, self._pageNumber, self._pages())
        super().showPage()


class _Template(SimpleDocTemplate):  # type: ignore[misc]  # ReportLab ships no types
    """Tells the contents list where each entry landed."""

    pages = 0
    """Of the last setting."""

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802  # ReportLab's name
        if isinstance(flowable, Entry):
            level, title, key = flowable.contents_entry
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(title, key, level, closed=level == 0)
            self.notify("TOCEntry", (level, escape(title, quote=False), self.page, key))

    def _allSatisfied(self) -> bool:  # noqa: N802  # ReportLab's name
        """Whether nothing has moved, the number of pages included."""
        before, self.pages = self.pages, self.page
        return bool(super()._allSatisfied()) and before == self.pages
