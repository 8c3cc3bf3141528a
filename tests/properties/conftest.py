"""How hard the properties are tried.

A plain run takes the same examples every time, and about a minute and a half on two cores. `PROPERTY_EFFORT=20 pytest tests/properties`
tries so many times more, and other ones every time.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

EFFORT = int(os.environ.get("PROPERTY_EFFORT", "1"))

settings.register_profile(
    "properties",
    max_examples=10 * EFFORT,
    deadline=None,
    database=None,
    derandomize=EFFORT == 1,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
settings.load_profile("properties")
