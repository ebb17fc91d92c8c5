namespace MLSeqGraph.Cluster;

/// <summary>A file that an experiment reads.</summary>
/// <param name="Location">A path, of a folder that all machines see unless the file is shipped, or an address (<c>https://…</c>).</param>
/// <param name="IsShipped">Whether it is put into the cluster's database once, from where machines without the path fetch it.</param>
public sealed record JobFile(string Location, bool IsShipped = false)
{
    internal bool IsAddress => Location.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || Location.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
}
