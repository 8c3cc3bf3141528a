"""A page on paper by the browser's own way: on its side, without what is for clicking; cards, charts and tables are not cut."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_STYLE = Path(__file__).with_name("printed.css").read_text(encoding="utf-8")


def dress() -> None:
    """Says how the page that runs is to be printed."""
    st.html(f"<style>{_STYLE}</style>")
