package dev.skerry.fleet.page;

import dev.skerry.fleet.problem.FleetException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Says when a page is no longer up to date. However many people look at a page, what it shows is
 * read once in a period, and not at all when nobody looks.
 */
final class LivePages implements AutoCloseable {
  /** Most streams at a time; each holds a connection. */
  static final int MAX_STREAMS = 256;

  /** A stream says that it is alive at least so often, so that proxies keep it. */
  static final long ALIVE_SECONDS = 15;

  private static final Logger LOG = Logger.getLogger(LivePages.class.getName());

  private final Map<String, Page> pages = new ConcurrentHashMap<>();
  private final ScheduledExecutorService ticks;
  private volatile boolean closed;

  /**
   * Begins to look.
   *
   * @param periodMillis between two looks
   */
  LivePages(long periodMillis) {
    ticks =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("fleet-pages").factory());
    ticks.scheduleWithFixedDelay(this::tick, periodMillis, periodMillis, TimeUnit.MILLISECONDS);
  }

  /** News of a page for one who looks at it. */
  final class Watcher implements AutoCloseable {
    private final Page page;
    private final BlockingQueue<Boolean> news = new ArrayBlockingQueue<>(1);

    private Watcher(Page page) {
      this.page = page;
    }

    /** Waits for news; false when there was none for {@link #ALIVE_SECONDS}. */
    boolean await() throws InterruptedException {
      return news.poll(ALIVE_SECONDS, TimeUnit.SECONDS) != null;
    }

    boolean isOver() {
      return closed;
    }

    /** Whoever has not heard the last news needs no second. */
    private void tell() {
      var unused = news.offer(true);
    }

    @Override
    public void close() {
      page.watchers.remove(this);
    }
  }

  /** A page that somebody looks at. */
  private static final class Page {
    private final Supplier<Object> view;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private @Nullable Object last;

    Page(Supplier<Object> view) {
      this.view = view;
    }

    void look() {
      Object now = view.get();
      if (!now.equals(last)) {
        watchers.forEach(Watcher::tell);
      }
      last = now;
    }
  }

  /**
   * Begins to look at a page. The first look always is news, since the page may have changed since
   * it was sent.
   *
   * @param view what the page shows, equal as long as the page need not change
   */
  Watcher watch(String path, Supplier<Object> view) {
    int streams = pages.values().stream().mapToInt(page -> page.watchers.size()).sum();
    if (streams >= MAX_STREAMS) {
      throw new FleetException(
          FleetException.Kind.TOO_MANY,
          "%d live pages are open, which is the limit; pages work without".formatted(streams));
    }
    Watcher[] watcher = new Watcher[1];
    pages.compute(
        path,
        (_, found) -> {
          Page page = found == null ? new Page(view) : found;
          watcher[0] = new Watcher(page);
          watcher[0].tell();
          page.watchers.add(watcher[0]);
          return page;
        });
    return watcher[0];
  }

  private void tick() {
    for (String path : pages.keySet()) {
      Page page =
          pages.computeIfPresent(path, (_, found) -> found.watchers.isEmpty() ? null : found);
      if (page != null) {
        look(page);
      }
    }
  }

  private static void look(Page page) {
    try {
      page.look();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "a live page could not be read; the next look follows", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    ticks.shutdownNow();
    pages.values().forEach(page -> page.watchers.forEach(Watcher::tell));
  }
}
