package dev.skerry.bundle.tuf;

import dev.skerry.bundle.disk.Disk;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A disk that fails for good after some operations that change it. */
final class FailingDisk implements Disk {
  private final Disk disk;
  private final int working;
  private int left;

  FailingDisk(Disk disk, int working) {
    this.disk = disk;
    this.working = working;
    this.left = working;
  }

  /** Counts from here on. */
  void begin() {
    left = working;
  }

  private void change() {
    if (left-- <= 0) {
      throw new UncheckedIOException(new IOException("the power was cut"));
    }
  }

  @Override
  public boolean isFile(Path path) {
    return disk.isFile(path);
  }

  @Override
  public Optional<Long> size(Path file) {
    return disk.size(file);
  }

  @Override
  public List<Path> list(Path folder) {
    return disk.list(folder);
  }

  @Override
  public InputStream open(Path file) {
    return disk.open(file);
  }

  @Override
  public void createFolders(Path folder) {
    change();
    disk.createFolders(folder);
  }

  @Override
  public Output append(Path file) {
    change();
    Output out = disk.append(file);
    return new Output() {
      @Override
      public void write(byte[] bytes, int offset, int length) {
        change();
        out.write(bytes, offset, length);
      }

      @Override
      public void sync() {
        change();
        out.sync();
      }

      @Override
      public void close() {
        out.close();
      }
    };
  }

  @Override
  public void truncate(Path file, long size) {
    change();
    disk.truncate(file, size);
  }

  @Override
  public void rename(Path from, Path to) {
    change();
    disk.rename(from, to);
  }

  @Override
  public void delete(Path path) {
    change();
    disk.delete(path);
  }

  @Override
  public void syncFolder(Path folder) {
    change();
    disk.syncFolder(folder);
  }

  @Override
  public long usableBytes(Path folder) {
    return disk.usableBytes(folder);
  }
}
