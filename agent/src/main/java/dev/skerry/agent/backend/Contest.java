package dev.skerry.agent.backend;

import dev.skerry.bundle.Digest;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.release.Receipt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which backend a release runs on, and why: what came of each that was considered.
 *
 * @param counter of the release, under which it was published
 * @param manifest of the release
 * @param conditions as in {@link Backends}
 * @param best backend so far; the one that is chosen when all trials are over
 */
public record Contest(
    long counter, Digest manifest, String conditions, List<Trial> trials, Optional<String> best) {
  public Contest {
    trials = List.copyOf(trials);
  }

  static Contest fresh(Receipt receipt, String conditions) {
    return new Contest(
        receipt.counter(), receipt.manifest(), conditions, List.of(), Optional.empty());
  }

  boolean isOf(Receipt receipt) {
    return counter == receipt.counter() && manifest.equals(receipt.manifest());
  }

  boolean isOfSame(Contest other) {
    return counter == other.counter && manifest.equals(other.manifest);
  }

  public Optional<Trial> trial(String backend) {
    return trials.stream().filter(trial -> trial.backend().equals(backend)).findFirst();
  }

  /** The trial of the best backend; empty while there is none. */
  public Optional<Trial> leader() {
    return best.flatMap(this::trial);
  }

  /** With {@code changed} in place of what was known of its backend. */
  Contest with(Trial changed) {
    List<Trial> all = new ArrayList<>(trials);
    int place = trials.stream().map(Trial::backend).toList().indexOf(changed.backend());
    if (place < 0) {
      all.add(changed);
    } else {
      all.set(place, changed);
    }
    return new Contest(counter, manifest, conditions, all, best);
  }

  Contest withBest(Optional<String> backend) {
    return new Contest(counter, manifest, conditions, trials, backend);
  }

  Json.Obj toJson() {
    Json.ObjectBuilder json =
        Json.object()
            .put("counter", counter)
            .put("manifest", manifest.hex())
            .put("conditions", conditions)
            .put("trials", trials.stream().map(Trial::toJson).toList());
    best.ifPresent(backend -> json.put("best", backend));
    return json.build();
  }

  static Contest of(JsonObject json) {
    return new Contest(
        json.integer("counter", 0),
        new Digest(json.text("manifest")),
        json.text("conditions"),
        json.objects("trials").stream().map(Trial::of).toList(),
        json.has("best") ? Optional.of(json.text("best")) : Optional.empty());
  }
}
