"""Instruments as versioned data; attempts, answers and results.

This app knows users, but not clients. An attempt belongs to a user, or has no owner and can only be
opened by its key. Published versions, submitted answers and results never change; triggers
(assessments/database/) enforce this even when this code is bypassed.
"""

from assessments.models.attempt import Answer, Attempt, Result, hash_of, id_in, new_key
from assessments.models.group_totals import GroupTotals
from assessments.models.instrument import Assignment, Audience, Instrument, InstrumentVersion
from assessments.models.region_reading import PlaneRegion, RegionReading
from assessments.models.scale_fact import ScaleFact
from assessments.models.sitting import Sitting

__all__ = [
    "Answer",
    "Assignment",
    "Attempt",
    "Audience",
    "GroupTotals",
    "Instrument",
    "InstrumentVersion",
    "PlaneRegion",
    "RegionReading",
    "Result",
    "ScaleFact",
    "Sitting",
    "hash_of",
    "id_in",
    "new_key",
]
