package dev.skerry.fleet.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What pages load: style, scripts and the mark, all from this process. Addresses carry a digest of
 * the content, so that browsers keep them for ever and still get a new version at once.
 */
final class Assets {
  private static final String WEBJARS = "/META-INF/resources/webjars/";

  private static final Map<String, Asset> ALL = new LinkedHashMap<>();

  static {
    add("page.css", "text/css; charset=utf-8", "page.css");
    add("page.js", "text/javascript; charset=utf-8", "page.js");
    add("logo.svg", "image/svg+xml", "logo.svg");
    add(
        "htmx.min.js",
        "text/javascript; charset=utf-8",
        WEBJARS + "htmx.org/2.0.7/dist/htmx.min.js");
    add("sse.js", "text/javascript; charset=utf-8", WEBJARS + "htmx-ext-sse/2.2.2/sse.js");
  }

  private Assets() {}

  /**
   * A file that pages load.
   *
   * @param digest of the content, shortened
   */
  record Asset(String type, byte[] content, String digest) {}

  /** Address of the asset with that name, one of those above. */
  static String path(String name) {
    Asset asset = ALL.get(name);
    if (asset == null) {
      throw new IllegalArgumentException("no asset is called " + name);
    }
    return "/assets/" + name + "?v=" + asset.digest();
  }

  static Optional<Asset> named(String name) {
    return Optional.ofNullable(ALL.get(name));
  }

  private static void add(String name, String type, String resource) {
    try (InputStream stream = Assets.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("the program was packed without " + resource);
      }
      byte[] content = stream.readAllBytes();
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      ALL.put(name, new Asset(type, content, HexFormat.of().formatHex(digest, 0, 6)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
