"""The month-end pack: what is in it, in which form it is wanted, and how it reads."""

from pages.ui import filters, packs

view = filters.current()
wanted = packs.choices(view)
packs.month_end(view, wanted)
packs.preview(view, wanted)
