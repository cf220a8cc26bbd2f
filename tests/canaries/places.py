"""The canaries: for each the place that it is put into. It stands there as "canary-NAME-end", and nowhere else.

Nobody may read one but who was told: the provider its key and its request, the collector the headers that it is to
get, a caller what was said to it. What stands literally in a setting that is no secret may be quoted in a problem, and
what is in force there (names, addresses) is what weir is told to show: none of those is a canary.
"""

IN_FORCE = {  # settings that are taken
    "master-key": "auth.master_key, by ${NAME}",
    "old-master-key": "auth.master_key of the configuration before, literally",
    "key-by-value": "a provider's key, literally",
    "key-by-variable": "a provider's key, by ${NAME}",
    "key-by-default": "a provider's key, as the default of ${NAME:-…}",
    "key-by-file": "a provider's key, by ${file:PATH}",
    "collector-key": "traces.headers.authorization, by ${NAME}",
    "collector-tenant": "traces.headers.x-tenant, literally",
    "address": "a provider's base_url, by ${NAME}: a name that nobody knows",
    "unused-variable": "a variable of the environment that nothing names",
}

NUMBER = "4711081547"  # the canary where only a number is looked at


def word(name: str) -> str:
    return NUMBER if name == "number" else f"canary-{name}-end"


def by_variable(name: str) -> str:
    """In a file: ${CANARY_…}, a variable that holds this canary."""
    return "${CANARY_" + name.upper().replace("-", "_") + "}"


def provider(**settings) -> dict:
    return {"providers": {"bad": {"kind": "openai", "base_url": "http://127.0.0.1:1"} | settings}}


def key(name: str, value: str) -> dict:
    return {"name": name, "value": value}


# Files that are refused: the setting that is spoilt, and what is put over a good configuration to spoil it.
REFUSED = {
    "listen": ("listen, by ${NAME}", {"listen": by_variable("listen")}),
    "open-address": ("listen, by ${NAME}: open to others, without a key",
                     {"listen": by_variable("open-address") + ".example:4000", "auth": None}),
    "level": ("log.level, by ${NAME}", {"log": {"level": by_variable("level")}}),
    "time": ("drain, by ${NAME}", {"drain": by_variable("time")}),
    "size": ("cache.entry_limit, by ${NAME}", {"cache": {"entry_limit": by_variable("size")}}),
    "share": ("traces.sample, by ${NAME}", {"traces": {"sample": by_variable("share")}}),
    "number": ("listener.request.headers, by ${NAME}",
               {"listener": {"request": {"headers": by_variable("number")}}}),
    "kind": ("a provider's kind, by ${NAME}", provider(kind=by_variable("kind"))),
    "script": ("a script, by ${NAME}", {"providers": {"sim": {"kind": "simulated", "script": by_variable("script")}}}),
    "certificate": ("listener.tls, by ${NAME}",
                    {"listener": {"tls": {"certificate": by_variable("certificate"), "key": "${file:a.file}"}}}),
    "file": ("a number, by ${file:PATH}", {"workers": "${file:a.file}"}),
    "key-name": ("the name of two keys, by ${NAME}",
                 provider(keys=[key(by_variable("key-name"), "a"), key(by_variable("key-name"), "b")])),
    "no-provider": ("a deployment's provider, by ${NAME}",
                    {"models": {"m": {"deployments": [{"provider": by_variable("no-provider"), "model": "m"}]}}}),
    "no-wildcard": ("a wildcard's provider, by ${NAME}", {"models": {"m/*": {"provider": by_variable("no-wildcard")}}}),
    "url": ("base_url, by ${NAME}", provider(base_url=by_variable("url"))),
    "user-of-url": ("the user in base_url", provider(base_url=f"http://{word('user-of-url')}@127.0.0.1/v1")),
    "password": ("the password in base_url", provider(base_url=f"http://me:{word('password')}@127.0.0.1/v1")),
    "token-in-url": ("the path of base_url, without a key",
                     provider(base_url=f"https://api.example/{word('token-in-url')}/v1")),
    "password-of-collector": ("the password in traces.endpoint",
                              {"traces": {"endpoint": f"http://me:{word('password-of-collector')}@127.0.0.1/"}}),
    "spaced-key": ("a master key with a space", {"auth": {"master_key": f"{word('spaced-key')} x"}}),
    "dollar-key": ("a master key with a dollar sign", {"auth": {"master_key": f"pa$w{word('dollar-key')}"}}),
    "braces-key": ("a master key that is written where a variable's name belongs",
                   {"auth": {"master_key": "${" + word("braces-key") + "}"}}),
    "listed-key": ("a list of master keys", {"auth": {"master_key": [word("listed-key")]}}),
    "grouped-key": ("a name inside a master key", {"auth": {"master_key": {word("grouped-key"): 1}}}),
    "plain-keys": ("`keys` that is a text", provider(keys=word("plain-keys"))),
    "broken-key": ("a provider's key with a line end", provider(keys=[key("main", word("broken-key") + "\n")])),
    "empty-name": ("a key whose name is missing", provider(keys=[{"value": word("empty-name")}])),
    "repeated": ("the value of an unknown setting", {"modles": word("repeated")}),
    "nested": ("a value inside an unknown setting", {"modles": {"a": [word("nested")]}}),
    "bad-header": ("a header of traces with a line end",
                   {"traces": {"headers": {"authorization": word("bad-header") + "\n"}}}),
    "our-header": ("a header of traces that weir writes itself",
                   {"traces": {"headers": {"host": word("our-header")}}}),
    "planned": ("the value of a setting that is not built yet", {"storage": {"url": word("planned")}}),
}

