// OpenTelemetry's instrumentation of Node's HTTP server and client: tests/interop/peer.rs says what each peer does.
"use strict";

const { context, propagation } = require("@opentelemetry/api");
const { SeverityNumber } = require("@opentelemetry/api-logs");
const { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } = require("@opentelemetry/core");
const { OTLPLogExporter } = require("@opentelemetry/exporter-logs-otlp-proto");
const { OTLPTraceExporter } = require("@opentelemetry/exporter-trace-otlp-proto");
const { ZipkinExporter } = require("@opentelemetry/exporter-zipkin");
const { registerInstrumentations } = require("@opentelemetry/instrumentation");
const { HttpInstrumentation } = require("@opentelemetry/instrumentation-http");
const { B3InjectEncoding, B3Propagator } = require("@opentelemetry/propagator-b3");
const { resourceFromAttributes } = require("@opentelemetry/resources");
const { BatchLogRecordProcessor, LoggerProvider } = require("@opentelemetry/sdk-logs");
const { BatchSpanProcessor, NodeTracerProvider } = require("@opentelemetry/sdk-trace-node");
const { answer, log } = require("./routes.js");

const formats = {
  w3c: () => new W3CTraceContextPropagator(),
  b3: () => new B3Propagator({ injectEncoding: B3InjectEncoding.SINGLE_HEADER }),
  b3multi: () => new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }),
};
// OTLP by what OpenTelemetry itself reads: OTEL_EXPORTER_OTLP_ENDPOINT, and nothing else.
const exporter = process.env.OTLP ? new OTLPTraceExporter() : new ZipkinExporter({ url: process.env.SPANS });
const resource = resourceFromAttributes({ "service.name": "otel-js" });
const provider = new NodeTracerProvider({
  resource,
  spanProcessors: [new BatchSpanProcessor(exporter, { scheduledDelayMillis: 200 })],
});
provider.register({
  propagator: new CompositePropagator({ propagators: [formats[process.env.FORMAT](), new W3CBaggagePropagator()] }),
});
const lines = process.env.OTLP && new LoggerProvider({
  resource,
  processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter(), scheduledDelayMillis: 200 })],
});
registerInstrumentations({ instrumentations: [new HttpInstrumentation()] });
const http = require("node:http"); // once it is instrumented

const call = (url) => new Promise((resolve, reject) => {
  http.get(url, async (response) => {
    let body = "";
    for await (const chunk of response) body += chunk;
    resolve(body);
  }).on("error", reject);
});

const carrying = (values, run) => {
  const entries = Object.entries(values).map(([name, value]) => [name, { value }]);
  const baggage = propagation.createBaggage(Object.fromEntries(entries));
  return context.with(propagation.setBaggage(context.active(), baggage), run);
};

const server = http.createServer(async (request, response) => {
  const baggage = propagation.getActiveBaggage();
  log(request, baggage?.getEntry("userId")?.value, baggage?.getEntry("orderId")?.value);
  const body = `asked for ${request.url.split("?")[0]}`;
  lines?.getLogger("peer").emit({ severityNumber: SeverityNumber.INFO, severityText: "INFO", body });
  response.end(await answer(request.url, call, carrying));
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
