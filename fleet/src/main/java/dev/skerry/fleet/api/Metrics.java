package dev.skerry.fleet.api;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** Counts and times of requests, and gauges, as Prometheus' text format 0.0.4 has them. */
public final class Metrics {
  /** Upper bounds of the histogram, in seconds. */
  private static final double[] BOUNDS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
  };

  private static final double NANOS = 1e9;

  private record Key(String endpoint, int status) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byEndpoint = endpoint.compareTo(other.endpoint);
      return byEndpoint != 0 ? byEndpoint : Integer.compare(status, other.status);
    }
  }

  private static final class Times {
    private final AtomicLongArray buckets = new AtomicLongArray(BOUNDS.length + 1);
    private final LongAdder nanos = new LongAdder();

    void add(long time) {
      int bucket = 0;
      while (bucket < BOUNDS.length && time / NANOS > BOUNDS[bucket]) {
        bucket++;
      }
      buckets.incrementAndGet(bucket);
      nanos.add(time);
    }
  }

  private final Map<Key, LongAdder> requests = new ConcurrentHashMap<>();
  private final Map<String, Times> times = new ConcurrentHashMap<>();
  private final Map<String, Gauge> gauges = new ConcurrentHashMap<>();

  private record Gauge(String help, Supplier<SequencedMap<String, Double>> read) {}

  /**
   * Adds what is read whenever somebody looks.
   *
   * @param values by labels, {@code model="x",counter="1"} for instance; one without for no labels
   */
  public void gauge(String name, String help, Supplier<SequencedMap<String, Double>> values) {
    gauges.put(name, new Gauge(help, values));
  }

  /** Adds a single number that is read whenever somebody looks. */
  public void number(String name, String help, Supplier<? extends Number> value) {
    gauge(
        name,
        help,
        () -> {
          SequencedMap<String, Double> one = new LinkedHashMap<>();
          one.put("", value.get().doubleValue());
          return one;
        });
  }

  /**
   * Counts a request.
   *
   * @param endpoint method and pattern, never what somebody made up
   */
  void count(String endpoint, int status, long nanos) {
    requests.computeIfAbsent(new Key(endpoint, status), _ -> new LongAdder()).increment();
    times.computeIfAbsent(endpoint, _ -> new Times()).add(nanos);
  }

  /** The whole page. */
  String text() {
    StringBuilder out = new StringBuilder();
    head(out, "skerry_http_requests_total", "counter", "Requests by endpoint and status.");
    new TreeMap<>(requests)
        .forEach((key, count) ->
            out.append(
                "skerry_http_requests_total{endpoint=\"%s\",status=\"%d\"} %d\n"
                    .formatted(quoted(key.endpoint), key.status, count.sum())));
    head(out, "skerry_http_request_seconds", "histogram", "Times of requests by endpoint.");
    new TreeMap<>(times).forEach((endpoint, found) -> histogram(out, quoted(endpoint), found));
    new TreeMap<>(gauges)
        .forEach((name, gauge) -> {
          head(out, name, "gauge", gauge.help);
          gauge
              .read
              .get()
              .forEach((labels, value) ->
                  out.append(name)
                      .append(labels.isEmpty() ? "" : "{" + labels + "}")
                      .append(' ')
                      .append(value)
                      .append('\n'));
        });
    return out.toString();
  }

  private static void head(StringBuilder out, String name, String type, String help) {
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }

  private static void histogram(StringBuilder out, String endpoint, Times found) {
    long sum = 0;
    for (int i = 0; i <= BOUNDS.length; i++) {
      sum += found.buckets.get(i);
      String bound = i < BOUNDS.length ? Double.toString(BOUNDS[i]) : "+Inf";
      out.append(
          "skerry_http_request_seconds_bucket{endpoint=\"%s\",le=\"%s\"} %d\n"
              .formatted(endpoint, bound, sum));
    }
    out.append(
        String.format(
            Locale.ROOT,
            "skerry_http_request_seconds_sum{endpoint=\"%s\"} %.6f\n",
            endpoint,
            found.nanos.sum() / NANOS));
    out.append("skerry_http_request_seconds_count{endpoint=\"%s\"} %d\n".formatted(endpoint, sum));
  }

  /** A value of a label. */
  public static String quoted(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
