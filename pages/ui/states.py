"""The title row of a page, and what stands in a page's place when there is nothing to show."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analytics import aging
from analytics.errors import DuebookError
from pages.ui import format as write
from pages.ui import shown
from pages.ui.filters import View
from pages.ui.session import ask


def heading(title: str) -> tuple[DeltaGenerator, DeltaGenerator]:
    """The title row: where the caption goes (left, under the title), and where quick choices go (right)."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        left = st.container(gap=None, width="content")
        left.title(title, anchor=False)
        right = st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", width="content", gap="small")
    return left, right


def caption(view: View, under: DeltaGenerator) -> None:
    """What the figures of the page are of, in a line, with what a converted view leaves out."""
    left_out = ask(aging.unconverted, view.store, view.scope)
    named = " and ".join(
        f"{write.items(items)} of {write.money(amount, code)}"
        for code, items, amount in zip(left_out["currency"], left_out["items"], left_out["amount"], strict=True)
    )
    warning = f" :orange-badge[:material/warning: {write.plain(named)} without a rate: in no converted figure]" if named else ""
    beyond = f"the books end on {write.day(view.store.last_day)}" if view.day > view.store.last_day else ""
    ended = f" :orange-badge[:material/event_busy: {write.plain(beyond)}]" if beyond else ""
    under.caption(write.plain(view.caption) + ended + warning)
    if named:
        shown.sentence(f"{named} without a rate: in no converted figure.")
    if beyond:
        shown.sentence(f"{beyond.capitalize()}.")
    for notice, icon in ((view.store.notice, "history"), (view.not_shown, "event_busy")):
        said(notice, icon)


def said(notice: str | None, icon: str) -> None:
    """A sentence on what the page shows, if there is one to say."""
    if notice:
        shown.sentence(f"{notice}.")
        st.warning(write.plain(f"{notice}."), icon=f":material/{icon}:")


def no_books() -> None:
    """There is nothing to show yet: what to run."""
    st.title("No books yet", anchor=False)
    with st.container(border=True):
        st.header("Try it with a demo book", anchor=False)
        st.markdown("It is made up, realistic, and always the same for the same seed.")
        st.code("python -m analytics demo --out /tmp/demo\npython -m analytics load /tmp/demo", language="shell")
    with st.container(border=True):
        st.header("Load your own", anchor=False)
        st.markdown(
            "Files are named for their table (`invoices.parquet`, `payments.csv`, `applications.csv` ...); only invoices are "
            "required. `--check` says what is wrong in them and changes nothing."
        )
        st.code("python -m analytics load --check FOLDER\npython -m analytics load FOLDER", language="shell")
        st.page_link("pages/data/load.py", label="Or upload them here", icon=":material/upload_file:")
    st.caption("Then reload this page: it always shows the newest books.")


def nothing(what: str, change: str) -> None:
    """A card without rows: what is missing, and what to change."""
    st.info(f"{what} {change}", icon=":material/search_off:")
    shown.sentence(what)


def refused(problem: DuebookError) -> None:
    """The books or the question said no, in a sentence."""
    st.error(write.plain(str(problem)), title="This cannot be shown", icon=":material/error:")


def failed() -> None:
    """Something went wrong that is not the user's doing; the details are in the server's log."""
    st.error(
        "This page could not be made. Nothing in the books has changed; the server's log says what happened.",
        title="Something went wrong",
        icon=":material/error:",
    )
