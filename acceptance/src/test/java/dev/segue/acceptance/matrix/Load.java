package dev.segue.acceptance.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.acceptance.Database;
import dev.segue.acceptance.matrix.Written.Value;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/// Clients of one table that insert, update, delete, and read back what was written last by
/// whichever side.
final class Load implements AutoCloseable {

  /// Of each side.
  static final int WRITERS = 3;

  private static final Duration BETWEEN = Duration.ofMillis(5);

  /// Rows that all clients come back to again and again.
  private static final int POPULAR = 50;

  private final Database database;
  private final Written written;
  private final int rows;
  private final AtomicLong newest;
  private final AtomicLong number;
  private final List<Visitor> visitors = new ArrayList<>();
  private final Queue<String> errors = new ConcurrentLinkedQueue<>();
  private volatile Figures figures = new Figures();

  /// Each operation holds a share of it, so that one may look while nothing is under way.
  private final ReadWriteLock going = new ReentrantReadWriteLock(true);

  /// What was served since somebody began to count.
  static final class Figures {
    private final AtomicLong operations = new AtomicLong();
    private final AtomicLong longest = new AtomicLong();

    private void count(long nanos) {
      operations.incrementAndGet();
      longest.accumulateAndGet(nanos, Math::max);
    }

    long operations() {
      return operations.get();
    }

    long longestMillis() {
      return TimeUnit.NANOSECONDS.toMillis(longest.get());
    }
  }

  Load(Database database, Written written, int rows) {
    this.database = database;
    this.written = written;
    this.rows = rows;
    this.newest = new AtomicLong(rows);
    this.number = new AtomicLong(2L * rows);
  }

  /// Counts anew.
  Figures count() {
    Figures fresh = new Figures();
    figures = fresh;
    return fresh;
  }

  void join(String name, Side side) {
    for (int i = 0; i < WRITERS; i++) {
      visitors.add(new Visitor(name, side));
    }
  }

  /// Returns when the last operation of this side has ended.
  void leave(String name) {
    Stream<Visitor> theirs = visitors.stream().filter(v -> v.name.equals(name));
    List<Visitor> leaving = theirs.toList();
    leaving.forEach(v -> v.leaving = true);
    leaving.forEach(Visitor::join);
    visitors.removeAll(leaving);
  }

  /// Returns when every visitor has been served this often from now on.
  void serve(int times) {
    List<Visitor> present = List.copyOf(visitors);
    List<Long> until = present.stream().map(v -> v.served.get() + times).toList();
    Awaitility.await("everybody is served")
        .atMost(Duration.ofMinutes(1))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> {
          for (int i = 0; i < present.size(); i++) {
            if (present.get(i).served.get() < until.get(i)) {
              return false;
            }
          }
          return true;
        });
  }

  /// Nothing failed, and each of these sides finds every row as it was written last.
  void nothingLost(List<String> holds, Side... sides) throws SQLException {
    Lock all = going.writeLock();
    all.lock();
    try (Connection connection = database.connect()) {
      assertThat(errors).as("errors that clients met").isEmpty();
      for (Side side : sides) {
        assertThat(written.differences(connection, side)).as("lost, for " + side).isEmpty();
      }
      for (String query : holds) {
        assertThat(database.column(query)).as(query).isEmpty();
      }
    } finally {
      all.unlock();
    }
  }

  @Override
  public void close() {
    visitors.forEach(v -> v.leaving = true);
    visitors.forEach(Visitor::join);
  }

  /// One client and what it does.
  private final class Visitor {

    private final String name;
    private final Side side;
    private final Thread thread;
    private final AtomicLong served = new AtomicLong();
    private volatile boolean leaving;
    private @Nullable Client client;

    Visitor(String name, Side side) {
      this.name = name;
      this.side = side;
      this.thread = Thread.ofVirtual().name(name).start(this::stay);
    }

    private void stay() {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      while (!leaving) {
        Lock share = going.readLock();
        share.lock();
        try {
          visit(random, id(random));
        } finally {
          share.unlock();
        }
        LockSupport.parkNanos(BETWEEN.toNanos());
      }
      quit();
    }

    private long id(ThreadLocalRandom random) {
      if (random.nextBoolean()) {
        return 1 + (long) random.nextInt(POPULAR) * (rows / POPULAR);
      }
      return random.nextInt(4) == 0
          ? newest.incrementAndGet()
          : random.nextLong(1, newest.get() + 1);
    }

    private void visit(ThreadLocalRandom random, long id) {
      Lock lock = written.lock(id);
      lock.lock();
      try {
        long begun = System.nanoTime();
        if (written.doubtful(id)) {
          return;
        }
        act(random, id);
        figures.count(System.nanoTime() - begun);
        served.incrementAndGet();
      } catch (SQLException e) {
        written.doubt(id);
        errors.add("%s at %d: %s %s".formatted(name, id, e.getSQLState(), e.getMessage()));
        quit();
      } finally {
        lock.unlock();
      }
    }

    private void act(ThreadLocalRandom random, long id) throws SQLException {
      Client mine = client();
      Value there = written.of(id);
      if (there == null) {
        Value value = next(random);
        once(id, "inserted", mine.insert(id, value));
        written.acknowledge(id, value);
      } else if (random.nextInt(20) == 0) {
        once(id, "deleted", mine.delete(id));
        written.acknowledge(id, null);
      } else if (random.nextInt(3) == 0) {
        Value found = mine.read(id).orElse(null);
        if (found == null || !written.agree(there, found)) {
          errors.add("%s reads %s at %d instead of %s".formatted(name, found, id, there));
        }
      } else {
        Value value = next(random);
        once(id, "updated", mine.update(id, value));
        written.acknowledge(id, value);
      }
    }

    private Value next(ThreadLocalRandom random) {
      return new Value(side.nulls() && random.nextInt(10) == 0 ? null : number.incrementAndGet());
    }

    private void once(long id, String done, int rows) {
      if (rows != 1) {
        errors.add("%s at %d: %d rows %s".formatted(name, id, rows, done));
      }
    }

    private Client client() throws SQLException {
      Client mine = client;
      if (mine == null) {
        mine = new Client(database.connect(), side);
        client = mine;
      }
      return mine;
    }

    private void quit() {
      try {
        if (client != null) {
          client.close();
        }
      } catch (SQLException e) {
        errors.add(name + " leaving: " + e.getMessage());
      } finally {
        client = null;
      }
    }

    private void join() {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
