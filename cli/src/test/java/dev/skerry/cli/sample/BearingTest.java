package dev.skerry.cli.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BearingTest {
  /** The data sheet of the Case Western Reserve University rig rounds to four decimals. */
  @Test
  void orders_ofThe6205_areThoseOfItsDataSheet() {
    Bearing bearing = Bearing.SKF_6205;

    assertThat(bearing.innerRaceOrder()).isCloseTo(5.4152, within(1e-3));
    assertThat(bearing.outerRaceOrder()).isCloseTo(3.5848, within(1e-3));
    assertThat(bearing.cageOrder()).isCloseTo(0.39828, within(1e-4));
    assertThat(2 * bearing.ballSpinOrder()).isCloseTo(4.7135, within(1e-3));
  }

  @Test
  void orders_ofBothRaces_addUpToTheBalls() {
    Bearing bearing = new Bearing(12, 8, 50, 25);

    assertThat(bearing.innerRaceOrder() + bearing.outerRaceOrder()).isCloseTo(12, within(1e-12));
    assertThat(bearing.balls() * bearing.cageOrder())
        .isCloseTo(bearing.outerRaceOrder(), within(1e-12));
  }
}
