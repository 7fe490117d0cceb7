"""`make bench`: one row for each measurement, beside its peer or limit, timed in the same run."""

import os

import django

from benchmarks import score_responses

if __name__ == "__main__":
    score_responses.main()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from benchmarks import audit_log, care, clean, search
    from benchmarks.public_pages import measuring as public_pages

    clean.main()
    search.main()
    public_pages.main()
    care.main()
    audit_log.main()
