package dev.segue.cli;

import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Lines that stay, above a block that is repainted. Without a live terminal there is no block, and
/// every line carries the time instead.
///
/// Thread-safe.
public final class Screen implements AutoCloseable {

  private static final long REPAINT_MILLIS = 100;
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

  private final Terminal terminal;
  private final List<Supplier<List<String>>> blocks = new ArrayList<>();
  private final @Nullable Thread painter;
  private int painted;
  private boolean closed;

  Screen(Terminal terminal) {
    this.terminal = terminal;
    this.painter =
        terminal.live() ? Thread.ofVirtual().name("segue-screen").start(this::repaint) : null;
  }

  /// Whether there is a block that is repainted.
  boolean live() {
    return terminal.live();
  }

  /// Adds lines to the repainted block.
  public synchronized void block(Supplier<List<String>> lines) {
    blocks.add(lines);
  }

  /// Prints a line that stays.
  public synchronized void line(Narration.Line line) {
    erase();
    String text = line.mark() + " " + line.text();
    String styled =
        switch (line.tone()) {
          case PLAIN -> text;
          case QUIET -> terminal.in("faint", text);
          case GOOD -> terminal.in("green", line.mark()) + " " + line.text();
          case WARNING -> terminal.in("yellow", text);
          case BAD -> terminal.in("red", text);
        };
    terminal
        .out()
        .println(
            terminal.live()
                ? styled
                : CLOCK.format(LocalTime.now(ZoneId.systemDefault())) + " " + styled);
    paint();
  }

  /// Prints text as it is.
  public synchronized void text(String text) {
    erase();
    terminal.out().println(text);
    paint();
  }

  private void repaint() {
    try {
      while (true) {
        Thread.sleep(REPAINT_MILLIS);
        synchronized (this) {
          if (closed) {
            return;
          }
          erase();
          paint();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void erase() {
    if (painted > 0) {
      terminal.out().print("\033[" + painted + "A\033[J");
      painted = 0;
    }
  }

  private void paint() {
    if (!terminal.live() || closed) {
      return;
    }
    for (Supplier<List<String>> block : blocks) {
      for (String line : block.get()) {
        terminal.out().println(cut(line));
        painted++;
      }
    }
    terminal.out().flush();
  }

  /// A line that wrapped would be erased by half.
  private String cut(String line) {
    int width = terminal.width() - 1;
    return line.length() <= width ? line : line.substring(0, width - 1) + "…";
  }

  @Override
  public void close() {
    synchronized (this) {
      erase();
      closed = true;
      terminal.out().flush();
    }
    if (painter != null) {
      painter.interrupt();
    }
  }
}
