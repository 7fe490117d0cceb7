"""nginx's log, with our configuration: it contains no address that grants access."""

import re
from pathlib import Path
from uuid import UUID

from tests.support.routes import all_patterns

CONFIGURATION = Path("deploy/nginx.conf")
# Names of those parts of an address that are a secret.
SECRET = {"token", "key"}
# Of one's own words that wait: it opens nothing to anybody else.
NO_SECRET = {"parked-form"}


def written(address: str) -> str:
    """As the `map` of the file has it: the first pattern that fits."""
    block = re.search(r"map \$uri \S+ \{(.*?)\n\}", CONFIGURATION.read_text(), re.DOTALL)
    assert block
    for pattern in re.findall(r'"~(.*?)" "\$1\(hidden\)";', block[1]):
        if match := re.search(pattern, address):
            return f"{match[1]}(hidden)"
    return address


def secret_addresses() -> dict[str, str]:
    """(route name: an address with a secret in it) of every route that has one."""
    patterns = {}
    for name, pattern in all_patterns():
        secrets = SECRET & set(pattern.pattern.regex.groupindex)
        if secrets and name not in NO_SECRET:
            patterns[name] = pattern
    return patterns


def test_every_key_in_an_address_is_left_out(db):
    from django.urls import reverse

    tried = []
    for name, pattern in secret_addresses().items():
        groups = pattern.pattern.regex.groupindex
        kinds = pattern.pattern.converters
        plain = {g: "1" if re.fullmatch(kinds[g].regex, "1") else str(UUID(int=1)) for g in kinds}
        args = [
            "s3cr3t" if g in SECRET else plain.get(g, "1") for g in sorted(groups, key=groups.get)
        ]
        address = reverse(name, args=args)
        assert "s3cr3t" in address
        assert "s3cr3t" not in written(address), name
        tried.append(name)
    assert {"invitation", "address-confirm", "account_reset_password_from_key", "attempt"} <= set(
        tried
    )


def test_other_addresses_are_written_as_they_are():
    for address in ("/caseload/", "/accounts/me/address/", "/accounts/invitations/", "/"):
        assert written(address) == address
