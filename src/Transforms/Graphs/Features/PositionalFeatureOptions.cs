namespace MLSeqGraph.Transforms;

/// <summary>
/// Which features tell nodes where in their graph they are; those chosen follow one another in this order. They are computed on the
/// graph without directions, weights, loops or repeated edges.
/// </summary>
public sealed record PositionalFeatureOptions
{
    /// <summary>
    /// Number of eigenvectors, of length 1, for the smallest eigenvalues above 0 of the symmetric normalized Laplacian (Dwivedi et al.
    /// 2020). Each connected component is treated by itself; where it has fewer, the features are 0. The sum of the third powers of a
    /// vector's elements is positive or, where it is 0, the first element that isn't 0; where eigenvalues are repeated, as in
    /// symmetric graphs, another numbering of the nodes may give other vectors of the same space.
    /// </summary>
    public int LaplacianEigenvectors { get; init; }

    /// <summary>
    /// Steps of a random walk, K: the probabilities to be back at the node after 1 to K steps, the diagonals of (D^-1 A)^k (Dwivedi et al.
    /// 2022). Time: nodes × edges × K / 2.
    /// </summary>
    public int RandomWalkSteps { get; init; }

    /// <summary>
    /// The longest closed walk, K: the numbers of walks of length 1 to K that end at the node they began at, the diagonals of A^k
    /// (ID-GNN-Fast, You et al. 2021). Time: nodes × edges × K / 2.
    /// </summary>
    public int ClosedWalkLength { get; init; }

    /// <summary>
    /// Whether the numbers n of closed walks become log(1 + n), since they grow quickly with the length. True by default.
    /// </summary>
    public bool LogClosedWalks { get; init; } = true;

    /// <summary>Whether log(1 + degree) is a feature. False by default.</summary>
    public bool LogDegree { get; init; }

    /// <summary>
    /// The largest degree with a feature of its own, which is 1 where a node has that degree; larger degrees count as this one. Null for
    /// none.
    /// </summary>
    public int? OneHotDegreeMaximum { get; init; }

    /// <summary>Number of features per node.</summary>
    public int Count => LaplacianEigenvectors + RandomWalkSteps + ClosedWalkLength + (LogDegree ? 1 : 0) + (OneHotDegreeMaximum + 1 ?? 0);

    internal PositionalFeatureOptions Checked()
    {
        foreach (var (name, value) in ((string, int)[])[(nameof(LaplacianEigenvectors), LaplacianEigenvectors),
            (nameof(RandomWalkSteps), RandomWalkSteps),
            (nameof(ClosedWalkLength), ClosedWalkLength), (nameof(OneHotDegreeMaximum), OneHotDegreeMaximum ?? 0)])
            if (value is < 0 or > 4096)
                throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; expected 0 to 4096.");
        return Count > 0 ? this : throw new ArgumentException("No positional feature is chosen; expected at least one.");
    }
}
