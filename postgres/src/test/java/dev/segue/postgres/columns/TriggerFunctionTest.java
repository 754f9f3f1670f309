package dev.segue.postgres.columns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TriggerFunctionTest {

  private static Side side(String column, String value, boolean exact) {
    return new Side(
        column, "text", exact, new Expression("segue_row__." + value), false, false, null);
  }

  private static Link link(String old, String now) {
    return new Link(List.of(side(old, now, true)), List.of(side(now, old, true)), List.of());
  }

  @Test
  void theDirectionIsToldByWhatHasChanged() {
    assertThat(TriggerFunction.text("segue.f", List.of(link("a", "b")), List.of()))
        .isEqualTo(
            """
            CREATE FUNCTION segue.f() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
            BEGIN
              IF tg_op = 'INSERT' THEN
                IF (new.b IS DISTINCT FROM new.a) AND ((new.a IS DISTINCT FROM new.b)) THEN
                  IF (new.b IS NOT NULL) THEN
                    new.a := new.b;
                  ELSE
                    new.b := new.a;
                  END IF;
                END IF;
              ELSIF (new.b IS DISTINCT FROM old.b) AND (new.b IS DISTINCT FROM new.a) THEN
                new.a := new.b;
              ELSIF (new.a IS DISTINCT FROM old.a) OR (new.b IS DISTINCT FROM new.a) AND ((new.a IS DISTINCT FROM new.b)) THEN
                new.b := new.a;
              END IF;
              RETURN new;
            END
            $segue$\
            """);
  }

  @Test
  void whatTheNewVersionWritesGoesBackAlongAChain() {
    String text =
        TriggerFunction.text("segue.f", List.of(link("a", "b"), link("b", "c")), List.of());

    assertThat(text.split("tg_op = 'INSERT'", -1)).hasSize(4);
    assertThat(TriggerFunction.text("f", List.of(link("a", "b"), link("x", "y")), List.of()))
        .satisfies(two -> assertThat(two.split("tg_op = 'INSERT'", -1)).hasSize(3));
  }

  @Test
  void aValueTakesTheNameOfTheRowItIsAskedOf() {
    Expression expression = new Expression("(segue_row__.a || segue_row__.\"a b\")");

    assertThat(expression.on("new.")).isEqualTo("(new.a || new.\"a b\")");
    assertThat(expression.on("")).isEqualTo("(a || \"a b\")");
    assertThat(expression.with("a", new Expression("segue_row__.c")).on(""))
        .isEqualTo("((c) || \"a b\")");
  }
}
