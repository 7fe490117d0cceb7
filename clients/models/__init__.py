"""Clients, who cares for them, the seven steps, and what happened on the way."""

from clients.models.care import CareLink, Client
from clients.models.change import Change
from clients.models.enquiry import Enquiry
from clients.models.erasure import Erasure, ErasureRequest, KeptFigure
from clients.models.path import Step, StepEvent
from clients.models.reading import StepReading
from clients.models.safety import SafetyPlan
from clients.models.session import Session
from clients.models.standing import Standing
from clients.models.task import Task, TaskIdea
from clients.models.writing import Note, NoteTemplate, SharedResult

__all__ = [
    "CareLink",
    "Change",
    "Client",
    "Enquiry",
    "Erasure",
    "ErasureRequest",
    "KeptFigure",
    "Note",
    "NoteTemplate",
    "SafetyPlan",
    "Session",
    "SharedResult",
    "Standing",
    "Step",
    "StepEvent",
    "StepReading",
    "Task",
    "TaskIdea",
]
