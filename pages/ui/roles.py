"""What others draw, mended: Streamlit's own parts say what they are to a screen reader, figures too small to read are left out."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_roles = st.components.v2.component("duebook_roles", js=Path(__file__).with_name("roles.js").read_text(encoding="utf-8"))


def mend() -> None:
    """Mends the page, and whatever is drawn later."""
    _roles(key="roles")
