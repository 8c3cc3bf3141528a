"""The colours of the charts, by the names that Streamlit's template has for those of the theme."""

from __future__ import annotations

import plotly.io as pio
import streamlit as st

_TEMPLATE = pio.templates["streamlit"].layout
KINDS: tuple[str, ...] = tuple(_TEMPLATE.colorway)
"""Colours of kinds: segments, series."""
BANDS: tuple[str, ...] = tuple(colour for _, colour in _TEMPLATE.colorscale.sequential)
"""Ten steps of one hue, pale to strong."""
AGES: tuple[str, ...] = tuple(colour for _, colour in _TEMPLATE.colorscale.diverging)
"""Ten steps of age, not due to very late."""


def paint(name: str) -> str:
    """The colour of the light theme behind `name`, for what is shown outside the browser; a colour of its own stays."""
    for names, option in ((KINDS, "Categorical"), (BANDS, "Sequential"), (AGES, "Diverging")):
        if name in names:
            colour: str = st.get_option(f"theme.light.chart{option}Colors")[names.index(name)]
            return colour
    return name
