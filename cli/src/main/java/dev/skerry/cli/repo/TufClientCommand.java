package dev.skerry.cli.repo;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.disk.Disk;
import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.net.HttpRemote;
import dev.skerry.bundle.net.Names;
import dev.skerry.bundle.net.UnreachableException;
import dev.skerry.bundle.tuf.TargetFile;
import dev.skerry.bundle.tuf.TrustedTargets;
import dev.skerry.bundle.tuf.TufClient;
import dev.skerry.bundle.tuf.TufLimits;
import dev.skerry.cli.terminal.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The client alone, as the conformance suite of The Update Framework drives it: exit code 0 when
 * all went well and 1 otherwise.
 */
@Command(
    name = "tuf-client",
    hidden = true,
    description = "Speak the protocol of theupdateframework/tuf-conformance.")
public final class TufClientCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(index = "0", paramLabel = "ACTION", description = "init, refresh or download.")
  private String action = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "ROOT",
      description = "The root to begin with, for init.")
  private @Nullable Path root;

  @Option(names = "--metadata-dir", required = true, description = "Metadata that is trusted.")
  private Path metadataFolder = Path.of("");

  @Option(names = "--metadata-url", description = "Metadata of the repository.")
  private @Nullable String metadataUrl;

  @Option(names = "--target-name", description = "What to download.")
  private List<String> targetNames = new ArrayList<>();

  @Option(names = "--target-base-url", description = "Targets of the repository.")
  private @Nullable String targetUrl;

  @Option(names = "--target-dir", description = "Where downloads go.")
  private @Nullable Path targetFolder;

  public TufClientCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try {
      run();
      return 0;
    } catch (TrustException | BundleException | UnreachableException | UncheckedIOException e) {
      terminal.err().println("tuf-client: " + e.getMessage());
      return 1;
    } catch (IOException e) {
      terminal.err().println("tuf-client: " + e);
      return 1;
    }
  }

  private void run() throws IOException {
    switch (action) {
      // There is no repository to talk to yet.
      case "init" -> client("http://localhost/").init(Files.readAllBytes(given("ROOT", root)));
      case "refresh" -> client(given("--metadata-url", metadataUrl)).refresh();
      case "download" -> download(client(given("--metadata-url", metadataUrl)).refresh());
      default -> throw new BundleException("'%s' is no action".formatted(action));
    }
  }

  private TufClient client(String url) {
    return new TufClient(
        new SystemDisk(),
        metadataFolder,
        remote(url),
        "",
        InstantSource.system(),
        TufLimits.usual());
  }

  private static HttpRemote remote(String url) {
    return new HttpRemote(url, HttpRemote.Waits.usual());
  }

  private static <T> T given(String name, @Nullable T value) {
    if (value == null) {
      throw new BundleException(name + " is missing");
    }
    return value;
  }

  private void download(TrustedTargets targets) {
    Path folder = given("--target-dir", targetFolder);
    HttpRemote remote = remote(given("--target-base-url", targetUrl));
    for (String name : targetNames) {
      TargetFile target = targets.require(name);
      Path file = folder.resolve(Names.encode(name));
      if (!isThere(target, file)) {
        Disk disk = new SystemDisk();
        disk.createFolders(folder);
        disk.replace(file, targets.download(target, remote, ""));
      }
    }
  }

  private static boolean isThere(TargetFile target, Path file) {
    Disk disk = new SystemDisk();
    return disk.size(file).filter(size -> size == target.length()).isPresent()
        && TrustedTargets.isIntact(target, disk.read(file, target.length()));
  }
}
