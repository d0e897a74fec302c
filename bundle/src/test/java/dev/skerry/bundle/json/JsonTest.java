package dev.skerry.bundle.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.bundle.BundleException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private static Json read(String text) {
    return JsonReader.read("document", text.getBytes(UTF_8));
  }

  @Test
  void pretty_readsBackEqual() {
    Json value =
        Json.object()
            .put("text", "quote \" slash \\ line\n é 𝄞")
            .put("count", -3)
            .put("share", 0.1)
            .put("flag", true)
            .put("list", Json.array(java.util.List.of(new Json.Null(), Json.object().build())))
            .build();

    assertThat(JsonReader.read("document", JsonWriter.pretty(value))).isEqualTo(value);
    assertThat(JsonReader.read("document", JsonWriter.compact(value))).isEqualTo(value);
    assertThat(JsonWriter.compact(value)).doesNotContain('\n');
  }

  @Test
  void canonical_sortsByCodePointAndKeepsControlCharacters() {
    // U+1D11E sorts after U+FB00 by code point, before it by UTF-16 unit.
    Json value = read("{\"\\ud834\\udd1e\": 1, \"\ufb00\": [ 2, \"\\n\" ], \"a\": {}}");

    assertThat(new String(JsonWriter.canonical(value), UTF_8))
        .isEqualTo("{\"a\":{},\"\ufb00\":[2,\"\n\"],\"\ud834\udd1e\":1}");
  }

  @Test
  void canonical_refusesFractions() {
    assertThatThrownBy(() -> JsonWriter.canonical(read("1.5")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "nul",
        "\"\\x\"",
        "\"\t\"",
        "\"\\u12g4\"",
        "{a:1}",
        "1 2",
        "\ufeff1",
        "NaN",
        "'a'",
        "\"open"
      })
  void read_refusesWhatIsNotJson(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("document is not JSON");
  }

  @Test
  void read_refusesAKeyTwice() {
    assertThatThrownBy(() -> read("{\"a\": 1, \"a\": 1}"))
        .hasMessage("document has the key 'a' twice");
  }

  @Test
  void read_refusesDeepNesting() {
    assertThatThrownBy(() -> read("[".repeat(100_000))).hasMessageContaining("limit of 64");
  }

  @Test
  void read_refusesBytesThatAreNotUtf8() {
    assertThatThrownBy(() -> JsonReader.read("document", new byte[] {'"', (byte) 0xff, '"'}))
        .hasMessageContaining("not UTF-8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"a\": {}}; document.a lacks the key 'b'",
        "{\"a\": 1}; document.a is 1, an object was expected",
        "{\"a\": {\"b\": [\"x\", 2]}}; document.a.b[1] is 2, a string was expected"
      })
  void object_namesThePlace(String text, String message) {
    JsonObject document = JsonObject.of("document", read(text));

    assertThatThrownBy(() -> document.object("a").texts("b")).hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\ud800", "\\udc00x", "\\ud800\\ud800"})
  void canonical_halfACharacter(String half) {
    assertThatThrownBy(() -> JsonWriter.canonical(read("{\"" + half + "\": 1, \"?\": 1}")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("surrogate");
    assertThatThrownBy(() -> JsonWriter.canonical(read("[\"" + half + "\"]")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
