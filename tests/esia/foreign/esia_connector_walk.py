"""Run by esia-connector's own interpreter: one JSON line in, one JSON line out, for each of the two steps."""

import json
import sys

from esia_connector.client import EsiaAuth, EsiaSettings
from esia_connector.exceptions import IncorrectMarkerError


def main() -> None:
    request = json.loads(sys.stdin.readline())
    auth = EsiaAuth(EsiaSettings(**request["settings"]))
    if request["step"] == "url":
        answer: object = auth.get_auth_url(state=request["state"])
    else:
        try:
            connector = auth.complete_authorization(request["code"], request["state"])
        except IncorrectMarkerError as error:
            answer = {"refused_token": str(error)}
        else:
            answer = {
                "oid": connector.oid,
                "paths": [connector.esia_request(url) for url in request.get("urls", ())],
                "person": connector.get_person_main_info(),
                "contacts": connector.get_person_contacts(),
                "addresses": connector.get_person_addresses(),
                "documents": connector.get_person_documents(),
            }
    print(json.dumps(answer))


main()
