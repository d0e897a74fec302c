package dev.skerry.fleet.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.fleet.problem.FleetException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class LivePagesTest {
  @Test
  void watcher_hearsOfTheFirstLookAndOfEachChange() throws InterruptedException {
    AtomicReference<String> view = new AtomicReference<>("a");
    try (LivePages pages = new LivePages(5);
        LivePages.Watcher one = pages.watch("/x", view::get);
        LivePages.Watcher other = pages.watch("/x", view::get)) {
      assertThat(one.await()).isTrue();
      assertThat(other.await()).isTrue();
      view.set("b");
      assertThat(one.await()).isTrue();
      assertThat(other.await()).isTrue();
    }
  }

  @Test
  void page_isReadOnceForAll_andNotWhenNobodyLooks() throws InterruptedException {
    AtomicInteger reads = new AtomicInteger();
    CountDownLatch three = new CountDownLatch(3);
    try (LivePages pages = new LivePages(5)) {
      LivePages.Watcher one = pages.watch("/x", () -> count(reads, three));
      LivePages.Watcher other = pages.watch("/x", () -> count(new AtomicInteger(), three));
      three.await();
      assertThat(reads.get()).isGreaterThanOrEqualTo(3);
      one.close();
      other.close();
      CountDownLatch later = new CountDownLatch(3);
      try (LivePages.Watcher unused = pages.watch("/y", () -> count(new AtomicInteger(), later))) {
        later.await(); // at least two whole rounds without anybody at /x
        int then = reads.get();
        CountDownLatch again = new CountDownLatch(3);
        try (LivePages.Watcher third = pages.watch("/z", () -> count(new AtomicInteger(), again))) {
          again.await();
          assertThat(reads.get()).isEqualTo(then);
        }
      }
    }
  }

  private static Object count(AtomicInteger reads, CountDownLatch latch) {
    latch.countDown();
    return reads.incrementAndGet();
  }

  @Test
  void failure_isNotTheEnd() throws InterruptedException {
    AtomicInteger looks = new AtomicInteger();
    try (LivePages pages = new LivePages(5);
        LivePages.Watcher watcher =
            pages.watch(
                "/x",
                () -> {
                  if (looks.incrementAndGet() < 3) {
                    throw new IllegalStateException("the database is away");
                  }
                  return looks.get();
                })) {
      assertThat(watcher.await()).isTrue(); // at once
      assertThat(watcher.await()).isTrue(); // after two failures
    }
  }

  @Test
  void tooManyStreams_areRefusedAndSayTheLimit() {
    List<LivePages.Watcher> open = new ArrayList<>();
    try (LivePages pages = new LivePages(1_000)) {
      for (int i = 0; i < LivePages.MAX_STREAMS; i++) {
        open.add(pages.watch("/" + i % 7, () -> ""));
      }
      assertThatThrownBy(() -> pages.watch("/x", () -> ""))
          .isInstanceOf(FleetException.class)
          .hasMessageContaining("256");
      open.getFirst().close();
      pages.watch("/x", () -> "").close();
    }
  }
}
