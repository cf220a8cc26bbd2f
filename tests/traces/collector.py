"""A collector of traces: takes OTLP over HTTP in JSON, and reads it with OpenTelemetry's own message types."""

import base64
import json
import pathlib
import sys
import threading
from typing import NamedTuple

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span as ProtoSpan
from opentelemetry.proto.trace.v1.trace_pb2 import Status

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from harness.upstream import Call, Upstream, whole  # noqa: E402

IDS = ("traceId", "spanId", "parentSpanId")


class Span(NamedTuple):
    trace: str
    id: str
    parent: str  # "": none
    kind: str  # "SERVER"
    name: str
    begun: int  # Unix time in nanoseconds
    ended: int
    attributes: dict
    failed: bool


def value_of(value) -> object:
    return getattr(value, value.WhichOneof("value"))


def attributes_of(attributes) -> dict:
    names = [attribute.key for attribute in attributes]
    assert len(names) == len(set(names)), f"an attribute is there twice: {names}"
    return {attribute.key: value_of(attribute.value) for attribute in attributes}


def read(body: bytes) -> ExportTraceServiceRequest:
    """Fails where anything is unknown or of another type. OTLP has ids in hex where proto3's JSON has base64."""
    document = json.loads(body)
    for resource in document["resourceSpans"]:
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                for name in IDS:
                    if name in span:
                        span[name] = base64.b64encode(bytes.fromhex(span[name])).decode()
    return json_format.ParseDict(document, ExportTraceServiceRequest())


def spans_in(request: ExportTraceServiceRequest) -> list[Span]:
    spans = []
    for resource in request.resource_spans:
        about = attributes_of(resource.resource.attributes)
        assert about["service.name"] == "weir" and about["service.version"], about
        for scope in resource.scope_spans:
            for span in scope.spans:
                assert len(span.trace_id) == 16 and len(span.span_id) == 8 and len(span.parent_span_id) in (0, 8), span
                assert 0 < span.start_time_unix_nano <= span.end_time_unix_nano, span
                spans.append(Span(
                    span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex(),
                    ProtoSpan.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"), span.name,
                    span.start_time_unix_nano, span.end_time_unix_nano, attributes_of(span.attributes),
                    span.status.code == Status.STATUS_CODE_ERROR))
    return spans


def take(call: Call) -> None:
    call.send(whole(b"{}"))


class Collector(Upstream):
    """`answer` may be replaced by a bad one; what comes is read in any case."""

    def __init__(self):
        super().__init__(self._note)
        self.way = take
        self.let_go = threading.Event()

    def __exit__(self, kind, *about) -> None:
        self.let_go.set()
        super().__exit__(kind, *about)
        assert kind or not self.mistakes, self.mistakes

    def _note(self, call: Call) -> None:
        self.way(call)

    def hang(self, _: Call) -> None:
        self.let_go.wait()

    def spans(self) -> list[Span]:
        """All that came, in requests that are as the specification has them."""
        spans = []
        for call in list(self.calls):
            assert call.request.target == "/v1/traces", call.request.first_line
            assert call.request.header("content-type") == "application/json"
            spans += spans_in(read(call.request.body))
        return spans

    def settings(self, **more) -> dict:
        return {"endpoint": self.url("/v1/traces")} | more
