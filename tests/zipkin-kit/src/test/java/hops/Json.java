package hops;

import java.util.ArrayList;
import java.util.List;
import zipkin2.Span;
import zipkin2.internal.JsonCodec;
import zipkin2.internal.ReadBuffer;
import zipkin2.internal.V2SpanReader;

/** What the API answers, read with Zipkin's own reader. */
final class Json {
  interface Reader<T> {
    T read(byte[] body);
  }

  static List<String> strings(byte[] body) {
    return list(body, JsonCodec.JsonReader::nextString);
  }

  static List<List<Span>> traces(byte[] body) {
    V2SpanReader spans = new V2SpanReader();
    return list(body, reader -> {
      List<Span> trace = new ArrayList<>();
      reader.beginArray();
      while (reader.hasNext()) trace.add(spans.fromJson(reader));
      reader.endArray();
      return trace;
    });
  }

  private static <T> List<T> list(byte[] body, JsonCodec.JsonReaderAdapter<T> adapter) {
    List<T> list = new ArrayList<>();
    JsonCodec.readList(adapter, ReadBuffer.wrap(body), list);
    return list;
  }

  private Json() {
  }
}
