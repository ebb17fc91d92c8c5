namespace MLSeqGraph.Transforms;

/// <summary>
/// What a model of nodes or graphs predicts for the current row of a cursor or mapper, taken from the scores of many rows.
/// </summary>
/// <param name="width">Size of a row's score.</param>
/// <param name="vectorWidth">Size of a row's vector; 0 for none.</param>
internal sealed class GraphPrediction(int width, int vectorWidth) : IRowPrediction
{
    /// <summary>The scores of all rows.</summary>
    internal GraphScores Scores { get; set; } = new([]);

    /// <summary>The row of the scores; below 0 for a row that isn't a graph.</summary>
    internal long Row { get; set; } = -1;

    public ReadOnlySpan<float> Score => Of(Scores.Score, width);

    public ReadOnlySpan<float> Vector => Of(Scores.Vector, vectorWidth);

    public ReadOnlySpan<float> Attention => Scores.Attention![Row];

    public ReadOnlySpan<float> PoolingAttention => Scores.PoolingAttention![Row];

    public long Class
    {
        get
        {
            var scores = Score;
            var best = 0;
            for (var i = 1; i < scores.Length; i++)
                if (scores[i] > scores[best])
                    best = i;
            return best;
        }
    }

    public ReadOnlySpan<long> StepClasses => Of(Scores.Classes, 1);

    public bool Flag => Score[0] > 0;

    public bool IsMissing => Row < 0;

    public float Probability => 1 / (1 + MathF.Exp(-Score[0]));

    // The current row's numbers, or those of all its nodes.
    private ReadOnlySpan<T> Of<T>(T[]? numbers, int each) => Scores.NodeStart is { } start
        ? numbers.AsSpan(start[(int)Row] * each, (start[(int)Row + 1] - start[(int)Row]) * each) : numbers.AsSpan((int)Row * each, each);
}
