package dev.segue.postgres.online;

import static dev.segue.postgres.sql.Identifiers.literal;

import dev.segue.conductor.Statement;
import dev.segue.postgres.sql.Prompt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// A part of a [Course], done or not. Whether it is, the catalogue says, so that whoever comes
/// after a crash sends what is left.
///
/// @param sql as the plan shows it
/// @param todo a query for the statements that are still to be sent; null: always `sql`
/// @param relations whose locks are in question, as SQL names them
/// @param lock the strongest one it takes, for the plan
/// @param note for the plan
public record Piece(
    Way way,
    String sql,
    @Nullable String todo,
    List<String> relations,
    @Nullable String lock,
    @Nullable String note) {

  private static final JsonMapper JSON = JsonMapper.shared();

  /// How it is sent.
  public enum Way {
    /// In one short transaction, under locks that give way.
    BRIEF,
    /// By itself and without time-outs: it blocks nobody.
    LASTING,
    /// It counts rows that stand in the way; there must be none.
    PROOF
  }

  public Piece {
    relations = List.copyOf(relations);
  }

  public static Piece brief(String sql, String lock, List<String> relations) {
    return new Piece(Way.BRIEF, sql, null, relations, lock, null);
  }

  /// @param on the relation in question, as SQL names it
  public static Piece exclusive(String sql, String on) {
    return brief(sql, "ACCESS EXCLUSIVE on " + on, List.of(on));
  }

  public static Piece lasting(String sql, String on) {
    return new Piece(
        Way.LASTING,
        sql,
        null,
        List.of(on),
        "SHARE UPDATE EXCLUSIVE on " + on,
        "takes its time and blocks nobody");
  }

  /// @param count a query for a number
  /// @param words for what it counts, behind the number: `rows of public.person have no name`
  public static Piece proof(String count, String words) {
    return new Piece(Way.PROOF, count, null, List.of(), null, words);
  }

  /// Sent only where this holds.
  ///
  /// @param condition SQL over the catalogue
  public Piece when(String condition) {
    return each("select %s where %s".formatted(literal(sql), condition));
  }

  public Piece unless(String condition) {
    return when("not (" + condition + ")");
  }

  /// @param query for the statements to be sent
  public Piece each(String query) {
    return new Piece(way, sql, query, relations, lock, note);
  }

  public Piece noted(String words) {
    return new Piece(way, sql, todo, relations, lock, words);
  }

  /// What is left of it.
  List<String> left(Connection connection) throws SQLException {
    return todo == null ? List.of(sql) : Prompt.texts(connection, todo);
  }

  Statement shown() {
    return new Statement(sql, lock, note);
  }

  String json() {
    return JSON.writeValueAsString(this);
  }

  static Piece of(String json) {
    return JSON.readValue(json, Piece.class);
  }
}
