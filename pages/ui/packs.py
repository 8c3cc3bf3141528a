"""Documents to take away: the month-end pack and statements of account, made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import streamlit as st

from analytics import dates, forecast, pack
from analytics.exports import Stamp, files
from analytics.exports.document import Document
from pages.ui import cards
from pages.ui import format as write
from pages.ui.filters import View
from pages.ui.session import ask_large

PACK = "Month-end pack"
STATEMENT = "Statement of account"
NAMED = (10, 15, 25, 50)
PREVIEW_HEIGHT = 900
CONTENTS = (
    "**Month-end pack.** Of the figures that the filters leave, each currency in its own chapter unless one is shown: headlines and key "
    "figures beside the month-end before and a year ago, aging by bucket, segment and customer, thirteen months of trend, DSO by every "
    "method, the movements since the month-end before, the largest overdue items, the cash forecast with its coverage, and the health of "
    "the data. Others than those named are one line, so that every table adds up to the whole."
)
OF_THE_CUSTOMER = "Every open item with its due date, aging, and credit not yet applied; in the documents' own currencies."
LABELS = {".pdf": "PDF", ".html": "HTML", ".xlsx": "XLSX"}
DRAFTED = ".pdf"
"""What a draft of an e-mail brings."""


@dataclass(frozen=True)
class Wanted:
    """How the pack is wanted: how many customers and items are named, and whether it forecasts."""

    top: int
    with_forecast: bool


def choices(view: View) -> Wanted:
    """What may be chosen of the pack, kept in the URL."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        top = st.segmented_control(
            "Customers and items named", list(NAMED), default=pack.TOP, required=True, key="named", bind="query-params"
        )
        possible = view.store.documents <= forecast.LARGEST_BOOK
        documents = write.count(view.store.documents)
        with_forecast = st.toggle(
            "Cash forecast",
            value=possible,
            disabled=not possible,
            key="with_forecast",
            bind="query-params",
            help=None if possible else f"{documents} documents are too many to forecast in a page: use the command line",
        )
    return Wanted(top, with_forecast and possible)


def month_end(view: View, wanted: Wanted) -> None:
    """The card with the pack's downloads."""
    with cards.card(PACK, f"as of {write.day(view.day)}", method=CONTENTS) as end:
        with end:
            _close_of_month(view)
        st.caption(CONTENTS.partition("** ")[2])
        downloads(view, partial(_pack, view, wanted), PACK, key="pack")


def _close_of_month(view: View) -> None:
    """A way to the last month that is over, from a day within a month."""
    close = dates.month_start(view.day + timedelta(days=1)) - timedelta(days=1)
    if close < view.day:
        st.button(f"Close of {close:%B}", on_click=partial(st.session_state.update, as_of=close), key="close_of_month")


def preview(view: View, wanted: Wanted) -> None:
    """The pack as it reads, where it is asked for."""
    if st.toggle("Read it here", key="preview", bind="query-params"):
        with st.skeleton(height=PREVIEW_HEIGHT):
            # Names in it are escaped, and its own policy lets nothing run or load.
            st.iframe(files.rendered(_pack(view, wanted), ".html").decode(), height=PREVIEW_HEIGHT, alt="The month-end pack as a page")


def statement(view: View, customer_id: str) -> None:
    """A menu with the statement of account of a customer."""
    with st.popover("Statement", icon=":material/receipt_long:", key="statement"):
        st.caption(OF_THE_CUSTOMER)
        make = partial(ask_large, pack.statement, view.store, view.scope, customer_id, made_at=view.store.published_at)
        downloads(view, make, f"{STATEMENT} {customer_id}", key="statement")


def downloads(view: View, make: Callable[[], Document], title: str, *, key: str) -> None:
    """Buttons for every form, and for a draft that brings it; each makes its file when it is pressed, with the time of that moment."""
    named = Stamp(title, view.scope, "", view.store.generation, dates.now()).file_name

    def rendered(suffix: str) -> bytes:
        return files.rendered(make().written_at(dates.now()), suffix)

    def drafted() -> bytes:
        document = make().written_at(dates.now())
        return files.email(document, named(DRAFTED.removeprefix(".")), files.rendered(document, DRAFTED))

    with st.container(horizontal=True, gap="small"):
        for suffix, label in LABELS.items():
            name, kind = named(suffix.removeprefix(".")), files.FORMS[suffix]
            st.download_button(label, partial(rendered, suffix), name, kind, key=f"{key}_{label.lower()}", on_click="ignore")
        st.download_button("E-mail draft", drafted, named("eml"), "message/rfc822", key=f"{key}_eml", on_click="ignore")


def _pack(view: View, wanted: Wanted) -> Document:
    """The pack of a view; what is in it never changes for a generation, so it is kept, and stamped when it is written."""
    options = {"made_at": view.store.published_at, "top": wanted.top, "with_forecast": wanted.with_forecast}
    return ask_large(pack.month_end, view.store, view.scope, **options)
