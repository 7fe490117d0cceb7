"""A granted erasure: the client's request and a manager's answer."""

from accounts.models import User
from clients.models import Client, ErasureRequest
from clients.rights import erasure


def granted(client: Client, manager: User) -> ErasureRequest:
    request = erasure.ask(client=client, by=client.user)
    return erasure.decide(erasure_request=request, by=manager, granted=True, words="As you wish.")
