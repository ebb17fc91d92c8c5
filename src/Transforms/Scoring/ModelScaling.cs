namespace MLSeqGraph.Transforms;

/// <summary>What a file does with numbers before its network reads them: (x - offset) * scale, of each feature by itself.</summary>
/// <param name="Scale">What is multiplied by, a number per feature; of rows divided by their sums null.</param>
/// <param name="Offset">What is subtracted, a number per feature; null for nothing.</param>
/// <param name="DividesRows">Whether each row is divided by its sum instead.</param>
public sealed record ModelScaling(IReadOnlyList<float>? Scale, IReadOnlyList<float>? Offset = null, bool DividesRows = false)
{
    /// <summary>Of means and standard deviations.</summary>
    internal static ModelScaling Of(IReadOnlyList<float> mean, IReadOnlyList<float> deviation) =>
        new([.. deviation.Select(each => 1 / each)], mean.Any(each => each != 0) ? mean : null);

    /// <summary>What it means to whoever gives the numbers.</summary>
    internal string Meaning => DividesRows ? "divided by their sum inside" : "in the units of the training rows: they are scaled inside";

    /// <summary>Whether both say the same, number by number.</summary>
    public bool Equals(ModelScaling? other) => other is not null && DividesRows == other.DividesRows && Same(Scale, other.Scale)
        && Same(Offset, other.Offset);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(DividesRows, Scale?.Count, Offset?.Count, Scale?.FirstOrDefault());

    private static bool Same(IReadOnlyList<float>? one, IReadOnlyList<float>? other) =>
        one is null || other is null ? one == other : one.SequenceEqual(other);
}
