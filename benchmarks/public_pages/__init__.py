"""Public pages as they are deployed, beside a bare Django view."""
