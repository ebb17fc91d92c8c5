namespace MLSeqGraph.Transforms;

/// <summary>What a model predicts for one row: a sequence, a node or a graph. <see cref="ScoreColumns"/> turns it into columns.</summary>
internal interface IRowPrediction
{
    /// <summary>Score: [width], or [steps × width] where steps are tagged.</summary>
    ReadOnlySpan<float> Score { get; }

    /// <summary>The class, from 0.</summary>
    long Class { get; }

    /// <summary>The class of each step, or of each label that was found, from 0; or the ends of a span.</summary>
    ReadOnlySpan<long> StepClasses { get; }

    /// <summary>Whether the positive class is predicted.</summary>
    bool Flag { get; }

    /// <summary>The probability of the positive class.</summary>
    float Probability { get; }

    /// <summary>The vector that the output layer reads, [size]; empty for models that don't give it.</summary>
    ReadOnlySpan<float> Vector => [];

    /// <summary>The attention of models that give it: [steps × steps] of a sequence, or [edges].</summary>
    ReadOnlySpan<float> Attention => [];

    /// <summary>The attention of pooling, of models that give it: [steps] of a sequence, or [nodes] of a graph.</summary>
    ReadOnlySpan<float> PoolingAttention => [];

    /// <summary>Whether the row can't be read, so that nothing is known of it.</summary>
    bool IsMissing => false;
}
