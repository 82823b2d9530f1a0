"""The clinic's systems as its conversation's world serves them: plain HTTP, the address comes with the request.

A conversation is rebuilt from all its messages on every request, so only the calls of the newest answer are made here:
the earlier ones were made in their turn.
"""

import http.client
import json
from urllib.parse import quote, urlsplit

_SECONDS = 10


def carry_out(reply, context):
    """Makes the calls of a reply in the world and notes what came of them. Without a world they stay as they are."""
    address = (context.get("tools") or {}).get("url")
    if address and reply["tools"]:
        place = urlsplit(address)
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=_SECONDS)
        try:
            for call in reply["tools"]:
                call["result"] = _post(connection, f"{place.path}/{quote(call['name'])}", call["arguments"])
        finally:
            connection.close()
    return reply


def _post(connection, path, arguments):
    body = json.dumps(arguments, ensure_ascii=False).encode()
    connection.request("POST", path, body, {"Content-Type": "application/json"})
    answer = json.loads(connection.getresponse().read() or b"null")
    return answer.get("result", answer) if isinstance(answer, dict) else answer
