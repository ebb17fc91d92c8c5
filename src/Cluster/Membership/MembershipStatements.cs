using System.Data.Common;
using MLSeqGraph.Experiments;

namespace MLSeqGraph.Cluster;

/// <summary>
/// The tables and statements with which Orleans's ADO.NET provider keeps the members of a cluster in PostgreSQL. The provider reads the
/// statements by name from a table, <c>OrleansQuery</c>, and names their parameters and columns.
/// </summary>
/// <remarks>A change of the members counts the version of the cluster up, and does nothing where another change was first.</remarks>
internal static class MembershipStatements
{
    private const string IsRow = "cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation";

    private const string Members = "SELECT v.version AS Version, m.address AS Address, m.port AS Port, m.generation AS Generation, "
        + "m.silo_name AS SiloName, m.host_name AS HostName, m.status AS Status, m.proxy_port AS ProxyPort, m.suspects AS SuspectTimes, "
        + "m.started AS StartTime, m.alive AS IAmAliveTime FROM cluster_memberships v LEFT JOIN cluster_members m ON m.cluster = v.cluster";

    private const string CountUp = "WITH counted AS (UPDATE cluster_memberships SET version = version + 1 WHERE cluster = @DeploymentId "
        + "AND version = @Version";

    private static readonly (string Name, string Text)[] Statements =
    [
        ("InsertMembershipVersionKey", "WITH added AS (INSERT INTO cluster_memberships (cluster, version) VALUES (@DeploymentId, 0) "
            + "ON CONFLICT (cluster) DO NOTHING RETURNING 1) SELECT COUNT(*)::int FROM added"),
        ("InsertMembershipKey", $"{CountUp} AND NOT EXISTS (SELECT 1 FROM cluster_members WHERE {IsRow}) RETURNING 1), "
            + "added AS (INSERT INTO cluster_members (cluster, address, port, generation, silo_name, host_name, status, proxy_port, "
            + "started, alive) SELECT @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, "
            + "@IAmAliveTime FROM counted RETURNING 1) SELECT COUNT(*)::int FROM added"),
        ("UpdateMembershipKey", $"{CountUp} AND EXISTS (SELECT 1 FROM cluster_members WHERE {IsRow}) RETURNING 1), "
            + "changed AS (UPDATE cluster_members SET status = @Status, suspects = @SuspectTimes, alive = @IAmAliveTime FROM counted "
            + $"WHERE {IsRow} RETURNING 1) SELECT COUNT(*)::int FROM changed"),
        ("UpdateIAmAlivetimeKey", $"UPDATE cluster_members SET alive = @IAmAliveTime WHERE {IsRow}"),
        ("MembershipReadAllKey", $"{Members} WHERE v.cluster = @DeploymentId"),
        ("MembershipReadRowKey", $"{Members} AND m.address = @Address AND m.port = @Port AND m.generation = @Generation WHERE "
            + "v.cluster = @DeploymentId"),
        ("GatewaysQueryKey", "SELECT address AS Address, proxy_port AS ProxyPort, generation AS Generation FROM cluster_members WHERE "
            + "cluster = @DeploymentId AND status = @Status AND proxy_port > 0"),
        ("DeleteMembershipTableEntriesKey", "DELETE FROM cluster_members WHERE cluster = @DeploymentId; "
            + "DELETE FROM cluster_memberships WHERE cluster = @DeploymentId"),
        // 6 is a dead one.
        ("CleanupDefunctSiloEntriesKey", "DELETE FROM cluster_members WHERE cluster = @DeploymentId AND alive < @IAmAliveTime AND "
            + "status = 6"),
        ("CleanupDefunctSiloEntryKey", $"DELETE FROM cluster_members WHERE {IsRow} AND status = 6"),
    ];

    /// <summary>Makes what isn't there yet.</summary>
    internal static void Create(DbTransaction transaction)
    {
        transaction.Execute("CREATE TABLE IF NOT EXISTS cluster_memberships (cluster TEXT PRIMARY KEY, version INTEGER NOT NULL)");
        transaction.Execute("CREATE TABLE IF NOT EXISTS cluster_members (cluster TEXT NOT NULL REFERENCES cluster_memberships(cluster), "
            + "address TEXT NOT NULL, port INTEGER NOT NULL, generation INTEGER NOT NULL, silo_name TEXT NOT NULL, "
            + "host_name TEXT NOT NULL, status INTEGER NOT NULL, proxy_port INTEGER NOT NULL, suspects TEXT, "
            + "started TIMESTAMPTZ NOT NULL, alive TIMESTAMPTZ NOT NULL, PRIMARY KEY (cluster, address, port, generation))");
        transaction.Execute("CREATE TABLE IF NOT EXISTS OrleansQuery (QueryKey TEXT PRIMARY KEY, QueryText TEXT NOT NULL)");
        // Those of somebody else's Orleans in the same database stay as they are.
        foreach (var (name, text) in Statements)
            transaction.Execute("INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES (@name, @text) ON CONFLICT (QueryKey) DO NOTHING",
                ("name", name), ("text", text));
    }
}
