package dev.segue.acceptance.matrix;

import dev.segue.acceptance.matrix.Matrix.Cell;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What copies no rows, there, back and to its end.
@Tag("acceptance")
class MatrixTest {

  private static final Matrix MATRIX = new Matrix();

  static Stream<Cell> cells() {
    return Matrix.cells(change -> !change.copies());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cells")
  void thereBackAndForGood(Cell cell) throws Exception {
    MATRIX.run(cell);
  }

  @AfterAll
  static void tell() throws Exception {
    MATRIX.close();
  }
}
