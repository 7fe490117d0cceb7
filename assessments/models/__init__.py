"""Instruments as versioned data; attempts, answers and results.

This app knows people, not clients: an attempt belongs to a user, or to nobody, and is then reached
by its key alone. A published version, an answer once submitted and a result never change; triggers
(assessments/database/) refuse it even where this code is bypassed.
"""

from assessments.models.attempt import Answer, Attempt, Result, hash_of, id_in, new_key
from assessments.models.instrument import Assignment, Audience, Instrument, InstrumentVersion
from assessments.models.region_reading import PlaneRegion, RegionReading
from assessments.models.scale_fact import ScaleFact

__all__ = [
    "Answer",
    "Assignment",
    "Attempt",
    "Audience",
    "Instrument",
    "InstrumentVersion",
    "PlaneRegion",
    "RegionReading",
    "Result",
    "ScaleFact",
    "hash_of",
    "id_in",
    "new_key",
]
