import dev.skerry.bundle.Digest;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.fleet.Fleet;
import dev.skerry.fleet.FleetSettings;
import dev.skerry.fleet.access.Scope;
import dev.skerry.fleet.access.Secrets;
import dev.skerry.fleet.api.Gate;
import dev.skerry.fleet.device.NewDevice;
import dev.skerry.fleet.store.Database;
import dev.skerry.wire.DeviceReport;
import dev.skerry.wire.EventRecord;
import dev.skerry.wire.Facts;
import dev.skerry.wire.LatencySketch;
import dev.skerry.wire.ModelStatus;
import dev.skerry.wire.QualityRecord;
import dev.skerry.wire.SlotRecord;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Simulated devices at a running fleet.
 *
 * <pre>
 * FleetLoad register FOLDER DATABASE COUNT         adds devices through the store, prints a token
 * FleetLoad run URL DEVICES RATE SECONDS [SHARE]   polls RATE times a second, one JSON line
 * FleetLoad find URL DEVICES SECONDS [SHARE]       highest rate with p99 under 100 ms
 * FleetLoad rollout URL TOKEN FILE                 creates a rollout, says how long that took
 * </pre>
 *
 * Requests begin at fixed times, whatever became of those before (an open loop), on keep-alive
 * connections; a latency counts from the time at which its request should have begun. After a
 * SHARE of the polls the device reports; a device that is told another release reports that it
 * serves it.
 */
public final class FleetLoad {
  private static final String MODEL = "bearing-faults";
  private static final String SECRET = "0".repeat(64);
  private static final int CONNECTIONS = 128;

  /** Served between two reports of a device; enough for a gate of the error rate. */
  private static final int REQUESTS = 250;

  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "register" -> register(Path.of(args[1]), args[2], Integer.parseInt(args[3]));
      case "run" ->
          System.out.println(
              text(
                  new FleetLoad(args[1], Integer.parseInt(args[2]), share(args, 5))
                      .run(Double.parseDouble(args[3]), Integer.parseInt(args[4]))
                      .json()));
      case "find" -> find(args[1], Integer.parseInt(args[2]), Integer.parseInt(args[3]), share(args, 4));
      case "rollout" -> rollout(args[1], args[2], Path.of(args[3]));
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private static double share(String[] args, int at) {
    return args.length > at ? Double.parseDouble(args[at]) : 0.1;
  }

  private static String text(Json json) {
    return new String(JsonWriter.pretty(json), StandardCharsets.UTF_8).replaceAll("\\s+", " ").strip();
  }

  private static String id(int device) {
    return "dev-%07d".formatted(device);
  }

  /* Registering */

  private static void register(Path folder, String database, int count) {
    FleetSettings settings =
        new FleetSettings(
            "127.0.0.1",
            0,
            Optional.empty(),
            folder.resolve("fleet-data"),
            database.contains("postgresql")
                ? new Database.Place(database, "postgres", "")
                : Database.Place.of(database),
            new FleetSettings.Repository.Folder(folder.resolve("repo")),
            Optional.empty(),
            new FleetSettings.TlsMode.Off(),
            Duration.ofDays(30),
            300,
            Duration.ofDays(30),
            Duration.ofDays(90),
            Gate.Rates.USUAL);
    try (Fleet fleet =
        Fleet.start(
            settings,
            new Fleet.Host("bench", InstantSource.system(), System::nanoTime, new SecureRandom()))) {
      List<NewDevice> devices = new ArrayList<>();
      String hash = Secrets.hash(SECRET);
      for (int i = 0; i < count; i++) {
        Facts facts =
            new Facts(
                i % 3 == 0 ? "arm64" : "x86-64-v3",
                "0.1.0",
                "onnxruntime 1.29.0",
                i % 3 == 0 ? "arm64" : "x86-64",
                List.of("avx2", "fma", "sse4_2"),
                List.of("cpu"),
                1L << 32,
                4);
        devices.add(
            new NewDevice(
                id(i), "bench", "key-" + i, hash, Map.of("site", "site-" + i % 50), Map.of(), facts));
      }
      long begin = System.nanoTime();
      fleet.devices().insertAll(devices);
      System.err.printf("%,d devices registered in %.1f s%n", count, (System.nanoTime() - begin) / 1e9);
      System.out.println(
          fleet.ground().tokens().create("bench", "bench", Scope.ADMIN, Duration.ofDays(1)).text());
    }
  }

