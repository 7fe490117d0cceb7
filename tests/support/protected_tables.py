"""Every table of the database, by who may see its rows."""

# Rows about people's care: without an actor there are none, and each person sees their own.
PROTECTED = {
    "accounts_auditevent", "accounts_parkedform", "assessments_answer", "assessments_assignment",
    "assessments_attempt", "assessments_result", "assessments_sitting", "clients_asking",
    "clients_rhythm", "clients_callback", "clients_checkin", "clients_goal", "clients_goalrating",
    "clients_carelink", "clients_changerequest", "clients_contactdetails", "clients_readmark",
    "clients_client", "clients_reliablechange",
    "clients_enquiry", "clients_enquirycontact", "clients_erasurerequest", "clients_nomination",
    "clients_note",
    "clients_safetyplan", "clients_session", "clients_sharedresult", "clients_caseloadindex",
    "clients_stepevent", "clients_talkingpoint", "clients_task", "clients_safetymark",
}  # fmt: skip
# Tables with a policy for each row: test_row_security_writes.py, test_row_security_people.py,
# test_hostile_sql.py, test_calendar_feed.py, tests/articles/test_readership.py,
# tests/articles/test_outside_review.py, and tests/psywellpath/test_kept_pages.py.
RULED = {
    "clients_calendarfeed",
    "accounts_consent", "accounts_datakey", "accounts_mail", "accounts_user",
    "accounts_user_groups", "assessments_grouptotals", "mfa_authenticator", "psywellpath_cache",
    "usersessions_usersession", "articles_linkreport", "articles_missedsearch",
    "articles_publicversion", "articles_readercount", "articles_outsidereview",
    "articles_outsidecomment",
}  # fmt: skip
# Everyone may read them; an editor or manager who acts may write them.
LIBRARY = {
    "accounts_consenttext", "accounts_practicedetail",
    "articles_article", "articles_article_more_topics", "articles_author",
    "articles_handout", "articles_handoutversion",
    "articles_image", "articles_oldaddress", "articles_oldpageaddress", "articles_oldtopicaddress",
    "articles_origin", "articles_page", "articles_pageversion", "articles_revision",
    "articles_series", "articles_sitetexts", "articles_topic", "articles_unsaved", "articles_word",
    "assessments_instrument", "assessments_instrumentversion", "assessments_regionreading",
    "assessments_scalefact", "clients_notetemplate", "clients_step", "clients_stepreading",
    "clients_taskidea",
}  # fmt: skip
# Closed to the web role: a function finds a session by its whole key.
CLOSED = {"accounts_identitykey", "django_session"}
# Tables without rows about clients' care. Each new table belongs here or into a set above.
OPEN = {
    "account_emailaddress", "account_emailconfirmation", "accounts_emailchange",
    "accounts_invitation", "accounts_ratecounter", "accounts_auditlink",
    "accounts_user_user_permissions", "auth_group", "auth_group_permissions", "auth_permission",
    "clients_erasure", "clients_anonymousstatistic", "django_admin_log", "django_content_type",
    "django_migrations", "django_tasks_database_dbtaskresult",
}  # fmt: skip
