package dev.skerry.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.fleet.FleetSettings.Repository;
import dev.skerry.graph.SkerryException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FleetTomlTest {
  private static Repository repository(String toml) {
    return FleetToml.parse(Path.of("/etc/skerry/fleet.toml"), toml).settings().repository();
  }

  @Test
  void aRepositoryIsAFolderBesideTheFile() {
    assertThat(repository("")).isEqualTo(new Repository.Folder(Path.of("/etc/skerry/repo")));
    assertThat(repository("repository = \"/srv/repo\""))
        .isEqualTo(new Repository.Folder(Path.of("/srv/repo")));
  }

  @ParameterizedTest
  @CsvSource({
    "s3://models, models, ''",
    "s3://models/, models, ''",
    "s3://models/edge, models, edge/",
    "s3://my.models-2/edge/berlin/, my.models-2, edge/berlin/"
  })
  void aBucketHasAPrefixThatEndsInASlash(String text, String bucket, String prefix) {
    assertThat(repository("repository = \"%s\"".formatted(text)))
        .isEqualTo(new Repository.Bucket(bucket, prefix, "us-east-1", Optional.empty()));
  }

  @Test
  void aBucketOfAnotherServer() {
    String toml =
        """
        repository = "s3://models"
        [s3]
        endpoint = "https://minio.example:9000"
        region = "eu-central-1"
        """;
    assertThat(repository(toml))
        .isEqualTo(
            new Repository.Bucket(
                "models",
                "",
                "eu-central-1",
                Optional.of(URI.create("https://minio.example:9000"))));
  }

  @ParameterizedTest
  @CsvSource({"s3:models", "s3://", "s3://Models/x", "s3://models//x"})
  void whatIsNoBucketIsRefused(String text) {
    assertThatThrownBy(() -> repository("repository = \"%s\"".formatted(text)))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("expected s3://BUCKET or s3://BUCKET/PREFIX, got " + text);
  }
}
