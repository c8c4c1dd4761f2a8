import brave.Span;
import brave.Tracing;
import brave.baggage.BaggageField;
import brave.baggage.BaggagePropagation;
import brave.baggage.BaggagePropagationConfig.SingleBaggageField;
import brave.http.*;
import brave.propagation.*;
import com.sun.net.httpserver.*;
import io.micrometer.tracing.brave.bridge.*;
import java.io.*;
import java.net.*;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.*;
import java.util.stream.*;
import zipkin2.reporter.BytesMessageSender;
import zipkin2.reporter.brave.AsyncZipkinSpanHandler;
import zipkin2.reporter.urlconnection.URLConnectionSender;
import static java.nio.charset.StandardCharsets.UTF_8;

/** Brave on both sides of a plain server: tests/interop/peer.rs says what each peer does. */
public class Brave {
  static final PrintStream OUT = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
  static final BaggageField USER_ID = BaggageField.create("userId"), ORDER_ID = BaggageField.create("orderId");
  static final HttpClient HTTP = HttpClient.newHttpClient();
  static final boolean IS_W3C = System.getenv("FORMAT").equals("w3c");
  static final BraveBaggageManager MANAGER = new BraveBaggageManager(List.of(), List.of("userId", "orderId"));
  static final Tracing TRACING = tracing(System.getenv("FORMAT"));
  static final HttpTracing HTTP_TRACING = HttpTracing.create(TRACING);

  static Tracing tracing(String format) {
    var propagation = BaggagePropagation.newFactoryBuilder(switch (format) {
      case "w3c" -> new W3CPropagation(MANAGER, List.of());
      case "b3" -> B3Propagation.newFactoryBuilder().injectFormat(Span.Kind.CLIENT, B3Propagation.Format.SINGLE).build();
      default -> B3Propagation.FACTORY;
    });
    // Brave's own way: a header for each field, with the name of the field. Micrometer's: one W3C header for all.
    for (var field : List.of(USER_ID, ORDER_ID)) {
      propagation.add(IS_W3C ? SingleBaggageField.local(field) : SingleBaggageField.remote(field));
    }
    BytesMessageSender sender = URLConnectionSender.create(System.getenv("SPANS"));
    return Tracing.newBuilder().localServiceName("brave").propagationFactory(propagation.build())
        .addSpanHandler(AsyncZipkinSpanHandler.create(sender))
        .supportsJoin(!"false".equals(System.getenv("JOIN"))).traceId128Bit(IS_W3C).build();
  }

  public static void main(String[] arguments) throws IOException {
    new BraveTracer(TRACING.tracer(), new BraveCurrentTraceContext(TRACING.currentTraceContext()), MANAGER);
    var server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", Brave::serve);
    server.start();
    OUT.println("http://127.0.0.1:" + server.getAddress().getPort());
  }

