"""The states of the books that are kept: name one, keep it, go back to it, see what changed between two."""

from pages.ui import filters, kept

view = filters.current()

kept.states(view)
kept.differences(view)
