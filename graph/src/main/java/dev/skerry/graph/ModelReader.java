package dev.skerry.graph;

import dev.skerry.graph.OnnxProto.FunctionProto;
import dev.skerry.graph.OnnxProto.ModelProto;
import dev.skerry.graph.OnnxProto.OperatorSetIdProto;
import dev.skerry.graph.OnnxProto.StringStringEntryProto;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Reads ONNX files ({@code ModelProto}) over mapped memory: names and nodes are copied to the heap,
 * weights stay in the file, external ones in theirs.
 *
 * <p>Bad files of every kind end in a {@link SkerryException} with {@link ErrorCode#BAD_FILE} whose
 * message names the byte. Reading takes time in proportion to the file's size without weights, and
 * heap within the limit of {@link ReadSource}. Whether the model makes sense is for {@link
 * Verifier}.
 */
public final class ModelReader {
  private final GraphReader graphs;

  private ModelReader(ExternalFiles files) {
    this.graphs = new GraphReader(files);
  }

  /** Reads {@code file}, and maps the files of weights beside it that it names. */
  @SuppressWarnings("MustBeClosedChecker") // The arena goes to the ModelFile, or is closed here.
  public static ModelFile read(Path file) {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment bytes = ExternalFiles.map(file, file.toString(), arena);
      Path folder = file.toAbsolutePath().getParent();
      ExternalFiles files = new ExternalFiles(folder == null ? file : folder, arena);
      Model model = read(new ReadSource(file.toString(), bytes), files);
      return new ModelFile(model, bytes, arena, files.mappedBytes());
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Reads an encoded model; its tensors borrow {@code bytes}.
   *
   * @param folder where files of external weights are looked for; they stay mapped as long as a
   *     tensor is in use
   */
  public static Model read(MemorySegment bytes, Path folder) {
    ExternalFiles files = new ExternalFiles(folder, Arena.ofAuto());
    return read(new ReadSource("the model", bytes), files);
  }

  /** Reads an encoded model; its tensors borrow {@code bytes}, which must not change. */
  public static Model read(byte[] bytes, Path folder) {
    return read(MemorySegment.ofArray(bytes), folder);
  }

  private static Model read(ReadSource source, ExternalFiles files) {
    if (source.size() == 0) {
      throw source.fail(0, "there is nothing: the file is empty");
    }
    return new ModelReader(files).model(WireReader.over(source));
  }

  private Model model(WireReader in) {
    long irVersion = 0;
    String producerName = "";
    String producerVersion = "";
    Graph graph = null;
    List<OperatorSet> opsets = new ArrayList<>();
    List<Function> functions = new ArrayList<>();
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    KeptFields kept = new KeptFields();
    while (in.next()) {
      switch (in.field()) {
        case ModelProto.IR_VERSION -> irVersion = in.varint();
        case ModelProto.PRODUCER_NAME -> producerName = in.text();
        case ModelProto.PRODUCER_VERSION -> producerVersion = in.text();
        case ModelProto.OPSET_IMPORT ->
            opsets.add(opset(in.message(), ModelProto.OPSET_IMPORT, kept));
        case ModelProto.METADATA_PROPS -> metadata(in.message(), metadata, kept);
        case ModelProto.FUNCTIONS -> functions.add(function(in.message()));
        case ModelProto.GRAPH -> {
          if (graph != null) {
            throw in.failField("a second graph starts; a model has one");
          }
          graph = graphs.graph(in.message());
        }
        default -> kept.keep(in);
      }
    }
    if (graph == null) {
      throw in.failMessage("a model starts that has no graph");
    }
    return new Model(
        irVersion,
        opsets,
        producerName,
        producerVersion,
        metadata,
        graph,
        functions,
        kept.toBytes());
  }

  private static OperatorSet opset(WireReader in, int field, KeptFields kept) {
    String domain = "";
    long version = 0;
    KeptFields left = new KeptFields();
    while (in.next()) {
      switch (in.field()) {
        case OperatorSetIdProto.DOMAIN -> domain = in.text();
        case OperatorSetIdProto.VERSION -> version = in.varint();
        default -> left.keep(in);
      }
    }
    OperatorSet set = new OperatorSet(domain, version);
    kept.keepEntry(field, set.domain(), left);
    return set;
  }

  private static void metadata(
      WireReader in, SequencedMap<String, String> metadata, KeptFields kept) {
    String key = "";
    String value = "";
    KeptFields left = new KeptFields();
    while (in.next()) {
      switch (in.field()) {
        case StringStringEntryProto.KEY -> key = in.text();
        case StringStringEntryProto.VALUE -> value = in.text();
        default -> left.keep(in);
      }
    }
    metadata.put(key, value);
    kept.keepEntry(ModelProto.METADATA_PROPS, key, left);
  }

  private Function function(WireReader in) {
    String name = "";
    String domain = "";
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    List<Node> nodes = new ArrayList<>();
    List<OperatorSet> opsets = new ArrayList<>();
    KeptFields kept = new KeptFields();
    while (in.next()) {
      switch (in.field()) {
        case FunctionProto.NAME -> name = in.text();
        case FunctionProto.DOMAIN -> domain = in.text();
        case FunctionProto.INPUT -> inputs.add(in.text());
        case FunctionProto.OUTPUT -> outputs.add(in.text());
        case FunctionProto.NODE -> nodes.add(graphs.node(in.message()));
        case FunctionProto.OPSET_IMPORT ->
            opsets.add(opset(in.message(), FunctionProto.OPSET_IMPORT, kept));
        default -> kept.keep(in);
      }
    }
    return new Function(domain, name, inputs, outputs, nodes, opsets, kept.toBytes());
  }
}
