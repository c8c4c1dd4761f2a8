"""OpenTelemetry's instrumentation of WSGI and of urllib: tests/interop/peer.rs says what each peer does."""

import logging
import os
from urllib.request import urlopen
from wsgiref.simple_server import WSGIRequestHandler, make_server

from opentelemetry import baggage, context, propagate, trace
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.zipkin.json import ZipkinExporter
from opentelemetry.instrumentation.logging.handler import LoggingHandler
from opentelemetry.instrumentation.urllib import URLLibInstrumentor
from opentelemetry.instrumentation.wsgi import OpenTelemetryMiddleware
from opentelemetry.propagators.b3 import B3MultiFormat, B3SingleFormat
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

import routes

FORMATS = {"w3c": TraceContextTextMapPropagator, "b3": B3SingleFormat, "b3multi": B3MultiFormat}

propagate.set_global_textmap(CompositePropagator([FORMATS[os.environ["FORMAT"]](), W3CBaggagePropagator()]))
resource = Resource.create({"service.name": "otel-python"})
provider = TracerProvider(resource=resource)
# OTLP by what OpenTelemetry itself reads: OTEL_EXPORTER_OTLP_ENDPOINT, and nothing else.
exporter = OTLPSpanExporter() if "OTLP" in os.environ else ZipkinExporter(endpoint=os.environ["SPANS"])
provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=200))
trace.set_tracer_provider(provider)
URLLibInstrumentor().instrument()
LOG = logging.getLogger("peer")
LOG.setLevel(logging.INFO)
if "OTLP" in os.environ:
    lines = LoggerProvider(resource=resource)
    lines.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(), schedule_delay_millis=200))
    LOG.addHandler(LoggingHandler(logger_provider=lines))


def application(environ, start_response):
    path = environ["PATH_INFO"]
    headers = [(name[5:].replace("_", "-"), value) for name, value in environ.items() if name.startswith("HTTP_")]
    routes.log(path, baggage.get_baggage("userId"), baggage.get_baggage("orderId"), headers)
    LOG.info("asked for %s", path)
    body = routes.answer(path, environ["QUERY_STRING"], call, put).encode()
    start_response("200 OK", [("content-length", str(len(body)))])
    return [body]


def put(name, value):
    context.attach(baggage.set_baggage(name, value))


def call(url):
    with urlopen(url, timeout=5) as response:
        return response.read().decode()


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        """No access log."""


server = make_server("127.0.0.1", 0, OpenTelemetryMiddleware(application), handler_class=Quiet)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
