"""How good the forecast has been on these books, beside simpler ones."""

from functools import partial

from pages.ui import filters, missed, proof

view = filters.current()

if proof.any_past(view):
    proof.headlines(view)
    proof.models(view, missed.choose)
    missed.rows(view)
    proof.calibration(view)
    proof.details(view, partial(missed.choose, missed.ALL_SOURCES))
