package dev.skerry.agent.serve;

import dev.skerry.graph.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads an inference request: JSON as the Open Inference Protocol defines it (version 2, "Inference
 * Request JSON Object"), followed by the inputs that have a {@code binary_data_size} (Triton's
 * binary tensor data extension), in their order.
 *
 * <p>Each input is held against the model's signature before memory is taken for it.
 */
final class InferRequestReader {
  private static final String REQUEST = "the request";

  /** Data that comes before its shape is kept as text up to this size. */
  private static final int EARLY_DATA_BYTES = 1 << 20;

  /** An hour; nobody waits for longer. */
  private static final long MOST_TIMEOUT_MICROS = 3_600_000_000L;

  private final Signature signature;
  private final JsonInput json;
  private final int depthLimit;
  private final Arena arena;
  private final TensorBudget.Share budget;
  private final long bodyBytes;

  private @Nullable String id;
  private boolean allBinary;
  private @Nullable Duration timeout;
  private final StepParameters step = new StepParameters();
  private final List<InferRequest.WantedOutput> outputs = new ArrayList<>();
  private final SequencedMap<String, Tensor> inputs = new LinkedHashMap<>();

  /** Inputs whose bytes follow the JSON. */
  private final SequencedMap<String, Awaited> awaited = new LinkedHashMap<>();

  private record Awaited(DescribedInput input, int bytes) {}

  private InferRequestReader(
      Signature signature,
      InputStream text,
      int depthLimit,
      Arena arena,
      TensorBudget.Share budget,
      long bodyBytes) {
    this.signature = signature;
    this.json = new JsonInput(text, depthLimit);
    this.depthLimit = depthLimit;
    this.arena = arena;
    this.budget = budget;
    this.bodyBytes = bodyBytes;
  }

  /**
   * Reads a request.
   *
   * @param body JSON alone, or JSON and binary data
   * @param jsonBytes of the body that are JSON; all when absent
   * @param arena owns the memory of the tensors
   * @param bodyBytes that {@code body} has at most; what a request says of itself may be a lie
   * @throws HttpProblem 400 or 413, saying what is wrong with it
   * @throws dev.skerry.graph.SkerryException BAD_DATA if it does not fit {@code signature}
   */
  static InferRequest read(
      Signature signature,
      InputStream body,
      Optional<Integer> jsonBytes,
      int depthLimit,
      Arena arena,
      TensorBudget.Share budget,
      long bodyBytes) {
    InputStream text = jsonBytes.isPresent() ? new Part(body, jsonBytes.get()) : body;
    InferRequestReader reader =
        new InferRequestReader(signature, text, depthLimit, arena, budget, bodyBytes);
    reader.readJson();
    if (jsonBytes.isPresent()) {
      reader.readBinary(body);
    } else if (!reader.awaited.isEmpty()) {
      throw HttpProblem.badRequest(
          "input '%s' has 'binary_data_size', but the header Inference-Header-Content-Length is missing"
              .formatted(reader.awaited.firstEntry().getKey()));
    }
    reader.signature.requireGiven(reader.inputs);
    return new InferRequest(
        Optional.ofNullable(reader.id),
        reader.inputs,
        reader.outputs,
        reader.allBinary,
        Optional.ofNullable(reader.timeout),
        reader.step.read());
  }

  private void readJson() {
    boolean[] seen = new boolean[1];
    json.object(
        REQUEST,
        key -> {
          switch (key) {
            case "id" -> id = json.name("'id'");
            case "parameters" -> json.object("'parameters'", this::parameter);
            case "inputs" -> {
              seen[0] = true;
              json.array("'inputs'", this::input);
            }
            case "outputs" -> json.array("'outputs'", this::output);
            default -> json.skip();
          }
        });
    json.requireEnd();
    if (!seen[0]) {
      throw HttpProblem.badRequest("the request has no 'inputs', an array of tensors");
    }
  }

  private void parameter(String key) {
    if (key.equals("binary_data_output")) {
      allBinary = json.flag();
    } else if (key.equals("timeout")) {
      long micros = integer(json, "'timeout'", MOST_TIMEOUT_MICROS);
      timeout = micros == 0 ? null : Duration.of(micros, ChronoUnit.MICROS);
    } else if (key.equals("sequence_id")) {
      step.id(json.peek() == '"' ? json.name("'sequence_id'") : sequenceNumber());
    } else if (key.equals("sequence_start")) {
      step.start(json.flag());
    } else if (key.equals("sequence_end")) {
      step.end(json.flag());
    } else {
      json.skip();
    }
  }

  /** A number as Triton's clients send it. */
  private String sequenceNumber() {
    return Long.toString(integer(json, "'sequence_id'", Long.MAX_VALUE));
  }

