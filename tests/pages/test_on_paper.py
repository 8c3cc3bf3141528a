"""A page taken away says what it says on the screen: headlines, tables and charts, as PDF and as one HTML file."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Dataframe

from analytics.exports import files
from analytics.exports.document import Document
from analytics.store import Store
from tests.exports.documents import html_addresses, html_tables, pdf_text
from tests.pages.conftest import PAGES, Show

ON_PAPER = [page for page in PAGES if not page.startswith("share/")]


def taken(app: AppTest) -> Document:
    return app.session_state["on_paper"].document(app.session_state["view"], app.title[0].value)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def written(frame: Dataframe) -> list[str]:
    """The cells of a table on the screen that are words, or numbers written by the rule of the pages."""
    display = pa.ipc.open_stream(frame.proto.arrow_data.styler.display_values).read_pandas()
    cells = zip(frame.value.to_numpy().ravel(), display.to_numpy().ravel(), strict=True)
    return [str(text) for raw, text in cells if isinstance(raw, str) or (isinstance(raw, float) and str(text) != str(raw) and text)]


@pytest.mark.parametrize("page", ON_PAPER)
def test_a_page_on_paper_says_what_the_screen_says(page: str, show: Show, demo_store: Store) -> None:
    app = show(demo_store, page, currency="EUR", of="C-000012")
    made = taken(app)
    paper, html = squeezed(pdf_text(files.rendered(made, ".pdf"))), files.rendered(made, ".html")
    said = squeezed(html.decode())
    assert made.sections[0].blocks or len(made.sections) > 1
    for figure in app.metric:
        assert squeezed(figure.value) in paper, figure.label
        assert squeezed(figure.value) in said, figure.label
    shown = [cell for frame in app.dataframe for cell in written(frame)]
    on_paper = {squeezed(cell) for table in html_tables(html) for row in table for cell in row}
    assert [cell for cell in shown if squeezed(cell) not in on_paper] == []
    assert shown or not app.dataframe
    assert len(app.get("plotly_chart")) == html.count(b"<svg"), page
    assert set(html_addresses(html)) <= {"data:"}