  private static void rollout(String url, String token, Path file) throws IOException {
    try (Connection connection = new Connection(url)) {
      long begin = System.nanoTime();
      Response response =
          connection.send("POST", "/v1/rollouts", token, "", Files.readAllBytes(file));
      System.err.printf(
          "rollout: status %d in %.0f ms%n", response.status, (System.nanoTime() - begin) / 1e6);
      System.out.println(new String(response.body, StandardCharsets.UTF_8).replaceAll("\\s+", " "));
    }
  }

  private static void find(String url, int devices, int seconds, double share) throws Exception {
    double good = 0;
    double step = 1000;
    for (double rate = 1000; step >= 100; ) {
      Figures figures = new FleetLoad(url, devices, share).run(rate, seconds);
      System.err.println(text(figures.json()));
      if (figures.isGood(rate)) {
        good = rate;
      } else {
        step /= 2;
      }
      rate = good + step;
    }
    System.out.printf("highest rate with p99 under 100 ms and no error: %.0f polls a second%n", good);
  }

  /* Running */

  private final String url;
  private final int devices;
  private final double share;
  private final String[] etags;
  private final int[] serves;
  private final int[] reports;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicLong errors = new AtomicLong();
  private final AtomicLong unchanged = new AtomicLong();
  private final AtomicLong moved = new AtomicLong();
  private final AtomicInteger reported = new AtomicInteger();

  private FleetLoad(String url, int devices, double share) {
    this.url = url;
    this.devices = devices;
    this.share = share;
    this.etags = new String[devices];
    this.serves = new int[devices];
    this.reports = new int[devices];
    Arrays.fill(serves, 1);
    Arrays.fill(etags, "");
  }

  private record Figures(
      double rate, double seconds, long[] polls, long[] reports, long errors, long unchanged, long moved) {
    boolean isGood(double asked) {
      return errors == 0 && quantile(polls, 0.99) < 100 && polls.length / seconds > 0.98 * asked;
    }

    Json json() {
      return Json.object()
          .put("rate", rate)
          .put("seconds", Math.round(seconds))
          .put("polls", polls.length)
          .put("done-per-second", (double) Math.round(polls.length / seconds))
          .put("p50-ms", quantile(polls, 0.5))
          .put("p99-ms", quantile(polls, 0.99))
          .put("p999-ms", quantile(polls, 0.999))
          .put("max-ms", quantile(polls, 1))
          .put("reports", reports.length)
          .put("report-p99-ms", quantile(reports, 0.99))
          .put("not-modified", unchanged)
          .put("moved", moved)
          .put("errors", errors)
          .build();
    }

    private static double quantile(long[] sorted, double fraction) {
      int at = (int) Math.ceil(fraction * sorted.length) - 1;
      return sorted.length == 0 ? 0 : Math.round(sorted[Math.max(0, at)] / 1e4) / 100.0;
    }
  }

