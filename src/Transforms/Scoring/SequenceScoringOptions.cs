using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>How a model scores the rows of a data view.</summary>
public sealed class SequenceScoringOptions
{
    /// <summary>Where the model runs; by default on the CPU.</summary>
    public ExecutionTarget Target { get; set; } = ExecutionTarget.Cpu();

    /// <summary>The most sequences in a batch. 128 by default.</summary>
    public int BatchRows { get; set; } = 128;

    /// <summary>
    /// The most steps in a batch, padding included: a batch holds fewer sequences where they are long, but at least one. 16,384 by
    /// default.
    /// </summary>
    public int BatchSteps { get; set; } = 16384;

    /// <summary>
    /// Rows that are read ahead and scored together, in batches of similar length. 1,024 by default, fewer where sequences are long: as
    /// many as <see cref="BatchSteps"/> allows in that number of batches.
    /// </summary>
    public int ReadAheadRows { get; set; } = 1024;

    /// <summary>What happens to rows that can't be read: an error, the default, or a missing prediction.</summary>
    public BadRows BadRows
    {
        get => AskedBadRows ?? BadRows.Error;
        set => AskedBadRows = value;
    }

    /// <summary>What <see cref="BadRows"/> was set to; null where it was not, so that a saved model's own is taken.</summary>
    internal BadRows? AskedBadRows { get; private set; }

    /// <summary>These options with a saved model's own way with bad rows, where they don't say.</summary>
    internal SequenceScoringOptions With(BadRows saved)
    {
        var options = (SequenceScoringOptions)MemberwiseClone();
        options.AskedBadRows ??= saved;
        return options;
    }

    /// <summary>
    /// Whether to accept a model that was edited on purpose, so that its content doesn't match the digest in its metadata. By default it
    /// is refused as damaged.
    /// </summary>
    public bool AcceptEditedFiles { get; set; }

    /// <summary>
    /// Is told why the model runs elsewhere than asked, and of each view that was scored how many rows had no prediction
    /// (<see cref="BadRows"/>), with number and reason of the first, or how many missing values of series were filled. A trained model
    /// tells ML.NET's log by default.
    /// </summary>
    public Action<string>? Log { get; set; }

    /// <summary>Stops scoring: checked with every batch, which ends early.</summary>
    public CancellationToken CancellationToken { get; set; }

    internal long ReadAheadSteps => Math.Max(1, ReadAheadRows / BatchRows) * (long)BatchSteps;

    internal SequenceScoringOptions Checked()
    {
        ArgumentNullException.ThrowIfNull(Target);
        Check(BatchRows, nameof(BatchRows), 1 << 20);
        Check(BatchSteps, nameof(BatchSteps), 1 << 28);
        Check(ReadAheadRows, nameof(ReadAheadRows), 1 << 20);
        return (SequenceScoringOptions)MemberwiseClone();
    }

    private static void Check(int value, string name, int most)
    {
        if (value < 1 || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}, expected 1 to {most}.");
    }
}
