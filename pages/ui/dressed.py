"""What the theme does not say: where tools stand on a screen, and on paper a page on its side, without what is for clicking."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_STYLE = "\n".join(Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("screen.css", "printed.css"))


def dress() -> None:
    """Dresses the page that runs."""
    st.html(f"<style>{_STYLE}</style>")