  static void serve(HttpExchange exchange) throws IOException {
    var handler = HttpServerHandler.create(HTTP_TRACING);
    var request = new ServerRequest(exchange);
    var span = IS_W3C ? receiveW3c(request) : handler.handleReceive(request);
    Throwable failure = null;
    try (var scope = TRACING.currentTraceContext().newScope(span.context())) {
      var headers = exchange.getRequestHeaders().entrySet().stream()
          .map(header -> header.getKey().toLowerCase() + ": " + String.join(",", header.getValue()));
      var values = Stream.of(request.path(), USER_ID.getValue(), ORDER_ID.getValue());
      OUT.println(Stream.concat(values, headers).map(String::valueOf).collect(Collectors.joining("\t")));

      var body = answer(exchange.getRequestURI()).getBytes(UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } catch (Exception error) {
      failure = error;
      error.printStackTrace();
      exchange.sendResponseHeaders(500, -1);
    } finally {
      handler.handleSend(new ServerResponse(request, exchange, failure), span);
      exchange.close();
    }
  }

  /** Micrometer reads W3C baggage in its own propagator, not in Brave's. */
  static Span receiveW3c(ServerRequest request) {
    var span = new BravePropagator(TRACING).extract(request, ServerRequest::header);
    return BraveSpan.toBrave(span.kind(io.micrometer.tracing.Span.Kind.SERVER).name(request.method()).start());
  }

  static String answer(URI uri) throws Exception {
    var inventory = System.getenv("INVENTORY_URL");
    var path = uri.getPath().split("/");
    switch (path[1]) {
      case "users":
        call(inventory + "/items?name=computer&name=mouse");
        return "[{\"name\":\"computer\",\"quantity\":1},{\"name\":\"mouse\",\"quantity\":2}]";
      case "orders":
        call(inventory + "/items?name=laptop");
        return """
            {"item":"laptop","pricePerItem":100,"quantity":1,"totalPrice":100,"id":%s,"user":"terry"}""".formatted(path[2]);
      case "items":
        return Stream.of(uri.getQuery().split("&"))
            .map(name -> "{\"name\":\"%s\",\"price\":100,\"stock\":7}".formatted(name.substring("name=".length())))
            .collect(Collectors.joining(",", "[", "]"));
      default: // /call?url=…&userId=…&orderId=…
        var query = new HashMap<String, String>();
        for (var pair : uri.getRawQuery().split("&")) {
          query.put(pair.split("=")[0], URLDecoder.decode(pair.split("=")[1], UTF_8));
        }
        USER_ID.updateValue(query.get("userId"));
        ORDER_ID.updateValue(query.get("orderId"));
        return call(query.get("url"));
    }
  }

  static String call(String url) throws Exception {
    var handler = HttpClientHandler.create(HTTP_TRACING);
    var request = new ClientRequest(URI.create(url), HttpRequest.newBuilder(URI.create(url)));
    var span = handler.handleSend(request);
    HttpResponse<String> response = null;
    Throwable failure = null;
    try (var scope = TRACING.currentTraceContext().newScope(span.context())) {
      response = HTTP.send(request.builder().build(), HttpResponse.BodyHandlers.ofString());
      return response.body();
    } catch (Exception error) {
      failure = error;
      throw error;
    } finally {
      handler.handleReceive(new ClientResponse(request, response, failure), span);
    }
  }
}

class ServerRequest extends HttpServerRequest {
  final HttpExchange exchange;
  ServerRequest(HttpExchange exchange) { this.exchange = exchange; }
  public Object unwrap() { return exchange; }
  public String method() { return exchange.getRequestMethod(); }
  public String path() { return exchange.getRequestURI().getPath(); }
  public String url() { return exchange.getRequestURI().toString(); }
  public String header(String name) { return exchange.getRequestHeaders().getFirst(name); }
}

class ServerResponse extends HttpServerResponse {
  final ServerRequest request;
  final HttpExchange exchange;
  final Throwable error;
  ServerResponse(ServerRequest request, HttpExchange exchange, Throwable error) {
    this.request = request; this.exchange = exchange; this.error = error;
  }
  public Object unwrap() { return exchange; }
  public HttpServerRequest request() { return request; }
  public Throwable error() { return error; }
  public int statusCode() { return exchange.getResponseCode(); }
}

class ClientRequest extends HttpClientRequest {
  final URI uri;
  final HttpRequest.Builder builder;
  ClientRequest(URI uri, HttpRequest.Builder builder) { this.uri = uri; this.builder = builder; }
  HttpRequest.Builder builder() { return builder; }
  public Object unwrap() { return builder; }
  public String method() { return "GET"; }
  public String path() { return uri.getPath(); }
  public String url() { return uri.toString(); }
  public String header(String name) { return null; }
  public void header(String name, String value) { builder.setHeader(name, value); }
}

class ClientResponse extends HttpClientResponse {
  final ClientRequest request;
  final HttpResponse<String> response;
  final Throwable error;
  ClientResponse(ClientRequest request, HttpResponse<String> response, Throwable error) {
    this.request = request; this.response = response; this.error = error;
  }
  public Object unwrap() { return response == null ? request : response; }
  public HttpClientRequest request() { return request; }
  public Throwable error() { return error; }
  public int statusCode() { return response == null ? 0 : response.statusCode(); }
}
