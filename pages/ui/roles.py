"""What Streamlit's own parts are, said so that a screen reader makes sense of them."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_roles = st.components.v2.component("duebook_roles", js=Path(__file__).with_name("roles.js").read_text(encoding="utf-8"))


def mend() -> None:
    """Mends the roles of the page, and of whatever is drawn later."""
    _roles(key="roles")
