/// What tests of a change need, ours and yours: a real PostgreSQL server from a jar
/// ([EmbeddedServer][dev.segue.testkit.EmbeddedServer]) with a database for each test
/// ([TestDatabases][dev.segue.testkit.TestDatabases]), users who do not wait for each other
/// ([OpenLoopLoad][dev.segue.testkit.OpenLoopLoad]), a check that no write they were promised is
/// lost ([WriteChecker][dev.segue.testkit.WriteChecker]), a real Redis server
/// ([EmbeddedRedis][dev.segue.testkit.EmbeddedRedis]), and a clock that one can set
/// ([SettableClock][dev.segue.testkit.SettableClock]).
@NullMarked
package dev.segue.testkit;

import org.jspecify.annotations.NullMarked;
