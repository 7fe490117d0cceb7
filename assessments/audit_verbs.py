"""What the audit log says was done to results."""

from django.utils.translation import gettext_lazy as _

from accounts.audit.verbs import Verb


class AssessmentVerb(Verb):
    RESULTS_RECOMPUTED = "results recomputed", _("Results were recomputed")
