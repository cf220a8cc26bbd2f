"""The provider that answers at once, which is an nginx: what it answers, and how often it was asked."""

import http.client
import json
import re

from figures import Failure

ANSWER_BYTES = 1024


def calls(port: int) -> int:
    """How many calls the provider got so far, this question included."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", "/_calls")
    told = connection.getresponse().read().decode()
    connection.close()
    # The line after the title: connections accepted, connections handled, requests.
    if not (counted := re.search(r"requests\s*\n\s*\d+\s+\d+\s+(\d+)", told)):
        raise Failure(f"The provider does not tell its calls: {told[:200]}")
    return int(counted[1])


def answer() -> str:
    """A chat completion of ANSWER_BYTES bytes."""
    def of(content: str) -> str:
        message = {"role": "assistant", "content": content}
        return json.dumps({
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "m",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }, separators=(",", ":"))
    return of("a" * (ANSWER_BYTES - len(of(""))))
