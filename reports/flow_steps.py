"""What counts as having moved on a scale, from one round to the next: half a step of the answers, or one answer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from instruments.model import Instrument, Method, Scale
from reports.near import item_range, scale_range

HALF = 0.5


def steps_of(instrument: Instrument) -> NDArray[np.float64]:
    """(scales,) in each scale's unit."""
    return np.array([step_of(instrument, scale) for scale in instrument.scales], dtype=np.float64)


def step_of(instrument: Instrument, scale: Scale) -> float:
    """Half a step on every item, on average. Of a scale told as a share: one answer more, or less, that is positive.

    So on an item alone every change of answer counts; on a scale of ten, five answers that move one step.
    """
    if scale.method is Method.POSITIVE:
        return scale_range(instrument, scale).step
    step = HALF * min(item_range(instrument, item).step for item in scale.item_ids)
    return step * len(scale.items) if scale.method is Method.SUM else step
