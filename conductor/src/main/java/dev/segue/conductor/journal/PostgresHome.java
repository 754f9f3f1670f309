package dev.segue.conductor.journal;

import dev.segue.change.DatabaseUrl;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Keeps runs in schema `segue` of a PostgreSQL database.
public final class PostgresHome implements Home {

  private static final Duration TTL = Duration.ofSeconds(15);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// What can wait is not waited for: the conductor has a watch to keep.
  private static final Duration QUICK_ANSWER = Duration.ofSeconds(2);

  /// Enough to open a lost connection again.
  private static final Duration QUICK_PATIENCE = Duration.ofMillis(100);

  private final DatabaseUrl url;
  private final InstantSource clock;
  private final Duration ttl;
  private final Duration patience;
  private final Session session;
  private final Session quick;

  private PostgresHome(DatabaseUrl url, InstantSource clock, Duration ttl, Duration patience) {
    this.url = url;
    this.clock = clock;
    this.ttl = ttl;
    this.patience = patience;
    this.session = new Session(url, "journal", TTL, patience);
    this.quick = new Session(url, "journal", QUICK_ANSWER, QUICK_PATIENCE);
  }

  /// Opens the home, making the schema where it is missing.
  ///
  /// @throws dev.segue.change.SegueException at once when the database cannot be had, USER
  ///   `journal-not-allowed` when the schema may not be made
  public static PostgresHome open(DatabaseUrl url, InstantSource clock) {
    return open(url, clock, TTL, PATIENCE);
  }

  /// @param ttl how long a lease lives without a heartbeat
  /// @param patience how long to go on trying when the database is out of reach
  static PostgresHome open(DatabaseUrl url, InstantSource clock, Duration ttl, Duration patience) {
    try (Session first = new Session(url, "journal", TTL, Duration.ZERO)) {
      first.write(c -> PostgresSchema.create(c, url));
    }
    return new PostgresHome(url, clock, ttl, patience);
  }

  /// Opens the home for looking at it; creates nothing.
  ///
  /// @return empty when nothing was ever run here
  public static Optional<PostgresHome> openExisting(DatabaseUrl url, InstantSource clock) {
    try (Session first = new Session(url, "journal", TTL, Duration.ZERO)) {
      return first.read(c -> PostgresSchema.exists(c, url))
          ? Optional.of(new PostgresHome(url, clock, TTL, PATIENCE))
          : Optional.empty();
    }
  }

  @Override
  public String describe() {
    return "schema segue in " + url;
  }

  @Override
  public List<String> changes() {
    return session.read(c ->
        Rows.list(
            c,
            "select change from segue.lease union select change from segue.run order by 1",
            row -> row.getString(1)));
  }

  @Override
  public List<String> runs(String change) {
    return session.read(c ->
        Rows.list(
            c,
            "select run from segue.run where change = ? order by number",
            row -> row.getString(1),
            change));
  }

  @Override
  public List<Entry> read(String run) {
    List<Entry> entries =
        session.read(c -> {
          checkRun(c, run);
          return Rows.list(c, Rows.ENTRIES + "order by seq", Rows::entry, run);
        });
    Chain.verify(run, entries);
    return entries;
  }

  @Override
  public Optional<Holder> holder(String change) {
    return session.read(c -> LeaseRow.read(c, change, false)).flatMap(LeaseRow::holder);
  }

  @Override
  public Lease take(String change) {
    RunId.checkChange(change);
    Identity me = Identity.mine();
    String token = UUID.randomUUID().toString();
    long asked = System.nanoTime();
    long epoch = session.write(c -> LeaseRow.take(c, change, me, token, ttl));
    LeaseRow.Claim claim = new LeaseRow.Claim(change, epoch, token, ttl);
    Session writing = new Session(url, "journal of " + change, TTL, patience);
    Session pulse = new Session(url, "lease of " + change, ttl.dividedBy(3), Duration.ZERO);
    return new PostgresLease(claim, new Heartbeat(claim, pulse, asked), writing, quick, clock);
  }

  @Override
  public void request(String run, Request request) {
    session.write(c -> {
      checkRun(c, run);
      return Rows.update(
          c,
          """
          insert into segue.request (run, id, at, asked_by, kind, reason)
          values (?, ?, ?, ?, ?, ?) on conflict do nothing\
          """,
          run,
          request.id(),
          Rows.time(request.at()),
          request.by(),
          request.kind(),
          request.reason());
    });
  }

  @Override
  public List<Request> requests(String run) {
    return quick.read(c ->
        Rows.list(
            c,
            """
            select id, at, asked_by, kind, reason from segue.request
             where run = ? order by number\
            """,
            row ->
                new Request(
                    row.getString(1),
                    Rows.instant(row, 2),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5)),
            run));
  }

  @Override
  public Optional<Ended> lastEnded(String otherThanChange) {
    return session
        .read(c ->
            Rows.list(
                c,
                """
                select change, run, ended_at, outcome from segue.run
                 where change <> ? and ended_at is not null
                 order by ended_at desc, run desc limit 1\
                """,
                row ->
                    new Ended(
                        row.getString(1), row.getString(2), Rows.instant(row, 3), row.getString(4)),
                otherThanChange))
        .stream()
        .findFirst();
  }

  @Override
  public void close() {
    session.close();
    quick.close();
  }

  private static void checkRun(Connection c, String run) throws SQLException {
    try (PreparedStatement statement = c.prepareStatement("select from segue.run where run = ?")) {
      statement.setString(1, run);
      try (ResultSet rows = statement.executeQuery()) {
        if (!rows.next()) {
          throw RunId.unknown(run);
        }
      }
    }
  }
}
