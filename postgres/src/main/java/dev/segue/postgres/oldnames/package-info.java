/// Who still says the names that go with the contract.
@NullMarked
package dev.segue.postgres.oldnames;

import org.jspecify.annotations.NullMarked;
