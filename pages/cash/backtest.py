"""How good the forecast has been on these books, beside simpler ones."""

from pages.ui import filters, proof

view = filters.current()

proof.headlines(view)
proof.models(view)
proof.calibration(view)
proof.details(view)
