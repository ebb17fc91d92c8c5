namespace MLSeqGraph.Onnx;

/// <summary>How series are drawn.</summary>
public sealed record SeriesGenerationOptions
{
    /// <summary>Decides the draws. Each row has its own draws, which don't depend on the other rows. 0 by default.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// 0, the default, to draw as probable as the model says; more for likelier, more regular steps (Graves 2013, section 5.4): 0.5 to 2
    /// for handwriting that is easy to read.
    /// </summary>
    public double Bias { get; init; }

    /// <summary>The most steps of a series, those of its start included, 1,000 by default: one that hasn't ended then is cut.</summary>
    public int MaximumSteps { get; init; } = 1000;

    /// <summary>The first steps of each row, which are given rather than drawn, [steps × features] each; null for none.</summary>
    public IReadOnlyList<float[]>? Starts { get; init; }

    internal void Check(int rows, int features, int binary)
    {
        GenerationOptions.Require(double.IsFinite(Bias) && Bias >= 0, nameof(Bias), Bias, "a finite number of at least 0");
        GenerationOptions.Require(MaximumSteps >= 1, nameof(MaximumSteps), MaximumSteps, "at least 1");
        if (Starts is not { } starts)
            return;
        GenerationOptions.Require(starts.Count == rows, nameof(Starts), $"of {starts.Count} rows", $"{rows}, one for each row");
        for (var row = 0; row < rows; row++)
        {
            var start = starts[row];
            GenerationOptions.Require(start is not null && start.Length % features == 0 && start.Length / features < MaximumSteps,
                nameof(Starts), $"{(start is null ? "null" : $"{start.Length} numbers")} for row {row}",
                $"{features} numbers of each step, and fewer steps than {nameof(MaximumSteps)}, {MaximumSteps}");
            for (var i = 0; i < start!.Length; i++)
                GenerationOptions.Require(i % features < features - binary ? float.IsFinite(start[i]) : start[i] is 0 or 1, nameof(Starts),
                    $"{start[i]} in row {row}, step {i / features}, feature {i % features}",
                    i % features < features - binary ? "a finite number" : "0 or 1");
        }
    }
}
