package hops;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import zipkin2.Call;
import zipkin2.Callback;
import zipkin2.CheckResult;
import zipkin2.DependencyLink;
import zipkin2.Span;
import zipkin2.codec.DependencyLinkBytesDecoder;
import zipkin2.codec.SpanBytesDecoder;
import zipkin2.codec.SpanBytesEncoder;
import zipkin2.storage.AutocompleteTags;
import zipkin2.storage.QueryRequest;
import zipkin2.storage.ServiceAndSpanNames;
import zipkin2.storage.SpanConsumer;
import zipkin2.storage.SpanStore;
import zipkin2.storage.StorageComponent;
import zipkin2.storage.Traces;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A collector of its own, started with the settings that the test asks for, and asked over HTTP. */
final class CollectorStorage extends StorageComponent
  implements SpanConsumer, SpanStore, Traces, ServiceAndSpanNames, AutocompleteTags {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final String url;

  static final class Builder extends StorageComponent.Builder {
    private final Map<String, String> environment = new TreeMap<>(Map.of("LISTEN_ADDR", "127.0.0.1:0"));

    @Override public Builder strictTraceId(boolean strict) {
      environment.put("STRICT_TRACE_ID", String.valueOf(strict));
      return this;
    }

    @Override public Builder searchEnabled(boolean enabled) {
      environment.put("SEARCH_ENABLED", String.valueOf(enabled));
      return this;
    }

    @Override public Builder autocompleteKeys(List<String> keys) {
      environment.put("AUTOCOMPLETE_KEYS", String.join(",", keys));
      return this;
    }

    @Override public CollectorStorage build() {
      try {
        return new CollectorStorage(environment);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private CollectorStorage(Map<String, String> environment) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(System.getenv("HOP"), "collector");
    builder.redirectError(ProcessBuilder.Redirect.INHERIT).environment().putAll(environment);
    process = builder.start();
    // The first line ends with the URL.
    String line = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)).readLine();
    if (line == null) throw new IOException("the collector did not start");
    url = line.substring(line.indexOf("http://"));
  }

  @Override public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) throw new IOException("the collector did not stop");
    } catch (InterruptedException e) {
      throw new IOException(e);
    } finally {
      process.destroyForcibly();
    }
  }

  @Override public CheckResult check() {
    return send(get("/health")).statusCode() == 200
      ? CheckResult.OK : CheckResult.failed(new IllegalStateException("not well"));
  }

  @Override public Call<Void> accept(List<Span> spans) {
    HttpRequest post = HttpRequest.newBuilder(URI.create(url + "/api/v2/spans"))
      .header("Content-Type", "application/x-protobuf")
      .POST(HttpRequest.BodyPublishers.ofByteArray(SpanBytesEncoder.PROTO3.encodeList(spans)))
      .build();
    return new Answer<>(post, body -> null);
  }

  @Override public Call<List<Span>> getTrace(String traceId) {
    return new Answer<>(get("/api/v2/trace/" + traceId), SpanBytesDecoder.JSON_V2::decodeList);
  }

  @Override public Call<List<List<Span>>> getTraces(Iterable<String> traceIds) {
    var ids = new LinkedHashSet<String>();
    traceIds.forEach(id -> ids.add(Span.normalizeTraceId(id)));
    if (ids.isEmpty()) return Call.emptyList();
    // The API's list is for two and more.
    if (ids.size() == 1) {
      return getTrace(ids.iterator().next()).map(trace -> trace.isEmpty() ? List.of() : List.of(trace));
    }
    return new Answer<>(get("/api/v2/traceMany?traceIds=" + String.join(",", ids)), Json::traces);
  }

  @Override public Call<List<List<Span>>> getTraces(QueryRequest request) {
    return new Answer<>(get("/api/v2/traces?endTs=" + request.endTs() + "&lookback=" + request.lookback()
      + "&limit=" + request.limit() + param("serviceName", request.serviceName())
      + param("remoteServiceName", request.remoteServiceName()) + param("spanName", request.spanName())
      + param("annotationQuery", request.annotationQueryString())
      + param("minDuration", request.minDuration()) + param("maxDuration", request.maxDuration())),
      Json::traces);
  }

  @Override public Call<List<DependencyLink>> getDependencies(long endTs, long lookback) {
    Answer<List<DependencyLink>> answer =
      new Answer<>(get("/api/v2/dependencies?endTs=" + endTs + "&lookback=" + lookback),
        DependencyLinkBytesDecoder.JSON_V1::decodeList);
    // What cannot be asked is to fail at once.
    if (endTs <= 0 || lookback <= 0) answer.ask();
    return answer;
  }

  @Override public Call<List<String>> getServiceNames() {
    return names("/api/v2/services");
  }

  @Override public Call<List<String>> getRemoteServiceNames(String serviceName) {
    return names("/api/v2/remoteServices?" + param("serviceName", serviceName));
  }

  @Override public Call<List<String>> getSpanNames(String serviceName) {
    return names("/api/v2/spans?" + param("serviceName", serviceName));
  }

  @Override public Call<List<String>> getKeys() {
    return names("/api/v2/autocompleteKeys");
  }

  @Override public Call<List<String>> getValues(String key) {
    return names("/api/v2/autocompleteValues?" + param("key", key));
  }

  @Override public SpanConsumer spanConsumer() {
    return this;
  }

  @Override public SpanStore spanStore() {
    return this;
  }

  @Override public Traces traces() {
    return this;
  }

  @Override public ServiceAndSpanNames serviceAndSpanNames() {
    return this;
  }

  @Override public AutocompleteTags autocompleteTags() {
    return this;
  }

  private HttpRequest get(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).build();
  }

  private Call<List<String>> names(String path) {
    return new Answer<>(get(path), Json::strings);
  }

  private static String param(String name, Object value) {
    return value == null ? "" : "&" + name + "=" + URLEncoder.encode(value.toString(), UTF_8);
  }

  private static HttpResponse<byte[]> send(HttpRequest request) {
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a request is answered. */
  private static final class Answer<T> extends Call.Base<T> {
    private final HttpRequest request;
    private final Json.Reader<T> reader;

    Answer(HttpRequest request, Json.Reader<T> reader) {
      this.request = request;
      this.reader = reader;
    }

    T ask() {
      HttpResponse<byte[]> response = send(request);
      return switch (response.statusCode()) {
        case 200, 202 -> reader.read(response.body());
        // An unknown trace has no spans.
        case 404 -> reader.read("[]".getBytes(UTF_8));
        case 400 -> throw new IllegalArgumentException(new String(response.body(), UTF_8));
        default -> throw new IllegalStateException(request.uri() + ": " + response.statusCode());
      };
    }

    @Override protected T doExecute() {
      return ask();
    }

    @Override protected void doEnqueue(Callback<T> callback) {
      new Thread(() -> {
        try {
          callback.onSuccess(ask());
        } catch (RuntimeException e) {
          callback.onError(e);
        }
      }).start();
    }

    @Override public Call<T> clone() {
      return new Answer<>(request, reader);
    }
  }
}