  private Figures run(double rate, int seconds) throws InterruptedException {
    int count = (int) (rate * seconds);
    long[] polls = new long[count];
    long[] reportTimes = new long[count];
    long begin = System.nanoTime() + 500_000_000;
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      threads.add(Thread.ofVirtual().start(() -> work(rate, begin, polls, reportTimes)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    double took = (System.nanoTime() - begin) / 1e9;
    Arrays.sort(polls);
    long[] reportsDone = Arrays.copyOf(reportTimes, Math.min(count, reported.get()));
    Arrays.sort(reportsDone);
    return new Figures(rate, took, polls, reportsDone, errors.get(), unchanged.get(), moved.get());
  }

  private void work(double rate, long begin, long[] polls, long[] reportTimes) {
    Connection connection = null;
    for (int i = next.getAndIncrement(); i < polls.length; i = next.getAndIncrement()) {
      long intended = begin + (long) (i / rate * 1e9);
      for (long left = intended - System.nanoTime(); left > 0; left = intended - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      try {
        connection = connection == null ? new Connection(url) : connection;
        int device = (int) ((long) i * 7919 % devices);
        boolean changed = poll(connection, device);
        polls[i] = System.nanoTime() - intended;
        if (changed || (i * 0x9E3779B9 >>> 8) % 1000 < share * 1000) {
          long reportBegin = System.nanoTime();
          report(connection, device);
          int slot = reported.getAndIncrement();
          if (slot < reportTimes.length) {
            reportTimes[slot] = System.nanoTime() - reportBegin;
          }
        }
      } catch (IOException | RuntimeException e) {
        if (errors.getAndIncrement() < 5) {
          System.err.println("error: " + e);
        }
        polls[i] = System.nanoTime() - intended;
        connection = null;
      }
    }
    if (connection != null) {
      connection.close();
    }
  }

  private static String token(int device) {
    return "skd_%s_%s".formatted(id(device), SECRET);
  }

  /** Whether the device was told another release. */
  private boolean poll(Connection connection, int device) throws IOException {
    Response response =
        connection.send("GET", "/v1/device/desired", token(device), etags[device], new byte[0]);
    if (response.status == 304) {
      unchanged.incrementAndGet();
      return false;
    }
    require(response);
    JsonObject desired = JsonReader.readObject("desired", response.body);
    etags[device] = desired.text("etag");
    for (JsonObject model : desired.objects("models")) {
      int counter = (int) model.integer("counter");
      if (counter > 0 && counter != serves[device]) {
        serves[device] = counter;
        moved.incrementAndGet();
        return true;
      }
    }
    return false;
  }

  private void report(Connection connection, int device) throws IOException {
    int number = ++reports[device];
    long[] nanos = new long[REQUESTS * number];
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] = 900_000 + (i * 7919L % 400_000);
    }
    Digest digest = Digest.of(new byte[0]);
    ModelStatus status =
        new ModelStatus(
            MODEL,
            "active",
            Instant.EPOCH,
            "serves",
            0,
            List.of(new SlotRecord("active", MODEL, serves[device], "x.1", digest, digest)),
            List.of(),
            new ModelStatus.Served(nanos.length, 0, 1000, 1300));
    DeviceReport report =
        new DeviceReport(
            Optional.empty(),
            new LinkedHashMap<>(Map.of("site", "site-" + device % 50)),
            List.of(status),
            List.of(
                new EventRecord(
                    number, Instant.EPOCH, MODEL, serves[device], "active", "held", "serves well")),
            List.of(
                new QualityRecord(
                    MODEL,
                    serves[device],
                    "run-" + serves[device],
                    QualityRecord.Side.SERVED,
                    nanos.length,
                    0,
                    LatencySketch.ofNanos(nanos),
                    Optional.empty(),
                    OptionalLong.of(50_000_000))));
    require(
        connection.send(
            "POST", "/v1/device/report", token(device), "", JsonWriter.pretty(report.toJson())));
  }

  private static void require(Response response) throws IOException {
    if (response.status != 200) {
      throw new IOException(
          "status %d: %s"
              .formatted(response.status, new String(response.body, StandardCharsets.UTF_8)));
    }
  }

  private record Response(int status, byte[] body) {}

  /** One keep-alive connection, and as much of HTTP/1.1 as the fleet answers with. */
  private static final class Connection implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final String host;

    Connection(String url) throws IOException {
      java.net.URI uri = java.net.URI.create(url);
      this.host = uri.getHost() + ":" + uri.getPort();
      this.socket = new Socket(uri.getHost(), uri.getPort());
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(60_000);
      this.in = new BufferedInputStream(socket.getInputStream(), 1 << 14);
    }

    Response send(String method, String path, String token, String etag, byte[] body)
        throws IOException {
      StringBuilder head = new StringBuilder(400);
      head.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: ").append(host);
      head.append("\r\nAuthorization: Bearer ").append(token);
      if (!etag.isEmpty()) {
        head.append("\r\nIf-None-Match: \"").append(etag).append('"');
      }
      if (body.length > 0 || method.equals("POST")) {
        head.append("\r\nContent-Type: application/json\r\nContent-Length: ").append(body.length);
      }
      byte[] first = head.append("\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
      byte[] request = Arrays.copyOf(first, first.length + body.length);
      System.arraycopy(body, 0, request, first.length, body.length);
      socket.getOutputStream().write(request);
      return read();
    }

    private Response read() throws IOException {
      String line = line();
      int status = Integer.parseInt(line.substring(9, 12));
      int length = 0;
      while (!(line = line()).isEmpty()) {
        if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
          length = Integer.parseInt(line.substring(15).strip());
        }
      }
      return new Response(status, status == 304 ? new byte[0] : in.readNBytes(length));
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder(80);
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw new IOException("the server closed the connection");
        }
        if (c != '\r') {
          line.append((char) c);
        }
      }
      return line.toString();
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
