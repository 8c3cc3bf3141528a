"""Saved views: the page as its address says it, by a name; opened by a link, which can be shared, and one of them by default."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from analytics.errors import DuebookError
from analytics.store import bookmarks
from analytics.store.bookmarks import Bookmark
from pages.ui.session import directory

_HTML = """
<p>Nothing is saved for this page yet.</p>
<ul></ul>
<form>
  <input name="name" aria-label="Name of the view" placeholder="Name, like: mine, over 30 days" maxlength="80" autocomplete="off">
  <button type="submit">Save</button>
</form>
"""
_STYLE = """
:host, * { box-sizing: border-box; }
p, ul, form { margin: 0; padding: 0; font-family: var(--st-font); font-size: 0.875rem; color: var(--st-text-color); }
ul { list-style: none; margin-bottom: 8px; max-height: 40vh; overflow: auto; }
li { display: flex; gap: 4px; align-items: center; }
a { flex: 1; padding: 6px 0; color: var(--st-link-color); text-decoration: none; overflow-wrap: anywhere; }
a:hover, a:focus-visible { text-decoration: underline; }
p { margin-bottom: 8px; }
form { display: flex; gap: 8px; }
input, button {
  height: 2.25rem; padding: 0 0.6rem; font: inherit; color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius);
}
input { flex: 1; min-width: 0; }
li button { border-color: transparent; padding: 0 0.4rem; }
button { cursor: pointer; }
button:hover, button:focus-visible, input:focus-visible { border-color: var(--st-primary-color); outline: none; }
"""
_links = st.components.v2.component(
    "duebook_saved", html=_HTML, css=_STYLE, js=Path(__file__).with_name("saved.js").read_text(encoding="utf-8")
)


def owner() -> str:
    """Who is signed in, by e-mail; empty where nobody signs in: the saved views are everyone's then."""
    return str(st.user.to_dict().get("email") or "")


def open_default(page: StreamlitPage) -> None:
    """A fresh visit whose address asks nothing opens the page's default view, if there is one."""
    fresh = not st.session_state.get("visited") and not st.query_params
    st.session_state["visited"] = True
    chosen = bookmarks.default(directory(), owner(), page.url_path) if fresh else None
    if chosen is not None and chosen.query:
        st.switch_page(page, query_params=parse_qsl(chosen.query, keep_blank_values=True))


def menu(page: StreamlitPage) -> None:
    """The saved views of `page`, and a field to save what the address says now."""
    if problem := st.session_state.pop("saved_problem", None):
        st.warning(problem, icon=":material/warning:")
    kept = bookmarks.standing(directory(), owner(), page.url_path)
    views = [{"name": view.name, "href": f"{page.url_path or '.'}?{view.query}", "is_default": view.is_default} for view in kept]
    _links(data={"views": views}, key="saved", on_said_change=lambda: _heard(page.url_path))
    st.caption("Filters and layout of this page. Copy a link to share it." + ("" if owner() else " Everyone here sees them."))


def _heard(page: str) -> None:
    """What was clicked: a view to keep, to take away, or to open the page with."""
    said: dict[str, Any] | None = st.session_state["saved"].said
    if said is None:
        return
    try:
        _obey(page, str(said["what"]), str(said["name"]), str(said["query"]))
    except DuebookError as problem:
        st.session_state["saved_problem"] = str(problem)


def _obey(page: str, what: str, name: str, query: str) -> None:
    root, known = directory(), {view.name: view for view in bookmarks.standing(directory(), owner(), page)}
    if what == "keep":
        bookmarks.keep(root, owner(), Bookmark(name, page, query, name in known and known[name].is_default))
    elif what == "withdraw":
        bookmarks.withdraw(root, owner(), page, name)
    elif name in known:
        bookmarks.keep(root, owner(), Bookmark(name, page, known[name].query, what == "default"))
