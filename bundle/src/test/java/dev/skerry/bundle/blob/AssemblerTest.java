package dev.skerry.bundle.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.release.Recipe;
import dev.skerry.bundle.release.Recipe.Piece;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssemblerTest {
  private final SystemDisk disk = new SystemDisk();
  @TempDir Path scratch = Path.of("");

  /** Blobs in memory. */
  private record Blobs(Map<Digest, byte[]> contents) implements BlobSource {
    Digest add(byte... content) {
      contents.put(Digest.of(content), content);
      return Digest.of(content);
    }

    @Override
    public boolean has(Digest blob) {
      return contents.containsKey(blob);
    }

    @Override
    public InputStream open(Digest blob, long offset) {
      byte[] content = contents.get(blob);
      if (content == null) {
        throw new BundleException("no blob " + blob.brief());
      }
      int from = (int) Math.min(offset, content.length);
      return new ByteArrayInputStream(content, from, content.length - from);
    }
  }

  private final Blobs blobs = new Blobs(new HashMap<>());

  private Recipe recipe(byte[] file, Piece... pieces) {
    return new Recipe(Digest.of(file), file.length, List.of(pieces));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(scratch)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  @Test
  void assemble_joinsPiecesInOrder() throws IOException {
    Digest skeleton = blobs.add((byte) 1, (byte) 2, (byte) 3);
    Digest tensor = blobs.add((byte) 7, (byte) 8);
    Recipe recipe =
        recipe(
            new byte[] {1, 7, 8, 2, 3, 7, 8},
            new Piece(skeleton, 0, 1),
            new Piece(tensor, 0, 2),
            new Piece(skeleton, 1, 2),
            new Piece(tensor, 0, 2));
    Path file = Files.writeString(scratch.resolve("model.onnx"), "older");

    Assembler.assemble(disk, recipe, blobs, file);

    assertThat(file).hasBinaryContent(new byte[] {1, 7, 8, 2, 3, 7, 8});
    assertThat(files()).containsExactly("model.onnx");
  }

  @Test
  void assemble_ofOtherBytes_leavesTheOlderFileAlone() throws IOException {
    Digest blob = blobs.add((byte) 1, (byte) 2);
    blobs.contents().put(blob, new byte[] {1, 3});
    Path file = Files.writeString(scratch.resolve("model.onnx"), "older");
    Recipe recipe = recipe(new byte[] {1, 2}, new Piece(blob, 0, 2));

    assertThatThrownBy(() -> Assembler.assemble(disk, recipe, blobs, file))
        .isInstanceOf(TrustException.class);
    assertThatThrownBy(() -> Assembler.verify(recipe, blobs, _ -> {}))
        .isInstanceOf(TrustException.class);

    assertThat(file).hasContent("older");
    assertThat(files()).containsExactly("model.onnx");
  }

  @Test
  void assemble_ofABlobThatIsTooShort_saysWhich() throws IOException {
    Digest blob = blobs.add((byte) 1, (byte) 2);
    Recipe recipe = recipe(new byte[] {1, 2, 3}, new Piece(blob, 1, 3));

    assertThatThrownBy(() -> Assembler.assemble(disk, recipe, blobs, scratch.resolve("m")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(blob.brief())
        .hasMessageContaining("2 bytes before the end");
    assertThat(files()).isEmpty();
  }

  @Test
  void assemble_ofAMissingBlob_saysWhich() {
    Digest missing = Digest.of(new byte[] {5});
    Recipe recipe = recipe(new byte[] {5}, new Piece(missing, 0, 1));

    assertThatThrownBy(() -> Assembler.assemble(disk, recipe, blobs, scratch.resolve("m")))
        .hasMessageContaining(missing.brief());
  }

  @Test
  void fileBlobs_giveBackEveryBlobFromAnyOffset() throws IOException {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
    for (int round = 0; round < 50; round++) {
      Recipe recipe = randomRecipe(random);
      Path file = scratch.resolve("model.onnx");
      Assembler.assemble(disk, recipe, blobs, file);
      FileBlobs inside = new FileBlobs(disk, recipe, file);

      for (Digest blob : recipe.blobs().keySet()) {
        byte[] content = blobs.contents().getOrDefault(blob, new byte[0]);
        int offset = random.nextInt(content.length + 1);
        assertThat(inside.has(blob)).isTrue();
        try (InputStream in = inside.open(blob, offset)) {
          assertThat(in.readAllBytes())
              .isEqualTo(Arrays.copyOfRange(content, offset, content.length));
        }
      }
    }
  }

  @Test
  void fileBlobs_doNotClaimABlobWhoseStartIsElsewhere() throws IOException {
    Digest blob = blobs.add((byte) 1, (byte) 2, (byte) 3);
    Recipe recipe = recipe(new byte[] {2, 3}, new Piece(blob, 1, 2));
    Path file = scratch.resolve("tail");
    Assembler.assemble(disk, recipe, blobs, file);

    assertThat(new FileBlobs(disk, recipe, file).has(blob)).isFalse();
    Files.delete(file);
    assertThat(new FileBlobs(disk, recipe, file).has(blob)).isFalse();
  }

  /** Tensors, some of them twice, between parts of one skeleton. */
  private Recipe randomRecipe(RandomGenerator random) {
    byte[] skeleton = bytes(random, 20);
    Digest frame = blobs.add(skeleton);
    List<Piece> pieces = new ArrayList<>();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    byte[] again = bytes(random, 1 + random.nextInt(70_000));
    for (int at = 0; at < skeleton.length; ) {
      int count = Math.min(1 + random.nextInt(9), skeleton.length - at);
      pieces.add(new Piece(frame, at, count));
      file.write(skeleton, at, count);
      at += count;
      byte[] tensor = random.nextBoolean() ? again : bytes(random, 1 + random.nextInt(500));
      pieces.add(new Piece(blobs.add(tensor), 0, tensor.length));
      file.writeBytes(tensor);
    }
    return recipe(file.toByteArray(), pieces.toArray(Piece[]::new));
  }

  private static byte[] bytes(RandomGenerator random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
