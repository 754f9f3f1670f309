package dev.segue.postgres.online;

import dev.segue.conductor.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one short transaction sends, and what takes it back.
///
/// The way back is made together with the way there, from the catalogue as it was before, and is
/// kept with the effect: a default, a comment or a definition that is about to go is in it.
///
/// @param relations whose locks are in question, as SQL names them
/// @param back in the order in which they are sent; each must do no harm where its object is gone
///   already (`IF EXISTS`)
/// @param stands a query whose first value is true as long as nobody has undone the effect behind
///   our back; null: see [Move#stands]
public record Script(
    List<String> relations,
    List<Statement> statements,
    List<String> back,
    @Nullable String stands) {

  public Script {
    relations = List.copyOf(relations);
    statements = List.copyOf(statements);
    back = List.copyOf(back);
  }

  public Script(List<String> relations, List<Statement> statements, List<String> back) {
    this(relations, statements, back, null);
  }

  /// One that cannot be taken back: of the contract.
  public static Script forGood(List<String> relations, List<Statement> statements) {
    return new Script(relations, statements, List.of());
  }
}
