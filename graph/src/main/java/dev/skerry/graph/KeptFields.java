package dev.skerry.graph;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Collects the encoded fields of one message that Skerry does not model, to be written back.
 *
 * <p>Some messages become entries of a map or list whose type has no room for fields of its own:
 * attributes, operator sets, metadata. What is left of such an entry is kept with the message
 * around it, as an entry of the same field that holds the key (field 1 in all three) and the rest.
 */
final class KeptFields {
  private final ByteArrayOutputStream encoded = new ByteArrayOutputStream(0);

  /** What is left of entries, by field and key, so that their places in the file do not matter. */
  private final SortedMap<Integer, SortedMap<String, ByteArrayOutputStream>> entries =
      new TreeMap<>();

  /** Keeps the current field as it is. */
  void keep(WireReader in) {
    encoded.writeBytes(in.keep());
  }

  /** Keeps what is {@code left} of the entry of {@code field} under {@code key}, if anything is. */
  void keepEntry(int field, String key, KeptFields left) {
    Bytes fields = left.toBytes();
    if (fields.length() > 0) {
      entries
          .computeIfAbsent(field, _ -> new TreeMap<>())
          .computeIfAbsent(key, _ -> new ByteArrayOutputStream())
          .writeBytes(fields.toArray());
    }
  }

  Bytes toBytes() {
    if (entries.isEmpty()) {
      return Bytes.of(encoded.toByteArray());
    }
    WireWriter all = new WireWriter();
    entries.forEach((field, byKey) ->
        byKey.forEach((key, fields) -> {
          WireWriter entry = new WireWriter();
          entry.text(1, key);
          entry.raw(Bytes.of(fields.toByteArray()));
          all.message(field, entry);
        }));
    all.raw(Bytes.of(encoded.toByteArray()));
    return Bytes.of(all.toByteArray());
  }

  /** What one message's kept fields are when written: some belong inside modelled fields. */
  static final class Split {
    private final ByteArrayOutputStream rest = new ByteArrayOutputStream(0);
    private final Map<Integer, Map<String, Bytes>> entries = new HashMap<>();

    /** Splits {@code extra}, in which messages of {@code entryFields} are entries. */
    Split(Bytes extra, int... entryFields) {
      WireReader in = WireReader.over(ReadSource.of(extra));
      while (in.next()) {
        int field = in.field();
        if (Arrays.stream(entryFields).anyMatch(entryField -> entryField == field)) {
          addEntry(field, in.message());
        } else {
          rest.writeBytes(in.keep());
        }
      }
    }

    private void addEntry(int field, WireReader in) {
      String key = "";
      KeptFields left = new KeptFields();
      while (in.next()) {
        if (in.field() == 1) {
          key = in.text();
        } else {
          left.keep(in);
        }
      }
      entries.computeIfAbsent(field, _ -> new HashMap<>()).put(key, left.toBytes());
    }

    /**
     * What is left of the entry of {@code field} under {@code key}, for the first that asks; empty
     * when nothing is.
     */
    Bytes take(int field, String key) {
      Bytes left = entries.getOrDefault(field, new HashMap<>()).remove(key);
      return left == null ? Bytes.EMPTY : left;
    }

    Bytes rest() {
      return Bytes.of(rest.toByteArray());
    }
  }
}
