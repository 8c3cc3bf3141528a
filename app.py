"""The frame of every page: its looks, its navigation, its filters, and what a failure looks like."""

from __future__ import annotations

import logging
from pathlib import Path

import streamlit as st

from analytics.errors import DuebookError, StoreMissing
from analytics.store import places
from pages.ui import dressed, export, filters, roles, saved, shown, states, turns
from pages.ui import format as write
from pages.ui.session import books, chosen, directory

STATIC = Path(__file__).parent / "static"

st.set_page_config(page_title="Duebook", page_icon=str(STATIC / "icon.png"), layout="wide", initial_sidebar_state="auto")
st.logo(str(STATIC / "logo.png"), icon_image=str(STATIC / "icon.png"), size="medium")

SECTIONS = {
    "Receivables": [
        st.Page(
            "pages/receivables/overview.py",
            title="Overview",
            icon=":material/space_dashboard:",
            default=True,
            help="What is open, what is late, who owes it, and what should come in.",
        ),
        st.Page(
            "pages/receivables/aging.py",
            title="Aging",
            icon=":material/stacked_bar_chart:",
            help="Open amounts by how late they are, over time, by customer, down to the invoice.",
        ),
        st.Page(
            "pages/receivables/dso.py",
            title="DSO",
            icon=":material/timer:",
            help="Days sales outstanding by every method, with its definition, its inputs and its history.",
        ),
        st.Page(
            "pages/receivables/customers.py",
            title="Customers",
            icon=":material/groups:",
            help="One customer: figures, aging, documents, applications, payment behaviour.",
        ),
        st.Page(
            "pages/receivables/movements.py",
            title="Movements",
            icon=":material/waterfall_chart:",
            help="From the opening to the closing balance, to the cent.",
        ),
        st.Page(
            "pages/receivables/figure.py",
            title="How computed",
            icon=":material/function:",
            help="A figure's definition, its equation with the sums put in, and the rows behind each.",
        ),
    ],
    "Collections": [
        st.Page(
            "pages/collections/overdue.py",
            title="Overdue",
            icon=":material/call:",
            help="The list to work through: every overdue item, by amount, age or customer.",
        ),
    ],
    "Cash": [
        st.Page(
            "pages/cash/forecast.py",
            title="Cash forecast",
            icon=":material/trending_up:",
            help="What should come in over thirteen weeks, from what, and how sure that is.",
        ),
        st.Page(
            "pages/cash/backtest.py",
            title="How good is it",
            icon=":material/target:",
            help="The forecast beside simpler ones at past days of these books, and how often its intervals held.",
        ),
        st.Page(
            "pages/cash/scenarios.py",
            title="Scenarios",
            icon=":material/alt_route:",
            help="What if: later payments, other terms, collections effort, a lost customer.",
        ),
    ],
    "Analyse": [
        st.Page(
            "pages/analyse/explore.py",
            title="Explore",
            icon=":material/query_stats:",
            help="Any figure by any rows and columns; cohorts, roll rates and concentration.",
        ),
    ],
    "Share": [
        st.Page(
            "pages/share/pack.py",
            title="Month-end pack",
            icon=":material/picture_as_pdf:",
            help="What a close is signed on, as PDF, page or workbook, or as a draft of an e-mail.",
        ),
    ],
    "Data": [
        st.Page(
            "pages/data/health.py",
            title="Health",
            icon=":material/verified:",
            help="Whether the books add up, what is wrong in them, and what was loaded.",
        ),
        st.Page(
            "pages/data/load.py",
            title="Load",
            icon=":material/upload_file:",
            help="Files into the books: looked at, mapped, checked, and published as a whole or not at all.",
        ),
        st.Page(
            "pages/data/generations.py",
            title="Generations",
            icon=":material/history:",
            help="The states of the books that are kept: name one, go back to it, see what changed.",
        ),
    ],
    "Help": [
        st.Page(
            "pages/help/guide.py",
            title="Guide",
            icon=":material/help:",
            help="What the figures are, how to load, how to read the charts.",
        ),
    ],
}
HEADINGS = {
    "Overview": "Receivables overview",
    "Aging": "Aging",
    "DSO": "Days sales outstanding",
    "Customers": "Customers",
    "Movements": "Movements of receivables",
    "How computed": "How a figure is computed",
    "Overdue": "Overdue items",
    "Cash forecast": "Cash forecast",
    "How good is it": "How good the forecast is",
    "Scenarios": "What if",
    "Explore": "Explore",
    "Month-end pack": "Month-end pack",
    "Health": "Health of the books",
    "Load": "Load",
    "Generations": "Generations",
    "Guide": "Guide",
}
ON_PAPER_ALREADY = ("Month-end pack",)
WITHOUT_BOOKS = ("Load", "Guide")  # the pages that need no books; they have no filters


def main() -> None:
    """Runs the chosen page inside the frame; an error becomes a sentence."""
    page = st.navigation(SECTIONS, expanded=True)
    st.set_page_config(page_title=f"{page.title} · Duebook")
    noted = shown.begin()
    try:
        write.follow(chosen())
        if page.title in WITHOUT_BOOKS:
            states.heading(HEADINGS[page.title])
            page.run()
            return
        saved.open_default(page)
        side, below = st.sidebar.container(), st.sidebar.container()
        known = filters.known_at(places.generations(directory()), below)
        store = books(known)
        heading, quick = states.heading(HEADINGS[page.title])
        view = filters.draw(store, side, quick, older=known is not None)
        with quick, st.popover(":material/share:", help="Keep or share this page", type="tertiary", key="page_menu"):
            if page.title not in ON_PAPER_ALREADY:
                export.page_files(view, HEADINGS[page.title], noted)
            saved.menu(page)
        states.caption(view, heading)
        page.run()
    except StoreMissing:
        states.no_books()
    except DuebookError as problem:
        states.refused(problem)
    except Exception:
        logging.getLogger("duebook").exception("the page %s failed", page.title)
        states.failed()


with turns.turn():
    main()
    with st.sidebar:
        roles.mend()
        dressed.dress()