  private void output() {
    String[] name = new String[1];
    Boolean[] binary = new Boolean[1];
    json.object(
        "an output",
        key -> {
          switch (key) {
            case "name" -> name[0] = json.name("'name'");
            case "parameters" ->
                json.object(
                    "'parameters'",
                    parameter -> {
                      if (parameter.equals("binary_data")) {
                        binary[0] = json.flag();
                      } else {
                        json.skip();
                      }
                    });
            default -> json.skip();
          }
        });
    if (name[0] == null) {
      throw HttpProblem.badRequest("an output of the request has no 'name'");
    }
    signature.output(name[0]);
    if (outputs.stream().anyMatch(output -> output.name().equals(name[0]))) {
      throw HttpProblem.badRequest("output '%s' is asked for twice".formatted(name[0]));
    }
    outputs.add(new InferRequest.WantedOutput(name[0], Optional.ofNullable(binary[0])));
  }

  /** The members of one input as they come, in any order. */
  private final class Members {
    private @Nullable String name;
    private @Nullable String datatype;
    private long @Nullable [] shape;
    private @Nullable Integer binaryBytes;
    private byte @Nullable [] early;
    private @Nullable Tensor tensor;

    void member(String key) {
      switch (key) {
        case "name" -> name = json.name("'name'");
        case "datatype" -> datatype = json.name("'datatype'");
        case "shape" -> shape = shape(json);
        case "parameters" -> json.object("'parameters'", this::parameter);
        case "data" -> data();
        default -> json.skip();
      }
    }

    private void parameter(String key) {
      if (key.equals("binary_data_size")) {
        binaryBytes = (int) integer(json, "'binary_data_size'", Integer.MAX_VALUE);
      } else {
        json.skip();
      }
    }

    private void data() {
      if (name != null && datatype != null && shape != null) {
        tensor = new TensorData(described(), arena, budget).read(json);
      } else {
        early = json.text(EARLY_DATA_BYTES);
      }
    }

    private String requireName() {
      if (name == null) {
        throw HttpProblem.badRequest("an input of the request has no 'name'");
      }
      return name;
    }

    /** Checks what was said so far, and takes the memory that it needs. */
    private DescribedInput described() {
      String input = requireName();
      signature.input(input);
      if (datatype == null || shape == null) {
        throw HttpProblem.badRequest(
            "input '%s' has no '%s'".formatted(input, datatype == null ? "datatype" : "shape"));
      }
      return DescribedInput.of(signature, input, datatype, shape, bodyBytes, budget);
    }

    void finish() {
      String input = requireName();
      boolean hasData = tensor != null || early != null;
      if (hasData == (binaryBytes != null)) {
        throw HttpProblem.badRequest(
            hasData
                ? "input '%s' has both 'data' and 'binary_data_size'".formatted(input)
                : "input '%s' has neither 'data' nor 'binary_data_size'".formatted(input));
      }
      if (inputs.containsKey(input) || awaited.containsKey(input)) {
        throw HttpProblem.badRequest("input '%s' is given twice".formatted(input));
      }
      if (binaryBytes != null) {
        awaited.put(input, new Awaited(described(), binaryBytes));
        return;
      }
      inputs.put(input, tensor == null ? readEarly() : tensor);
    }

    private Tensor readEarly() {
      JsonInput kept =
          new JsonInput(new ByteArrayInputStream(early == null ? new byte[0] : early), depthLimit);
      return new TensorData(described(), arena, budget).read(kept);
    }
  }

  private void input() {
    Members members = new Members();
    json.object("an input", members::member);
    members.finish();
  }

  private static long[] shape(JsonInput json) {
    List<Long> sizes = new ArrayList<>();
    json.array(
        "'shape'",
        () -> {
          if (sizes.size() == DescribedInput.MOST_AXES) {
            throw HttpProblem.badRequest(
                "'shape' has more than %d axes".formatted(DescribedInput.MOST_AXES));
          }
          sizes.add(integer(json, "'shape'", Integer.MAX_VALUE));
        });
    return sizes.stream().mapToLong(Long::longValue).toArray();
  }

  private static long integer(JsonInput json, String what, long high) {
    NumberScan number = new NumberScan();
    json.number(number);
    if (!number.isWithin(0, high)) {
      throw HttpProblem.badRequest(
          "%s has %s, an integer from 0 to %d was expected"
              .formatted(what, number.literal(), high));
    }
    return number.toLong();
  }

  private void readBinary(InputStream body) {
    awaited.forEach((name, next) ->
        inputs.put(name, BinaryTensor.read(body, next.input(), next.bytes(), arena, budget)));
    try {
      if (body.read() >= 0) {
        throw HttpProblem.badRequest(
            "there are bytes left after the binary data of the inputs; 'binary_data_size' of all"
                + " inputs and Inference-Header-Content-Length must add up to the body");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first bytes of a stream, which stays open. */
  private static final class Part extends InputStream {
    private final InputStream whole;
    private int left;

    Part(InputStream whole, int bytes) {
      this.whole = whole;
      this.left = bytes;
    }

    @Override
    public int read() throws IOException {
      int c = left == 0 ? -1 : whole.read();
      left -= c < 0 ? 0 : 1;
      return c;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int count = whole.read(target, offset, Math.min(length, left));
      left -= Math.max(0, count);
      return count;
    }
  }
}
