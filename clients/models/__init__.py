"""Clients, their care links, the seven steps, and everything that belongs to a client's record."""

from clients.models.callback import Callback
from clients.models.care import CareLink, Client
from clients.models.caseload_index import CaseloadIndex
from clients.models.enquiry import Enquiry, EnquiryContact
from clients.models.erasure import AnonymousStatistic, Erasure, ErasureRequest
from clients.models.goal import Goal, GoalRating
from clients.models.nomination import ContactDetails, Nomination
from clients.models.note import Note, NoteTemplate
from clients.models.path import SafetyMark, Step, StepEvent, StepReading
from clients.models.portal import CheckIn, ReadMark, TalkingPoint
from clients.models.result import ReliableChange, SharedResult
from clients.models.safety_plan import SafetyPlan
from clients.models.session import CalendarFeed, ChangeRequest, Session
from clients.models.task import Asking, Rhythm, Task, TaskIdea

__all__ = [
    "AnonymousStatistic",
    "Asking",
    "CalendarFeed",
    "Callback",
    "CareLink",
    "CaseloadIndex",
    "ChangeRequest",
    "CheckIn",
    "Client",
    "ContactDetails",
    "Enquiry",
    "EnquiryContact",
    "Erasure",
    "ErasureRequest",
    "Goal",
    "GoalRating",
    "Nomination",
    "Note",
    "NoteTemplate",
    "ReadMark",
    "ReliableChange",
    "Rhythm",
    "SafetyMark",
    "SafetyPlan",
    "Session",
    "SharedResult",
    "Step",
    "StepEvent",
    "StepReading",
    "TalkingPoint",
    "Task",
    "TaskIdea",
]
