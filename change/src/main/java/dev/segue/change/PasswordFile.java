package dev.segue.change;

import static dev.segue.change.Key.optional;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// `password-file`: a password beside a URL.
final class PasswordFile {

  /// A password, not a file given by mistake.
  private static final long LONGEST = 4096;

  static final Key<Secret> KEY =
      optional(
          "password-file",
          Scalars.text("the path of a file", PasswordFile::password),
          "File that holds the password and nothing else; relative to the change file.");

  private PasswordFile() {}

  private static Secret password(ScalarForm.Scalar scalar) throws Misfit {
    Path file = Scalars.existingFile(scalar);
    Optional<String> password;
    try {
      password =
          Files.size(file) > LONGEST
              ? Optional.empty()
              : Optional.of(Files.readString(file).strip());
    } catch (IOException e) {
      throw new Misfit("names a file that cannot be read as text");
    }
    return password
        .filter(p -> !p.isEmpty() && p.lines().count() == 1)
        .map(Secret::new)
        .orElseThrow(() -> new Misfit("names a file that does not hold one password on one line"));
  }
}
