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
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.function.LongSupplier;

/**
 * One side of image_request.py: bytes of JPEG files to boxes, on one thread.
 *
 * <p>Arguments: the clock (wall or cpu), model.toml, an ONNX file, then the JPEG files. For each
 * line on standard input it answers every file once and prints the nanoseconds of each: decode and
 * prepare, run, answer.
 */
public final class ImageRequest {
  public static void main(String... args) throws Exception {
    ModelDescription description = ModelDescription.read(Path.of(args[1]));
    LongSupplier clock =
        args[0].equals("cpu")
            ? ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime
            : System::nanoTime;
    List<byte[]> files = new ArrayList<>();
    for (int i = 3; i < args.length; i++) {
      files.add(Files.readAllBytes(Path.of(args[i])));
    }
    try (ModelFile model = ModelReader.read(Path.of(args[2]));
        Session session = Session.open(Path.of(args[2]), SessionConfig.standard());
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
          long start = clock.getAsLong();
          MediaInput.Media media = input.read("it", file, bytes -> memory.asSlice(0, bytes));
          long ready = clock.getAsLong();
          Map<String, Tensor> outputs = session.run(Map.of(input.input().name(), media.tensor()));
          long ran = clock.getAsLong();
          MediaAnswer answer = MediaAnswer.of(description.outputs(), outputs, media.view());
          long done = clock.getAsLong();
          boxes += ((MediaAnswer.Boxes) answer).boxes().size();
          times.append("%d,%d,%d ".formatted(ready - start, ran - ready, done - ran));
        }
        System.out.println(boxes + " " + times.toString().strip());
      }
    }
  }
}
