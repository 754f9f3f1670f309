package dev.segue.redis.om;

/// Keys and names of Redis OM Python.
///
/// Data stands under `prefix:module.Model:pk`; without a prefix the first colon stays. The rest is
/// the library's own: strings beside the data about an index, and sets and strings about
/// migrations.
public final class RedisOm {

  /// The set of data migrations that its tool has marked as applied.
  public static final String APPLIED = "redis_om:applied_migrations";

  private static final String OWN = "redis_om:";
  private static final String STATE = "redis_om:migration_state:";
  private static final String INDEX = ":index";

  private RedisOm() {}

  /// Where its tool keeps how far a data migration is.
  public static String stateKey(String migration) {
    return STATE + migration;
  }

  /// The index that a model has when its `Meta` names none; newer versions make it an alias.
  ///
  /// @param prefix the models' `global_key_prefix`; empty: none
  /// @param model `module.Model`
  public static String index(String prefix, String model) {
    return prefix + ":" + model + INDEX;
  }

  /// Whether the library keeps the key for itself, though a model's pattern may match it: the hash
  /// and the text of an index's schema, and everything about migrations.
  public static boolean keeps(String key) {
    return key.startsWith(OWN) || key.endsWith(INDEX + ":hash") || key.endsWith(INDEX + ":schema");
  }
}
