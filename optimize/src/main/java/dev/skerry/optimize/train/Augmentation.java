package dev.skerry.optimize.train;

/**
 * Random changes to samples, drawn anew in each epoch.
 *
 * @param shift pictures move by up to this many pixels in each direction, the border repeated;
 *     recordings by up to this many samples
 * @param flip whether half of the pictures are mirrored left to right
 * @param noise standard deviation of what is added: grey levels for pictures, else a share of the
 *     sample's own root mean square
 * @param mixup α of the Beta distribution from which the share of a second sample is drawn (Zhang
 *     et al., 2018), 0 to 1; 0 for none
 */
public record Augmentation(int shift, boolean flip, double noise, double mixup) {
  public static final Augmentation NONE = new Augmentation(0, false, 0, 0);

  public Augmentation {
    TrainingOptions.require(shift >= 0, "shift", shift, "at least 0");
    TrainingOptions.require(noise >= 0, "noise", noise, "at least 0");
    TrainingOptions.require(mixup >= 0 && mixup <= 1, "mixup", mixup, "from 0 to 1");
  }
}
