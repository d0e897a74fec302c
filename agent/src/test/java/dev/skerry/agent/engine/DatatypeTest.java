package dev.skerry.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.DataType;
import org.junit.jupiter.api.Test;

class DatatypeTest {
  @Test
  void names_areTheProtocols() {
    assertThat(Datatype.names())
        .isEqualTo(
            "BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, BF16, FP32,"
                + " FP64, BYTES");
    for (Datatype type : Datatype.values()) {
      assertThat(Datatype.named(type.name())).contains(type);
      assertThat(Datatype.of(type.element())).contains(type);
    }
    assertThat(Datatype.named("FLOAT")).isEmpty();
    assertThat(Datatype.of(DataType.INT4)).isEmpty();
  }

  @Test
  void bytes_areThoseOfOneElement() {
    assertThat(Datatype.FP16.bytes()).isEqualTo(2);
    assertThat(Datatype.UINT64.bytes()).isEqualTo(8);
    assertThat(Datatype.BOOL.bytes()).isEqualTo(1);
    assertThat(Datatype.BYTES.bytes()).isZero();
  }
}
