/// JDBC, without the ceremony, and what SQL texts need.
@NullMarked
package dev.segue.postgres.sql;

import org.jspecify.annotations.NullMarked;
