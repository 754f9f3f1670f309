package dev.segue.postgres.backfill;

import dev.segue.backfill.Store;
import dev.segue.change.Backfill;
import dev.segue.change.Change;
import dev.segue.change.PostgresTarget;
import dev.segue.change.SegueException;
import dev.segue.change.SegueException.Kind;
import dev.segue.conductor.Facts;
import dev.segue.conductor.StepContext;
import dev.segue.conductor.Workspace;
import dev.segue.postgres.online.Site;
import dev.segue.postgres.sql.Sql;
import java.sql.Connection;
import java.sql.SQLException;

/// Tables of PostgreSQL, looked at before and after.
public final class PostgresStore implements Store {

  @Override
  public boolean holds(Backfill backfill) {
    return backfill instanceof Backfill.Rows;
  }

  private static Site site(Change change) {
    PostgresTarget target = change.postgres();
    if (target == null) {
      throw new SegueException(
          Kind.USER,
          "no-database",
          "The change file names no database whose rows these are.",
          "Add a 'postgres' section.");
    }
    return new Site(change.name(), target);
  }

  private static Backfill.Rows rows(Backfill backfill) {
    return switch (backfill) {
      case Backfill.Rows rows -> rows;
      case Backfill.Keys keys -> throw new IllegalArgumentException(keys.name());
    };
  }

  @Override
  public Stats stats(Change change, Workspace workspace, Backfill backfill, Looking looking) {
    Site site = site(change);
    try (Connection connection = site.open("looking at " + backfill.name())) {
      return new Statistics(site, connection, rows(backfill), looking).read();
    } catch (SQLException e) {
      throw Sql.failed("looking at " + backfill.name(), e);
    }
  }

  @Override
  public Verification verify(
      Change change, Workspace workspace, Backfill backfill, Looking looking) {
    Site site = site(change);
    try (Connection connection = site.open("verifying " + backfill.name())) {
      return new Verifying(site, connection, rows(backfill), looking).verify();
    } catch (SQLException e) {
      throw Sql.failed("verifying " + backfill.name(), e);
    }
  }

  @Override
  public Facts again(StepContext context, Change change, Workspace workspace, Backfill backfill) {
    Site site = site(change);
    try (Connection connection = site.open("trying again, " + backfill.name())) {
      return new Again(site, connection, rows(backfill), context).tried();
    } catch (SQLException e) {
      throw Sql.failed("trying again, " + backfill.name(), e);
    }
  }
}
