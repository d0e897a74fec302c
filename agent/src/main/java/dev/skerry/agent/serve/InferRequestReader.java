package dev.skerry.agent.serve;

import dev.skerry.agent.engine.Datatype;
import dev.skerry.graph.Bytes;
import dev.skerry.graph.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
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

  private static final int MAX_RANK = 32;

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
  private final List<InferRequest.WantedOutput> outputs = new ArrayList<>();
  private final SequencedMap<String, Tensor> inputs = new LinkedHashMap<>();

  /** Inputs whose bytes follow the JSON. */
  private final SequencedMap<String, Described> awaited = new LinkedHashMap<>();

  /** An input without its data. */
  private record Described(Datatype datatype, long[] shape, int elements, int binaryBytes) {}

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
    reader.signature.requireAll(reader.inputs);
    return new InferRequest(
        Optional.ofNullable(reader.id),
        reader.inputs,
        reader.outputs,
        reader.allBinary,
        Optional.ofNullable(reader.timeout));
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
    } else {
      json.skip();
    }
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
        tensor = tensorData(described(0)).read(json);
      } else {
        early = json.text(EARLY_DATA_BYTES);
      }
    }

    private TensorData tensorData(Described of) {
      return new TensorData(requireName(), of.datatype(), of.shape(), of.elements(), arena, budget);
    }

    private String requireName() {
      if (name == null) {
        throw HttpProblem.badRequest("an input of the request has no 'name'");
      }
      return name;
    }

    /** Checks what was said so far, and takes the memory that it needs. */
    private Described described(int binary) {
      String input = requireName();
      signature.input(input);
      if (datatype == null || shape == null) {
        throw HttpProblem.badRequest(
            "input '%s' has no '%s'".formatted(input, datatype == null ? "datatype" : "shape"));
      }
      Datatype type =
          Datatype.named(datatype)
              .orElseThrow(() ->
                  HttpProblem.badRequest(
                      "input '%s' has the datatype '%s'; there are %s"
                          .formatted(input, datatype, Datatype.names())));
      signature.requireFits(input, type, shape);
      int elements = elements(input, shape);
      if (elements > bodyBytes) {
        throw HttpProblem.badRequest(
            "input '%s' has the shape %s, which is %,d elements; the request has only %,d bytes"
                .formatted(input, Arrays.toString(shape), elements, bodyBytes));
      }
      budget.take((long) elements * Math.max(1, type.bytes()));
      return new Described(type, shape, elements, binary);
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
        awaited.put(input, described(binaryBytes));
        return;
      }
      inputs.put(input, tensor == null ? readEarly() : tensor);
    }

    private Tensor readEarly() {
      JsonInput kept =
          new JsonInput(new ByteArrayInputStream(early == null ? new byte[0] : early), depthLimit);
      return tensorData(described(0)).read(kept);
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
          if (sizes.size() == MAX_RANK) {
            throw HttpProblem.badRequest("'shape' has more than %d axes".formatted(MAX_RANK));
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

  private static int elements(String input, long... shape) {
    try {
      return Math.toIntExact(Tensor.elementCount(shape));
    } catch (ArithmeticException e) {
      throw new HttpProblem(
          HttpProblem.TOO_LARGE,
          "input '%s' has the shape %s, which is more than 2^31 elements"
              .formatted(input, Arrays.toString(shape)),
          e);
    }
  }

  private void readBinary(InputStream body) {
    awaited.forEach((name, described) -> inputs.put(name, binary(body, name, described)));
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

  private Tensor binary(InputStream body, String name, Described described) {
    return described.datatype() == Datatype.BYTES
        ? texts(body, name, described)
        : numbers(body, name, described);
  }

  private Tensor numbers(InputStream body, String name, Described of) {
    long expected = (long) of.elements() * of.datatype().bytes();
    if (of.binaryBytes() != expected) {
      throw HttpProblem.badRequest(
          "input '%s' has a 'binary_data_size' of %,d, but %s takes %,d bytes"
              .formatted(
                  name,
                  of.binaryBytes(),
                  Signature.text(of.datatype().name(), of.shape()),
                  expected));
    }
    MemorySegment memory =
        arena.allocate(Math.max(1, expected), TensorData.ALIGNMENT_BYTES).asSlice(0, expected);
    byte[] block = new byte[(int) Math.min(expected, 1 << 16)];
    for (long at = 0; at < expected; ) {
      int count = (int) Math.min(block.length, expected - at);
      readFully(body, name, block, count);
      MemorySegment.copy(block, 0, memory, ValueLayout.JAVA_BYTE, at, count);
      at += count;
    }
    return Tensor.of(of.datatype().element(), of.shape(), memory);
  }

  private static void readFully(InputStream body, String name, byte[] block, int count) {
    try {
      if (body.readNBytes(block, 0, count) < count) {
        throw HttpProblem.badRequest(
            "the request ends within the binary data of input '%s'".formatted(name));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each element is its length in four bytes, little-endian, and its bytes. */
  private Tensor texts(InputStream body, String name, Described of) {
    List<Bytes> texts = new ArrayList<>();
    int left = of.binaryBytes();
    byte[] length = new byte[Integer.BYTES];
    while (left >= Integer.BYTES && texts.size() < of.elements()) {
      readFully(body, name, length, Integer.BYTES);
      int bytes = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getInt();
      left -= Integer.BYTES;
      if (bytes < 0 || bytes > left || bytes > JsonInput.STRING_BYTES) {
        throw HttpProblem.badRequest(
            "element %d of input '%s' says that it has %d bytes; %d are left and the limit is %d"
                .formatted(texts.size(), name, bytes & 0xFFFF_FFFFL, left, JsonInput.STRING_BYTES));
      }
      budget.take(bytes);
      byte[] text = new byte[bytes];
      readFully(body, name, text, bytes);
      texts.add(Bytes.of(text));
      left -= bytes;
    }
    if (left != 0 || texts.size() != of.elements()) {
      throw HttpProblem.badRequest(
          "the binary data of input '%s' holds %d elements and %d further bytes; its shape takes %d"
              .formatted(name, texts.size(), left, of.elements()));
    }
    return Tensor.ofStrings(of.shape(), texts);
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
