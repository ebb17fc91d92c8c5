namespace MLSeqGraph.Trainers;

/// <summary>How a prediction over a graph is explained.</summary>
public sealed record GraphExplanationOptions
{
    /// <summary>The method; GNNExplainer by default.</summary>
    public GraphExplanationMethod Method { get; init; }

    /// <summary>Steps of learning the masks, 100 by default.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Learning rate of the masks, 0.02 by default.</summary>
    public float LearningRate { get; init; } = 0.02f;

    /// <summary>The cost of an edge that is kept: more gives smaller explanations. 0.02 by default.</summary>
    public float EdgeSize { get; init; } = 0.02f;

    /// <summary>The cost of the mean entropy of edges, which makes them clearly kept or not. 0.5 by default.</summary>
    public float EdgeEntropy { get; init; } = 0.5f;

    /// <summary>The cost of the mean share of features that are kept. 0.1 by default.</summary>
    public float FeatureSize { get; init; } = 0.1f;

    /// <summary>Whether features are masked too, all nodes' alike. True by default.</summary>
    public bool MasksFeatures { get; init; } = true;

    /// <summary>Stops it.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal void Validate()
    {
        if (!Enum.IsDefined(Method))
            throw new ArgumentOutOfRangeException(nameof(Method), Method, "Expected one of the enumeration.");
        ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
        Finite(nameof(LearningRate), LearningRate, LearningRate > 0, "above 0");
        Finite(nameof(EdgeSize), EdgeSize, EdgeSize >= 0, "at least 0");
        Finite(nameof(EdgeEntropy), EdgeEntropy, EdgeEntropy >= 0, "at least 0");
        Finite(nameof(FeatureSize), FeatureSize, FeatureSize >= 0, "at least 0");
    }

    private static void Finite(string name, float found, bool fits, string expected)
    {
        if (!float.IsFinite(found) || !fits)
            throw new ArgumentOutOfRangeException(name, found, $"Expected a number {expected}.");
    }
}
