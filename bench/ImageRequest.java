import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.media.GraphInput;
import dev.skerry.runtime.media.MediaAnswer;
import dev.skerry.runtime.media.MediaInput;
import dev.skerry.runtime.media.MediaLimits;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Scanner;

/**
 * One side of image_request.py: bytes of JPEG files to boxes, on one thread.
 *
 * <p>Arguments: model.toml, an ONNX file, then the JPEG files. For each line on standard input it
 * answers every file once and prints the nanoseconds of each: decode and prepare, run, answer.
 */
public final class ImageRequest {
  public static void main(String... args) throws Exception {
    ModelDescription description = ModelDescription.read(Path.of(args[0]));
    List<byte[]> files = new ArrayList<>();
    for (int i = 2; i < args.length; i++) {
      files.add(Files.readAllBytes(Path.of(args[i])));
    }
    try (ModelFile model = ModelReader.read(Path.of(args[1]));
        Session session = Session.open(Path.of(args[1]), SessionConfig.standard());
        Arena arena = Arena.ofConfined()) {
      MediaInput input =
          MediaInput.of(
              GraphInput.of(description, model.model()).getFirst(), MediaLimits.REQUEST);
      MemorySegment memory = arena.allocate(16 << 20, 64);
      Scanner lines = new Scanner(System.in);
      while (lines.hasNextLine()) {
        lines.nextLine();
        StringBuilder times = new StringBuilder();
        int boxes = 0;
        for (byte[] file : files) {
          long start = System.nanoTime();
          MediaInput.Media media = input.read("it", file, bytes -> memory.asSlice(0, bytes));
          long ready = System.nanoTime();
          Map<String, Tensor> outputs = session.run(Map.of(input.input().name(), media.tensor()));
          long ran = System.nanoTime();
          MediaAnswer answer = MediaAnswer.of(description.outputs(), outputs, media.view());
          long done = System.nanoTime();
          boxes += ((MediaAnswer.Boxes) answer).boxes().size();
          times.append("%d,%d,%d ".formatted(ready - start, ran - ready, done - ran));
        }
        System.out.println(boxes + " " + times.toString().strip());
      }
    }
  }
}
