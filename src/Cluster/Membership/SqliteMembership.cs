using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using MLSeqGraph.Experiments;

namespace MLSeqGraph.Cluster;

/// <summary>The members of a cluster of processes on one machine, in the SQLite file of its studies.</summary>
internal sealed class SqliteMembership(ClusterDatabase database, ClusterOptions options) : IMembershipTable
{
    private readonly string _cluster = options.Name;

    internal static void Create(DbTransaction transaction)
    {
        transaction.Execute("CREATE TABLE IF NOT EXISTS cluster_memberships (cluster TEXT PRIMARY KEY, version INTEGER NOT NULL)");
        transaction.Execute("CREATE TABLE IF NOT EXISTS cluster_members (cluster TEXT NOT NULL, silo TEXT NOT NULL, entry TEXT NOT NULL, "
            + "PRIMARY KEY (cluster, silo))");
    }

    public Task InitializeMembershipTable(bool tryInitTableVersion) => Run(transaction => transaction.Execute(
        "INSERT INTO cluster_memberships (cluster, version) VALUES (@cluster, 0) ON CONFLICT (cluster) DO NOTHING",
        ("cluster", _cluster)));

    public Task DeleteMembershipTableEntries(string clusterId) => Run(transaction => transaction.Execute(
        "DELETE FROM cluster_members WHERE cluster = @cluster", ("cluster", clusterId)));

    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => Run(transaction =>
    {
        foreach (var entry in Entries(transaction).Where(entry => entry.Status == SiloStatus.Dead
            && entry.IAmAliveTime < beforeDate.UtcDateTime))
            transaction.Execute("DELETE FROM cluster_members WHERE cluster = @cluster AND silo = @silo", ("cluster", _cluster),
                ("silo", entry.SiloAddress.ToParsableString()));
        return 0;
    });

    public Task<MembershipTableData> ReadRow(SiloAddress key) => Run(transaction => Read(transaction,
        entry => entry.SiloAddress.Equals(key)));

    public Task<MembershipTableData> ReadAll() => Run(transaction => Read(transaction, _ => true));

    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) => Write(entry, tableVersion, isNew: true);

    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) =>
        Write(entry, tableVersion, isNew: false);

    public Task UpdateIAmAlive(MembershipEntry entry) => Run(transaction =>
    {
        if (Entries(transaction).FirstOrDefault(one => one.SiloAddress.Equals(entry.SiloAddress)) is not { } there)
            return 0;
        there.IAmAliveTime = entry.IAmAliveTime;
        return Store(transaction, there);
    });

    // A change counts the version up; false where another one was first.
    private Task<bool> Write(MembershipEntry entry, TableVersion next, bool isNew) => Run(transaction =>
    {
        if (Entries(transaction).Any(one => one.SiloAddress.Equals(entry.SiloAddress)) == isNew)
            return false;
        var counted = transaction.Execute("UPDATE cluster_memberships SET version = version + 1 WHERE cluster = @cluster AND "
            + "version = @version", ("cluster", _cluster), ("version", int.Parse(next.VersionEtag, CultureInfo.InvariantCulture)));
        return counted == 1 && Store(transaction, entry) == 1;
    });

    private int Store(DbTransaction transaction, MembershipEntry entry) => transaction.Execute("INSERT INTO cluster_members (cluster, "
        + "silo, entry) VALUES (@cluster, @silo, @entry) ON CONFLICT (cluster, silo) DO UPDATE SET entry = excluded.entry",
        ("cluster", _cluster), ("silo", entry.SiloAddress.ToParsableString()), ("entry", JsonSerializer.Serialize(Row.Of(entry))));

    private MembershipTableData Read(DbTransaction transaction, Func<MembershipEntry, bool> takes)
    {
        var version = Convert.ToInt32(transaction.Scalar("SELECT version FROM cluster_memberships WHERE cluster = @cluster",
            ("cluster", _cluster)) ?? 0, CultureInfo.InvariantCulture);
        var etag = version.ToString(CultureInfo.InvariantCulture);
        return new([.. Entries(transaction).Where(takes).Select(entry => Tuple.Create(entry, etag))], new(version, etag));
    }

    private List<MembershipEntry> Entries(DbTransaction transaction) => [.. transaction.Query(
        "SELECT entry FROM cluster_members WHERE cluster = @cluster", row => row.GetString(0), ("cluster", _cluster))
        .Select(json => JsonSerializer.Deserialize<Row>(json)!.Entry)];

    private Task<T> Run<T>(Func<DbTransaction, T> work) => Task.Run(() => database.Database.Run(work));

    /// <summary>A member as JSON.</summary>
    private sealed record Row(string Silo, SiloStatus Status, string SiloName, string HostName, int ProxyPort, DateTime Started,
        DateTime Alive, IReadOnlyList<Suspicion> Suspects)
    {
        internal MembershipEntry Entry => new()
        {
            SiloAddress = SiloAddress.FromParsableString(Silo), Status = Status, SiloName = SiloName, HostName = HostName,
            ProxyPort = ProxyPort, StartTime = Started, IAmAliveTime = Alive,
            SuspectTimes = [.. Suspects.Select(one => Tuple.Create(SiloAddress.FromParsableString(one.By), one.At))],
        };

        internal static Row Of(MembershipEntry entry) => new(entry.SiloAddress.ToParsableString(), entry.Status, entry.SiloName,
            entry.HostName, entry.ProxyPort, entry.StartTime, entry.IAmAliveTime,
            [.. (entry.SuspectTimes ?? []).Select(one => new Suspicion(one.Item1.ToParsableString(), one.Item2))]);
    }

    private sealed record Suspicion(string By, DateTime At);
}
