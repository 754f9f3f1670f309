package dev.segue.postgres.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.conductor.Statement;
import dev.segue.postgres.facade.TableFacts.Column;
import dev.segue.postgres.facade.TableFacts.Grant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FacadePlanTest {

  private static final TableFacts FACTS =
      new TableFacts(
          14,
          "deployer",
          "public",
          "person",
          "person__segue",
          true,
          "Owner",
          0,
          false,
          List.of(
              new Grant("\"Owner\"", "SELECT", false),
              new Grant("\"Owner\"", "UPDATE", false),
              new Grant("PUBLIC", "SELECT", true)),
          List.of(
              new Column("id", List.of()),
              new Column("old", List.of(new Grant("app", "UPDATE", false)))),
          List.of("everybody"));

  private final FacadePlan plan =
      FacadePlan.of(FACTS, List.of(Scene.rename("person", "old", "new")));

  @Test
  void thereBackAndOut() {
    assertThat(text(plan.expand("it's ours")))
        .isEqualTo(
            """
            ALTER TABLE public.person RENAME TO person__segue
            CREATE VIEW public.person AS SELECT id, old, old AS new FROM public.person__segue
            ALTER VIEW public.person OWNER TO "Owner"
            REVOKE ALL ON public.person FROM everybody, "Owner"
            GRANT SELECT, UPDATE ON public.person TO "Owner"
            GRANT SELECT ON public.person TO PUBLIC WITH GRANT OPTION
            GRANT UPDATE (old, new) ON public.person TO app
            COMMENT ON VIEW public.person IS 'it''s ours'
            """);
    assertThat(text(plan.takeBack()))
        .isEqualTo(
            """
            DROP VIEW public.person
            ALTER TABLE public.person__segue RENAME TO person
            """);
    assertThat(text(plan.contract()))
        .isEqualTo(
            """
            DROP VIEW public.person
            ALTER TABLE public.person__segue RENAME COLUMN old TO new
            ALTER TABLE public.person__segue RENAME TO person
            """);
    assertThat(plan.contract())
        .extracting(Statement::lock)
        .contains("ACCESS EXCLUSIVE on public.person__segue and its partitions");
  }

  private static String text(List<Statement> statements) {
    StringBuilder lines = new StringBuilder();
    statements.forEach(s -> lines.append(s.text()).append('\n'));
    return lines.toString();
  }
}
