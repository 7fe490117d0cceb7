"""The admin pages of clients: clients, care links, requests, texts, and the reading for each
step."""

from clients.admin.clients import (
    CareLinkAdmin,
    ClientAdmin,
    EnquiryAdmin,
    NoteTemplateAdmin,
    StepAdmin,
    TaskIdeaAdmin,
)
from clients.admin.step_reading import StepReadingAdmin

__all__ = [
    "CareLinkAdmin",
    "ClientAdmin",
    "EnquiryAdmin",
    "NoteTemplateAdmin",
    "StepAdmin",
    "StepReadingAdmin",
    "TaskIdeaAdmin",
]
