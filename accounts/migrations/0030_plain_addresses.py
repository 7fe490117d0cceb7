"""E-mail addresses are plain ASCII in lower case, in every table that has one.

An account whose address isn't gets the plain form of its domain, which is where its mail went
anyway. Where the part before the @ isn't plain, no mail ever arrived: such an account stops the
migration, so that somebody asks its person; other rows with such an address lead nowhere and go.
"""

from django.db import migrations, models

PLAIN = r"^[!-@[-~]+$"


def plain(address: str) -> str | None:
    name, _, domain = address.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return f"{name}@{domain}".lower() if name.isascii() else None


def make_plain(apps, schema_editor):
    db = schema_editor.connection.alias

    def odd(model: str, column: str):
        rows = apps.get_model(*model.split(".")).objects.using(db)
        return rows.exclude(**{column: ""}).exclude(**{f"{column}__regex": PLAIN})

    stuck = []
    for user in odd("accounts.User", "email"):
        if (address := plain(user.email)) is None:
            stuck.append(str(user.pk))
            continue
        user.email = address
        user.save(update_fields=["email"])
    if stuck:
        raise ValueError(
            "The addresses of these accounts hold characters that are not plain letters, digits or"
            f" signs. Ask each person for another one, and set it: {', '.join(stuck)}"
        )
    # What allauth keeps beside it: one row a person, with the address of their account.
    for row in odd("account.EmailAddress", "email").select_related("user"):
        if row.user.emailaddress_set.using(db).filter(email=row.user.email).exists():
            row.delete()
        else:
            row.email = row.user.email
            row.save(update_fields=["email"])
    for model, column in [("accounts.EmailChange", "was"), ("accounts.EmailChange", "to"),
                          ("accounts.Mail", "to")]:  # fmt: skip
        for row in odd(model, column):
            address = plain(getattr(row, column))
            if address is None:
                row.delete()
            else:
                setattr(row, column, address)
                row.save(update_fields=[column])
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0040_factors_bound_to_person"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]
    operations = [
        migrations.RunPython(make_plain, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="user", name="user_email_once_in_any_case"),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("email__regex", PLAIN)), name="user_email_plain"
            ),
        ),
        migrations.AddConstraint(
            model_name="emailchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("to__regex", PLAIN), ("was__regex", PLAIN)),
                name="email_change_plain",
            ),
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.CheckConstraint(
                condition=models.Q(("to", ""), ("to__regex", PLAIN), _connector="OR"),
                name="mail_to_plain",
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE account_emailaddress ADD CONSTRAINT account_emailaddress_plain"
            f" CHECK (email ~ '{PLAIN}')",
            "ALTER TABLE account_emailaddress DROP CONSTRAINT account_emailaddress_plain",
        ),
    ]
