// Writes the records on standard input, one JSON object a line, as logback's encoders do: `ecs` or `logback`.

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.contrib.jackson.JacksonJsonFormatter;
import ch.qos.logback.contrib.json.classic.JsonLayout;
import co.elastic.logging.logback.EcsEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.function.Function;
import static java.nio.charset.StandardCharsets.UTF_8;

class Encoders {
    static final LoggerContext CONTEXT = new LoggerContext();

    public static void main(String[] arguments) throws Exception {
        CONTEXT.setName("default");
        Function<LoggingEvent, String> encode = arguments[0].equals("ecs") ? ecs() : logback();
        var json = new ObjectMapper();
        var output = new PrintStream(System.out, true, UTF_8);
        for (var line : new BufferedReader(new InputStreamReader(System.in, UTF_8)).lines().toList()) {
            output.print(encode.apply(event(json.readTree(line))));
        }
    }

    static Function<LoggingEvent, String> ecs() {
        var encoder = new EcsEncoder();
        encoder.setContext(CONTEXT);
        encoder.setServiceName("shop");
        encoder.start();
        return event -> new String(encoder.encode(event), UTF_8);
    }

    static Function<LoggingEvent, String> logback() {
        var layout = new JsonLayout();
        layout.setContext(CONTEXT);
        layout.setJsonFormatter(new JacksonJsonFormatter());
        layout.setTimestampFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'");
        layout.setTimestampFormatTimezoneId("UTC");
        layout.setAppendLineSeparator(true);
        layout.start();
        return layout::doLayout;
    }

    static LoggingEvent event(JsonNode record) {
        var fields = record.path("fields");
        var error = fields.has("error") ? new Exception(fields.get("error").asText()) : null;
        var logger = CONTEXT.getLogger(record.get("logger").asText());
        var level = Level.toLevel(record.get("level").asText());
        var event = new LoggingEvent("", logger, level, record.get("message").asText(), error, null);
        event.setThreadName(record.get("thread").asText());
        event.setInstant(Instant.parse(record.get("time").asText()));
        var mdc = new HashMap<String, String>();
        record.path("mdc").fields().forEachRemaining(entry -> mdc.put(entry.getKey(), entry.getValue().asText()));
        event.setMDCPropertyMap(mdc);
        return event;
    }
}
