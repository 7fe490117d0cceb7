"""Instruments and what is known of them, for managers; what to read after a result, for editors."""

from assessments.admin.instruments import InstrumentVersionAdmin, ScaleFactAdmin
from assessments.admin.reading import RegionReadingAdmin

__all__ = ["InstrumentVersionAdmin", "RegionReadingAdmin", "ScaleFactAdmin"]
