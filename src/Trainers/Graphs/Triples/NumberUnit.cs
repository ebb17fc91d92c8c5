namespace MLSeqGraph.Trainers;

/// <summary>The unit in which triples' numbers, such as ratings, are learned: their deviations from the mean.</summary>
/// <param name="Mean">The mean of the numbers.</param>
/// <param name="Deviation">Their standard deviation; 1 where all are the same.</param>
internal readonly record struct NumberUnit(double Mean, double Deviation)
{
    /// <summary>Of triples without numbers.</summary>
    internal static NumberUnit None { get; } = new(0, 1);

    /// <param name="values">The numbers of the triples that are trained on; null for none.</param>
    internal static NumberUnit Of(float[]? values)
    {
        if (values is not { Length: > 0 })
            return None;
        var mean = values.Average(value => (double)value);
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        // Equal numbers may have a mean that is rounded.
        return new(mean, deviation > 1e-9 * Math.Abs(mean) && deviation > 0 ? deviation : 1);
    }

    /// <summary>A number in this unit.</summary>
    internal float To(float value) => (float)((value - Mean) / Deviation);

    /// <summary>What a number in this unit is in the original one.</summary>
    internal float From(double value) => (float)(Mean + Deviation * value);
}
