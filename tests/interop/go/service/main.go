// OpenTelemetry's instrumentation of Go's HTTP server and client: tests/interop/peer.rs says what each peer does.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/contrib/bridges/otelslog"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

var (
	inventory = os.Getenv("INVENTORY_URL")
	client    = http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport), Timeout: 5 * time.Second}
)

// The endpoint and the service's name come from the environment, as OpenTelemetry itself reads them.
func main() {
	spans, err := otlptracehttp.New(context.Background())
	must(err)
	lines, err := otlploghttp.New(context.Background())
	must(err)
	otel.SetTracerProvider(sdktrace.NewTracerProvider(sdktrace.WithBatcher(spans, sdktrace.WithBatchTimeout(200*time.Millisecond))))
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	provider := sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewBatchProcessor(lines, sdklog.WithExportInterval(200*time.Millisecond))))
	slog.SetDefault(otelslog.NewLogger("service", otelslog.WithLoggerProvider(provider)))

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	fmt.Printf("http://%s\n", listener.Addr())
	log.Fatal(http.Serve(listener, otelhttp.NewHandler(http.HandlerFunc(serve), "serve")))
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func serve(response http.ResponseWriter, request *http.Request) {
	values := baggage.FromContext(request.Context())
	fields := []string{request.URL.Path, text(values, "userId"), text(values, "orderId")}
	for name, all := range request.Header {
		fields = append(fields, strings.ToLower(name)+": "+strings.Join(all, ","))
	}
	fmt.Println(strings.Join(fields, "\t"))
	slog.InfoContext(request.Context(), "asked for "+request.URL.Path)
	answer(response, request)
}

func text(values baggage.Baggage, name string) string {
	if value := values.Member(name).Value(); value != "" {
		return value
	}
	return "null"
}

type object = map[string]any

func answer(response http.ResponseWriter, request *http.Request) {
	write := json.NewEncoder(response).Encode
	part, query := strings.Split(request.URL.Path, "/"), request.URL.Query()
	switch part[1] {
	case "users":
		call(request.Context(), inventory+"/items?name=computer&name=mouse")
		write([]object{{"name": "computer", "quantity": 1}, {"name": "mouse", "quantity": 2}})
	case "orders":
		call(request.Context(), inventory+"/items?name=laptop")
		id, _ := strconv.Atoi(part[2])
		write(object{"item": "laptop", "pricePerItem": 100, "quantity": 1, "totalPrice": 100, "id": id, "user": "terry"})
	case "items":
		items := []object{}
		for _, name := range query["name"] {
			items = append(items, object{"name": name, "price": 100, "stock": 7})
		}
		write(items)
	default: // /call?url=…&userId=…&orderId=…
		io.WriteString(response, call(carrying(request.Context(), query), query.Get("url")))
	}
}

func carrying(current context.Context, query url.Values) context.Context {
	values := baggage.FromContext(current)
	for _, name := range []string{"userId", "orderId"} {
		member, err := baggage.NewMemberRaw(name, query.Get(name))
		must(err)
		values, err = values.SetMember(member)
		must(err)
	}
	return baggage.ContextWithBaggage(current, values)
}

func call(current context.Context, url string) string {
	request, err := http.NewRequestWithContext(current, http.MethodGet, url, nil)
	must(err)
	answer, err := client.Do(request)
	must(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	must(err)
	return string(body)
}
