package dev.skerry.fleet;

import dev.skerry.bundle.Digest;
import dev.skerry.wire.DeviceReport;
import dev.skerry.wire.EnrolReply;
import dev.skerry.wire.EnrolRequest;
import dev.skerry.wire.EventRecord;
import dev.skerry.wire.Facts;
import dev.skerry.wire.LatencySketch;
import dev.skerry.wire.ModelStatus;
import dev.skerry.wire.QualityRecord;
import dev.skerry.wire.ReportReply;
import dev.skerry.wire.SlotRecord;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A device as a fleet sees it: what it sends, without a model. */
final class TestDevice {
  static final Facts FACTS =
      new Facts(
          "arm64",
          "0.1.0",
          "onnxruntime 1.29.0",
          "arm64",
          List.of("neon"),
          List.of("cpu"),
          1 << 30,
          4);

  final TestFleet fleet;
  final KeyPair key;
  final EnrolReply enrolled;

  private TestDevice(TestFleet fleet, KeyPair key, EnrolReply enrolled) {
    this.fleet = fleet;
    this.key = key;
    this.enrolled = enrolled;
  }

  static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String publicKey(KeyPair key) {
    return Base64.getEncoder().encodeToString(key.getPublic().getEncoded());
  }

  static String proof(KeyPair key, byte[] signed) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(key.getPrivate());
      signature.update(signed);
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static EnrolRequest request(KeyPair key, String token) {
    String publicKey = publicKey(key);
    return new EnrolRequest(
        token,
        publicKey,
        proof(key, EnrolRequest.signed(token, publicKey)),
        FACTS,
        new LinkedHashMap<>(java.util.Map.of("site", "berlin")));
  }

  static TestDevice enrol(TestFleet fleet, String token) {
    KeyPair key = newKey();
    TestFleet.Reply reply = fleet.send("POST", "", "/v1/enrol", request(key, token).toJson());
    if (reply.status() != 200) {
      throw new AssertionError(reply.status() + " " + reply.text());
    }
    return new TestDevice(fleet, key, EnrolReply.of(reply.json()));
  }

  String id() {
    return enrolled.device();
  }

  TestFleet.Reply poll(String... headers) {
    return fleet.get(enrolled.deviceToken(), "/v1/device/desired", headers);
  }

  ReportReply report(DeviceReport report) {
    TestFleet.Reply reply =
        fleet.send("POST", enrolled.deviceToken(), "/v1/device/report", report.toJson());
    if (reply.status() != 200) {
      throw new AssertionError(reply.status() + " " + reply.text());
    }
    return ReportReply.of(reply.json());
  }

  /** A report of one event and one run that has answered {@code requests} requests. */
  static DeviceReport report(long sequence, long counter, long requests) {
    long[] times = new long[(int) requests];
    java.util.Arrays.fill(times, 1_000_000);
    return new DeviceReport(
        Optional.empty(),
        new LinkedHashMap<>(java.util.Map.of("site", "berlin")),
        List.of(status(counter)),
        List.of(
            new EventRecord(
                sequence, Instant.EPOCH, TestFleet.MODEL, counter, "active", "held", "it 'works'")),
        List.of(
            new QualityRecord(
                TestFleet.MODEL,
                counter,
                "run-1",
                QualityRecord.Side.SERVED,
                requests,
                0,
                LatencySketch.ofNanos(times),
                Optional.empty(),
                OptionalLong.empty())));
  }

  static ModelStatus status(long counter) {
    Digest digest = Digest.of("x".getBytes(StandardCharsets.UTF_8));
    return new ModelStatus(
        TestFleet.MODEL,
        "active",
        Instant.EPOCH,
        "serves",
        0,
        List.of(new SlotRecord("active", TestFleet.MODEL, counter, "any.1", digest, digest)),
        List.of(),
        ModelStatus.Served.NOTHING);
  }
}
