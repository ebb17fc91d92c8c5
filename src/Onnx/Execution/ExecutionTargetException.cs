namespace MLSeqGraph.Onnx;

/// <summary>An execution target can't be used. The message says what was tried, how each attempt failed and what is missing.</summary>
public sealed class ExecutionTargetException : Exception
{
    internal ExecutionTargetException(ExecutionTarget target, IReadOnlyList<string> attempts, IReadOnlyList<string> missing,
        Exception? inner)
        : base(Compose(target, attempts, missing), inner)
    {
        Target = target;
        Attempts = attempts;
        Missing = missing;
    }

    /// <summary>The target asked for.</summary>
    public ExecutionTarget Target { get; }

    /// <summary>The attempts in order, each with its failure.</summary>
    public IReadOnlyList<string> Attempts { get; }

    /// <summary>What the machine lacks, as far as the failures show.</summary>
    public IReadOnlyList<string> Missing { get; }

    private static string Compose(ExecutionTarget target, IReadOnlyList<string> attempts, IReadOnlyList<string> missing) =>
        $"Execution target '{target}' can't be used. Tried: {string.Join("; ", attempts.Select((attempt, i) => $"({i + 1}) {attempt}"))}."
        + (missing.Count == 0 ? "" : $" Missing: {string.Join("; ", missing)}.");
}
