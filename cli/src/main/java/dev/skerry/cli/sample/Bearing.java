package dev.skerry.cli.sample;

/**
 * Geometry of a ball bearing, and the orders at which its parts strike a local defect. An order is
 * a frequency divided by the shaft's; rolling without slip, a fixed outer ring.
 *
 * <p>Formulas: R. B. Randall and J. Antoni, "Rolling element bearing diagnostics: a tutorial",
 * Mechanical Systems and Signal Processing 25 (2011), equations 1 to 4.
 *
 * @param balls rolling elements in the row
 * @param ballMillimetres diameter of a ball
 * @param pitchMillimetres diameter of the circle on which the balls' centres run
 * @param contactDegrees angle between the load and the plane of the balls
 */
record Bearing(int balls, double ballMillimetres, double pitchMillimetres, double contactDegrees) {
  /**
   * Deep-groove bearing 6205 as mounted at the drive end of the Case Western Reserve University
   * bearing rig, whose data sheet gives the orders 5.4152 (inner), 3.5848 (outer), 0.39828 (cage)
   * and 4.7135 (ball, both races).
   */
  static final Bearing SKF_6205 = new Bearing(9, 7.94, 39.04, 0);

  /** Balls passing a point of the outer race (BPFO): n/2 · (1 − d/D · cos φ). */
  double outerRaceOrder() {
    return balls / 2.0 * (1 - ratio());
  }

  /** Balls passing a point of the inner race (BPFI): n/2 · (1 + d/D · cos φ). */
  double innerRaceOrder() {
    return balls / 2.0 * (1 + ratio());
  }

  /** Turns of the cage, and with it of each ball about the shaft (FTF): 1/2 · (1 − d/D · cos φ). */
  double cageOrder() {
    return (1 - ratio()) / 2;
  }

  /**
   * Spins of a ball about itself (BSF): D/2d · (1 − (d/D · cos φ)²). A defect on the ball strikes
   * both races, so it is heard at twice this order.
   */
  double ballSpinOrder() {
    return pitchMillimetres / (2 * ballMillimetres) * (1 - ratio() * ratio());
  }

  private double ratio() {
    return ballMillimetres / pitchMillimetres * Math.cos(Math.toRadians(contactDegrees));
  }
}
