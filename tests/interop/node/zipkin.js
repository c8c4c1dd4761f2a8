// zipkin-js around Node's own server and client: tests/interop/peer.rs says what each peer does.
"use strict";

const http = require("node:http");
const { BatchRecorder, Instrumentation, Tracer, jsonEncoder, option } = require("zipkin");
const CLSContext = require("zipkin-context-cls");
const wrapFetch = require("zipkin-instrumentation-fetch");
const { HttpLogger } = require("zipkin-transport-http");
const { answer, log } = require("./routes.js");

const logger = new HttpLogger({ endpoint: process.env.SPANS, jsonEncoder: jsonEncoder.JSON_V2, httpInterval: 200 });
const tracer = new Tracer({
  ctxImpl: new CLSContext("zipkin", true),
  recorder: new BatchRecorder({ logger }),
  localServiceName: "zipkin-js",
});
const tracedFetch = wrapFetch(fetch, { tracer });
const call = async (url) => (await tracedFetch(url)).text();
const carrying = (_values, run) => run(); // zipkin-js carries no values

const server = http.createServer((request, response) => tracer.scoped(async () => {
  const instrumentation = new Instrumentation.HttpServer({ tracer, port: server.address().port });
  const header = (name) => option.fromNullable(request.headers[name.toLowerCase()]);
  const id = instrumentation.recordRequest(request.method, request.url, header);
  log(request);
  const body = await answer(request.url, call, carrying);
  tracer.scoped(() => instrumentation.recordResponse(id, 200));
  response.end(body);
}));
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
