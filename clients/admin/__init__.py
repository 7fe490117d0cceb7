"""Care in the admin: clients, care links, requests and texts; what to read on each step."""

from clients.admin.clients import (
    CareLinkAdmin,
    ClientAdmin,
    EnquiryAdmin,
    NoteTemplateAdmin,
    StepAdmin,
    TaskIdeaAdmin,
)
from clients.admin.reading import StepReadingAdmin

__all__ = [
    "CareLinkAdmin",
    "ClientAdmin",
    "EnquiryAdmin",
    "NoteTemplateAdmin",
    "StepAdmin",
    "StepReadingAdmin",
    "TaskIdeaAdmin",
]
