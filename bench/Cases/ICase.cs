namespace MLSeqGraph.Bench;

/// <summary>One measured piece of work.</summary>
internal interface ICase : IDisposable
{
    /// <summary>Everything that is not measured.</summary>
    void Setup(int threads);

    /// <summary>The work.</summary>
    void Run();
}
