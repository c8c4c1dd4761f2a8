import com.sun.net.httpserver.*;
import io.opentelemetry.api.baggage.Baggage;
import java.io.*;
import java.net.*;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.*;
import java.util.concurrent.Executors;
import java.util.logging.Logger;
import java.util.stream.*;
import static java.nio.charset.StandardCharsets.UTF_8;

/** A program without a word about spans, which OpenTelemetry's agent adds: tests/interop/peer.rs says what each peer does. */
public class Agent {
  static final PrintStream OUT = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
  static final HttpClient HTTP = HttpClient.newHttpClient();
  static final Logger LOG = Logger.getLogger("agent");
  static final String INVENTORY = System.getenv("INVENTORY_URL");

  public static void main(String[] arguments) throws IOException {
    var server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", Agent::serve);
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
    OUT.println("http://127.0.0.1:" + server.getAddress().getPort());
  }

  static void serve(HttpExchange exchange) throws IOException {
    var uri = exchange.getRequestURI();
    var baggage = Baggage.current();
    var line = new ArrayList<String>(List.of(uri.getPath(), "" + baggage.getEntryValue("userId"), "" + baggage.getEntryValue("orderId")));
    exchange.getRequestHeaders().forEach((name, values) -> line.add(name.toLowerCase() + ": " + String.join(",", values)));
    OUT.println(String.join("\t", line));
    LOG.info("asked for " + uri.getPath());
    try (var body = exchange.getResponseBody()) {
      var answer = answer(uri.getPath(), query(uri)).getBytes(UTF_8);
      exchange.sendResponseHeaders(200, answer.length);
      body.write(answer);
    } catch (InterruptedException interrupted) {
      throw new IOException(interrupted);
    }
  }

  static Map<String, List<String>> query(URI uri) {
    var pairs = uri.getRawQuery() == null ? Stream.<String>of() : Arrays.stream(uri.getRawQuery().split("&"));
    return pairs.map(pair -> pair.split("=", 2)).collect(Collectors.groupingBy(pair -> pair[0],
        Collectors.mapping(pair -> URLDecoder.decode(pair[1], UTF_8), Collectors.toList())));
  }

  static String answer(String path, Map<String, List<String>> query) throws IOException, InterruptedException {
    var part = path.split("/");
    switch (part[1]) {
      case "users":
        call(INVENTORY + "/items?name=computer&name=mouse");
        return "[{\"name\":\"computer\",\"quantity\":1},{\"name\":\"mouse\",\"quantity\":2}]";
      case "orders":
        call(INVENTORY + "/items?name=laptop");
        return "{\"item\":\"laptop\",\"pricePerItem\":100,\"quantity\":1,\"totalPrice\":100,\"id\":" + part[2] + ",\"user\":\"terry\"}";
      case "items":
        return query.get("name").stream().map(name -> "{\"name\":\"" + name + "\",\"price\":100,\"stock\":7}")
            .collect(Collectors.joining(",", "[", "]"));
      default: // /call?url=…&userId=…&orderId=…
        var values = Baggage.current().toBuilder();
        for (var name : List.of("userId", "orderId")) values.put(name, query.get(name).get(0));
        try (var scope = values.build().makeCurrent()) {
          return call(query.get("url").get(0));
        }
    }
  }

  static String call(String url) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(url)).build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString(UTF_8)).body();
  }
}
