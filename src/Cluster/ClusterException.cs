namespace MLSeqGraph.Cluster;

/// <summary>A cluster can't be joined, or refuses a job or worker; the message says why.</summary>
public sealed class ClusterException : Exception
{
    internal ClusterException(string message, Exception? inner = null) : base(message, inner)
    {
    }
}
