"""What if: a change beside the base case, and what it does to cash, DSO and the low point."""

from pages.ui import filters, what_if

view = filters.current()

asked = what_if.choose(view)
what_if.effect(view, asked)
what_if.weeks(view, asked)
what_if.payers(view, asked)
