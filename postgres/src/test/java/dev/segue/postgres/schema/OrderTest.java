package dev.segue.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.segue.change.ChangeFile;
import dev.segue.change.SchemaOperation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OrderTest {

  private final List<Group> groups =
      Group.of(
          ChangeFile.parse(
                  """
                  change: orders
                  summary: Orders change
                  postgres: { url: "postgres://localhost/app" }
                  schema:
                    - rename-table: { table: orders, to: purchases }
                    - change-type: { table: orders, column: price, type: "numeric(12,2)" }
                    - create-index: { table: orders, name: by_quantity, on: [quantity] }
                    - add-check: { table: customer, name: price_here, check: price > 0 }
                    - add-check: { table: orders, name: price_positive, check: price > 0 }
                    - add-check: { table: orders, name: pricey, check: pricey > 0 }
                    - rename-column: { table: orders, from: qty, to: quantity }
                    - create-index: { table: orders, name: by_qty, on: ["(qty + 1)"] }
                  """,
                  Path.of("change.yaml"),
                  Map.of())
              .schema());

  private static List<String> names(List<Group> groups) {
    return groups.stream().map(group -> name(group.first())).toList();
  }

  private static String name(SchemaOperation operation) {
    return switch (operation) {
      case SchemaOperation.CreateIndex create -> create.name();
      case SchemaOperation.AddCheck add -> add.name();
      case SchemaOperation.RenameTable _ -> "rename";
      default -> "in step";
    };
  }

  @Test
  void whatIsSaidOfAnOldColumnComesBeforeTheNewOneSoThatItGetsItToo() {
    assertThat(names(Order.growing(groups)))
        .containsExactly(
            "price_positive", "by_qty", "in step", "by_quantity", "price_here", "pricey", "rename");
  }

  @Test
  void columnsHaveTheirLastNamesBeforeAnythingElseIsSaidOfThem() {
    assertThat(names(Order.shrinking(groups)))
        .containsExactly(
            "in step", "by_quantity", "price_here", "price_positive", "pricey", "by_qty", "rename");
  }
}
