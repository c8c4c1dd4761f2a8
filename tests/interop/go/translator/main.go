// The OpenTelemetry Collector's translation of OTLP to Zipkin: a request in JSON a line, the spans as Zipkin's JSON a line.
package main

import (
	"bufio"
	"fmt"
	"log"
	"os"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/translator/zipkin/zipkinv2"
	zipkinreporter "github.com/openzipkin/zipkin-go/reporter"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		traces, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(lines.Bytes())
		if err != nil {
			fmt.Println("error:", err)
			continue
		}
		spans, err := zipkinv2.FromTranslator{}.FromTraces(traces)
		if err != nil {
			fmt.Println("error:", err)
			continue
		}
		body, err := (zipkinreporter.JSONSerializer{}).Serialize(spans)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(string(body))
	}
}
