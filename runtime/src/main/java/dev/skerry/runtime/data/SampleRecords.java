package dev.skerry.runtime.data;

import dev.skerry.graph.Tensor;
import java.util.SequencedMap;

/** The samples of one place by position; each kind of place has one implementation. */
sealed interface SampleRecords extends AutoCloseable
    permits MediaRecords,
        ArrayRecords,
        TestSetRecords,
        RandomRecords,
        VariedRecords,
        WindowRecords,
        SequenceRecords {
  int size();

  /** The file or position that a sample comes from. */
  String name(int index);

  /** The class of a sample, or {@link Sample#NO_LABEL}. */
  int label(int index);

  /** A reader for one thread. */
  Reader reader();

  @Override
  void close();

  /** Makes tensors of samples; holds what decoding needs, and serves one thread. */
  interface Reader {
    /** The inputs of a sample, in the memory of {@code into} or in memory of the records. */
    SequencedMap<String, Tensor> read(int index, TensorBuffers into);
  }
}
