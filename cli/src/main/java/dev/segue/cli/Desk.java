package dev.segue.cli;

import dev.segue.change.Change;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.cli.ChangeArguments.Target;
import dev.segue.conductor.Listener;
import dev.segue.conductor.RunState;
import dev.segue.conductor.Runs;
import dev.segue.conductor.Surroundings;
import dev.segue.conductor.Time;
import dev.segue.conductor.Workspace;
import dev.segue.conductor.journal.EmptyHome;
import dev.segue.conductor.journal.FileHome;
import dev.segue.conductor.journal.Home;
import dev.segue.conductor.journal.PostgresHome;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A change file opened: the change, where its journal is, and its runs.
record Desk(Path file, Change change, Workspace workspace, Home home, Runs runs)
    implements AutoCloseable {

  /// Opens a change to work on it; makes the journal's place when there is none yet.
  static Desk open(Target target, Terminal terminal, Listener listener) {
    Change change = target.change(terminal.environment());
    return assemble(target, terminal, listener, change, home(target, change));
  }

  /// Opens a change to look at it; makes nothing.
  ///
  /// @return empty when there is no journal, so no run either
  static Optional<Desk> look(Target target, Terminal terminal, Listener listener) {
    Change change = target.change(terminal.environment());
    return existing(target, change).map(home -> assemble(target, terminal, listener, change, home));
  }

  /// @param name of a run; null: the newest
  /// @return empty when there is none yet
  Optional<RunState> run(@Nullable String name) {
    return name == null ? runs.latest() : Optional.of(Runs.replay(home, name));
  }

  /// Opens a change to show or ask what would be done; makes nothing.
  static Desk sketch(Target target, Terminal terminal, Listener listener) {
    Change change = target.change(terminal.environment());
    Home home = existing(target, change).orElseGet(EmptyHome::new);
    return assemble(target, terminal, listener, change, home);
  }

  private static Desk assemble(
      Target target, Terminal terminal, Listener listener, Change change, Home home) {
    Workspace workspace = target.workspace(terminal.environment());
    Surroundings surroundings =
        new Surroundings(
            workspace,
            Surroundings.installed(),
            Time.real(),
            listener,
            who(),
            SegueCommand.Version.text());
    Runs runs = new Runs(target.file(), target.source(), change, home, surroundings);
    return new Desk(target.file(), change, workspace, home, runs);
  }

  private static Home home(Target target, Change change) {
    Optional<Path> directory = journalDirectory(target, change);
    return directory.isPresent()
        ? FileHome.open(directory.get(), Time.real())
        : PostgresHome.open(database(change).url(), Time.real());
  }

  private static Optional<Home> existing(Target target, Change change) {
    Optional<Path> directory = journalDirectory(target, change);
    if (directory.isPresent()) {
      return Files.isDirectory(directory.get())
          ? Optional.of(FileHome.open(directory.get(), Time.real()))
          : Optional.empty();
    }
    return PostgresHome.openExisting(database(change).url(), Time.real()).map(home -> home);
  }

  private static dev.segue.change.PostgresTarget database(Change change) {
    if (change.postgres() == null) {
      throw new SegueException(
          Kind.USER,
          "no-database",
          "The change has no 'postgres', so its journal cannot be in a database",
          "Use --journal file:DIR");
    }
    return change.postgres();
  }

  /// Empty: the database.
  private static Optional<Path> journalDirectory(Target target, Change change) {
    String journal = target.journal();
    if (journal == null) {
      return change.postgres() == null
          ? Optional.of(target.state().resolve("journal"))
          : Optional.empty();
    }
    if (journal.equals("database")) {
      return Optional.empty();
    }
    if (journal.startsWith("file:") && journal.length() > "file:".length()) {
      return Optional.of(Path.of(journal.substring("file:".length())).toAbsolutePath().normalize());
    }
    throw new SegueException(
        Kind.USER,
        "bad-journal",
        "--journal " + journal + " is neither 'database' nor 'file:DIR'",
        null);
  }

  private static String who() {
    String user = System.getProperty("user.name", "unknown");
    try {
      return user + "@" + InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return user;
    }
  }

  @Override
  public void close() {
    home.close();
  }
}
