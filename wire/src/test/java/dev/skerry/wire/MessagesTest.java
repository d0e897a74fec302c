package dev.skerry.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.bundle.json.JsonWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessagesTest {
  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final Digest DIGEST = Digest.of(new byte[] {1});
  private static final String TOKEN = "skt_7_abcdefghijklmnopqrst_0123456789abcdef0123456789abcdef";

  private static final Facts FACTS =
      new Facts(
          "arm64",
          "0.1.0",
          "onnxruntime 1.29.0",
          "arm64",
          List.of("neon", "asimd"),
          List.of("cpu"),
          1L << 30,
          4);

  private static final SequencedMap<String, String> LABELS =
      new LinkedHashMap<>(Map.of("site", "berlin \"3\""));

  private static final QualityRecord QUALITY =
      new QualityRecord(
          "m",
          7,
          "run-1",
          QualityRecord.Side.SHADOW,
          12,
          2,
          LatencySketch.ofNanos(1000, 2000),
          Optional.of(new QualityRecord.Compared(6, 10, 9, 2, LatencySketch.ofNanos(900))),
          OptionalLong.of(1 << 20));

  private static final DeviceReport REPORT =
      new DeviceReport(
          Optional.of(FACTS),
          LABELS,
          List.of(
              new ModelStatus(
                  "m",
                  "shadow",
                  NOW,
                  "compares",
                  3,
                  List.of(new SlotRecord("active", "m", 6, "fp32", DIGEST, DIGEST)),
                  List.of(new RefusalRecord("m", 5, "probe", "slow", NOW)),
                  new ModelStatus.Served(10, 1, 1.5, 2.5)),
              new ModelStatus(
                      "n",
                      "idle",
                      NOW,
                      "up to date",
                      0,
                      List.of(),
                      List.of(),
                      ModelStatus.Served.NOTHING)
                  .withParts(List.of(new ModelStatus.Part("predict", 3, 10.5, 20)))
                  .withBackend(
                      new ModelStatus.Backend(
                          "cpu",
                          List.of(
                              new ModelStatus.Considered(
                                  "cpu", Optional.of("generic.1"), Optional.of(150.5), ""),
                              new ModelStatus.Considered(
                                  "webgpu", Optional.empty(), Optional.empty(), "not there"))))),
          List.of(new EventRecord(9, NOW, "m", 7, "shadow", "passed", "so")),
          List.of(QUALITY));

  private record Message(Record value, Json.Obj json, Function<JsonObject, Record> read) {
    @Override
    public String toString() {
      return value.getClass().getSimpleName();
    }
  }

  static Stream<Message> messages() {
    EnrolRequest request = new EnrolRequest(TOKEN, "key", "proof", FACTS, LABELS);
    EnrolReply reply = new EnrolReply("d1", "cert", "ca", "secret", "https://r/repo", "{}", 30);
    RenewRequest renew = new RenewRequest("key", "proof");
    RenewReply renewed = new RenewReply("cert");
    Desired desired = new Desired("e1", List.of(new DesiredModel("m", 7, 3, "wave 1")), 30);
    ReportReply acknowledged = new ReportReply(9, "e1");
    DeviceReport small =
        new DeviceReport(
            Optional.empty(),
            new LinkedHashMap<>(),
            List.of(),
            List.of(),
            List.of(
                new QualityRecord(
                    "m",
                    7,
                    "r",
                    QualityRecord.Side.SERVED,
                    0,
                    0,
                    LatencySketch.EMPTY,
                    Optional.empty(),
                    OptionalLong.empty())));
    return Stream.of(
        new Message(request, request.toJson(), EnrolRequest::of),
        new Message(reply, reply.toJson(), EnrolReply::of),
        new Message(renew, renew.toJson(), RenewRequest::of),
        new Message(renewed, renewed.toJson(), RenewReply::of),
        new Message(desired, desired.toJson(), Desired::of),
        new Message(acknowledged, acknowledged.toJson(), ReportReply::of),
        new Message(small, small.toJson(), DeviceReport::of),
        new Message(REPORT, REPORT.toJson(), DeviceReport::of));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void message_isReadAsItWasWritten(Message message) {
    byte[] bytes = JsonWriter.compact(message.json());
    assertThat(message.read().apply(JsonReader.readObject("body", bytes)))
        .isEqualTo(message.value());
  }

  /** Values of other kinds, out of range, too long, or missing, anywhere in the message. */
  @ParameterizedTest
  @MethodSource("messages")
  void spoiltMessage_isReadOrRefused_neverAnythingElse(Message message) {
    Random random = new Random(11);
    int refused = 0;
    for (int round = 0; round < 2000; round++) {
      Json spoilt = spoil(message.json(), random);
      try {
        Record read = message.read().apply(JsonObject.of("body", spoilt));
        assertThat(read).hasSameClassAs(message.value());
      } catch (BundleException e) {
        refused++;
        assertThat(e.getMessage()).containsAnyOf("body", "label", "is not a SHA-256");
      }
    }
    assertThat(refused).isPositive();
  }

  private static final List<Json> STRANGE =
      List.of(
          new Json.Null(),
          Json.of(true),
          Json.of(-1),
          Json.of(Long.MAX_VALUE),
          new Json.Num("1e999"),
          new Json.Num("99999999999999999999"),
          Json.of(""),
          Json.of("x".repeat(100_000)),
          Json.of("\0\n\ud800"),
          new Json.Arr(List.of()),
          Json.object().build());

  private static Json spoil(Json value, Random random) {
    UnaryOperator<Json> into = item -> random.nextInt(3) == 0 ? spoil(item, random) : item;
    return switch (value) {
      case Json.Obj object when !object.members().isEmpty() && random.nextInt(6) > 0 -> {
        SequencedMap<String, Json> members = new LinkedHashMap<>();
        object.members().forEach((key, member) -> members.put(key, into.apply(member)));
        if (random.nextInt(4) == 0) {
          members.remove(members.sequencedKeySet().getLast());
        }
        yield new Json.Obj(members);
      }
      case Json.Arr array when !array.items().isEmpty() && random.nextInt(6) > 0 -> {
        List<Json> items = new ArrayList<>();
        array.items().forEach(item -> items.add(into.apply(item)));
        yield new Json.Arr(items);
      }
      default -> STRANGE.get(random.nextInt(STRANGE.size()));
    };
  }

  @Test
  void countsThatContradictEachOther_areRefused() {
    Json.Obj json = QUALITY.toJson();
    for (String change :
        List.of("failed 13", "requests -1", "counter 0", "requests 1000000000001")) {
      SequencedMap<String, Json> members = new LinkedHashMap<>(json.members());
      String[] parts = change.split(" ");
      members.put(parts[0], new Json.Num(parts[1]));
      assertThatThrownBy(() -> QualityRecord.of(JsonObject.of("body", new Json.Obj(members))))
          .as(change)
          .isInstanceOf(BundleException.class)
          .hasMessageContaining(parts[0]);
    }
  }

  @Test
  void token_isReadAsItWasWritten_andNeverPrinted() {
    EnrolToken token = EnrolToken.of(TOKEN);
    assertThat(token.text()).isEqualTo(TOKEN);
    assertThat(token.toString()).doesNotContain("abcdefghijklmnopqrst");
    assertThat(token.pin()).hasSize(32);
    assertThat(EnrolToken.pinOf(new byte[] {1})).isEqualTo(DIGEST.hex().substring(0, 32));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "skt_7_short_0123456789abcdef0123456789abcdef",
        "skt_7_abcdefghijklmnopqrst",
        "skt_7_abcdefghijklmnopqrst_0123456789ABCDEF0123456789abcdef",
        " " + TOKEN
      })
  void malformedToken_isRefused_withoutShowingIt(String text) {
    assertThatThrownBy(() -> EnrolToken.of(text))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("no enrolment token")
        .hasMessageNotContaining("abcdefghijklmnopqrst");
  }

  @Test
  void labels_haveAForm() {
    Labels.check(Map.of("site", "berlin", "rack.row-3", ""));
    for (Map<String, String> bad :
        List.of(
            Map.of("", "x"),
            Map.of("1a", "x"),
            Map.of("a b", "x"),
            Map.of("a", "x\ny"),
            Map.of("a", "x".repeat(201)))) {
      assertThatThrownBy(() -> Labels.check(bad)).isInstanceOf(BundleException.class);
    }
  }
}