ASKED = {  # what callers send
    "wrong-bearer": "a wrong key in authorization", "wrong-key": "a wrong key in x-api-key",
    "basic": "authorization of another kind", "cookie": "cookie", "agent": "user-agent", "user-header": "x-weir-user",
    "tag": "x-weir-tags", "namespace": "x-weir-cache-namespace", "class": "x-weir-class, of no configured class",
    "idempotency": "idempotency-key", "ttl": "x-weir-cache-ttl, which it is none", "cache-control": "cache-control",
    "cache-word": "x-weir-cache, which it is none", "trace": "traceparent, which it is none", "state": "tracestate",
    "baggage": "baggage", "referer": "referer", "forwarded": "x-forwarded-for", "own-header": "a header's value",
    "header-name": "a header's name", "host": "host", "origin": "origin", "type": "content-type",
    "coding": "content-encoding", "expect": "expect", "query": "the query", "path": "an unknown path",
    "path-below": "a path below a known one", "encoded-path": "a path with percent signs",
    "prompt": "a message", "system": "the system prompt", "tool": "a tool's name",
    "tool-text": "a tool's description", "tool-arguments": "the arguments of a tool call", "tool-result": "its result",
    "user": "user", "metadata": "metadata", "image": "an image's URL", "image-data": "an image's bytes",
    "member": "the name of a member nobody knows", "member-value": "its value", "stop": "a stop sequence",
    "file-name": "a file's name in a multipart body", "field": "a field of it", "boundary": "its boundary",
    "no-model": "a model that is not configured", "wild-model": "a model under a wildcard",
    "stream-word": "stream, which it is none", "bad-json": "broken JSON", "cut-json": "JSON that ends early",
    "litellm": "LiteLLM's namespace in the body", "method": "a method", "version": "an HTTP version",
    "bad-line": "a header line without a colon", "length": "content-length", "transfer": "transfer-encoding",
    "chunk": "a chunk's size", "trailer": "a trailer", "smuggled": "bytes behind a request", "purged-tag": "a purge",
    "purge-member": "a member of a purge that there is none", "api-path": "a path of the admin API",
    "api-query": "the query of the admin API",
}

ANSWERED = {  # what providers and the collector say
    "reason": "the status line", "their-header": "a header", "their-header-name": "a header's name",
    "their-cookie": "set-cookie", "organization": "openai-organization", "their-id": "x-request-id",
    "retry-after": "retry-after, which it is none", "location": "location of a redirect",
    "said": "the text of an answer", "said-event": "the text of an event", "called": "a tool call of an answer",
    "their-model": "the model's name in an answer", "their-stop": "the stop reason of an answer",
    "status-400": "the body of a 400", "status-401": "of a 401", "status-402": "of a 402", "status-403": "of a 403",
    "status-404": "of a 404", "status-429": "of a 429", "status-500": "of a 500", "status-503": "of a 503",
    "status-529": "of a 529", "status-302": "of a 302", "no-json": "a body that is no JSON",
    "no-http": "bytes that are no HTTP", "bad-header-line": "a header line without a colon",
    "bad-status": "a status that is no number", "bad-length": "content-length", "bad-chunk": "a chunk's size",
    "bad-coding": "content-encoding", "cut-body": "a body that ends early", "cut-stream": "a stream that ends early",
    "error-event": "an error event", "cut-event": "half an event", "no-event": "an event that is no JSON",
    "collector-body": "the collector's answer", "collector-reason": "its status line",
}

GROUPS = {"settings in force": IN_FORCE, "settings refused": {name: where for name, (where, _) in REFUSED.items()},
          "requests": ASKED, "answers": ANSWERED}
WORDS = {name: word(name) for group in GROUPS.values() for name in group}
