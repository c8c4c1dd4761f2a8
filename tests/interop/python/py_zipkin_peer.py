"""py_zipkin around Python's own server and client: tests/interop/peer.rs says what each peer does."""

import os
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from py_zipkin.encoding import Encoding
from py_zipkin.request_helpers import create_http_headers, extract_zipkin_attrs_from_headers
from py_zipkin.transport import SimpleHTTPTransport
from py_zipkin.zipkin import zipkin_client_span, zipkin_server_span

import routes

COLLECTOR = urlsplit(os.environ["SPANS"])
TRANSPORT = SimpleHTTPTransport(COLLECTOR.hostname, COLLECTOR.port)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlsplit(self.path)
        routes.log(url.path, None, None, self.headers.items())
        caller = extract_zipkin_attrs_from_headers(self.headers)
        with zipkin_server_span(
            service_name="py-zipkin",
            span_name="GET",
            transport_handler=TRANSPORT,
            encoding=Encoding.V2_JSON,
            # Beside a caller's context, a rate would sample again what the caller has denied.
            sample_rate=None if caller else 100.0,
            zipkin_attrs=caller,
        ):
            body = routes.answer(url.path, url.query, call, put).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_):
        """No access log."""


def put(name, value):
    """py_zipkin carries no values."""


def call(url):
    with zipkin_client_span(service_name="py-zipkin", span_name="GET"):
        headers = {name: value for name, value in create_http_headers().items() if value}
        with urlopen(Request(url, headers=headers), timeout=5) as response:
            return response.read().decode()


server = HTTPServer(("127.0.0.1", 0), Handler)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
