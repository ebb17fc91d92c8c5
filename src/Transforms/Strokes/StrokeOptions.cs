namespace MLSeqGraph.Transforms;

/// <summary>What is done with pen strokes before a network reads them.</summary>
public sealed record StrokeOptions
{
    /// <summary>
    /// Whether writing is moved and scaled: its mean height becomes 0 and the deviation from it 1, along the strokes, so that neither place
    /// nor size matters. True by default.
    /// </summary>
    public bool Normalize { get; init; } = true;

    /// <summary>
    /// Whether slanted writing is made upright: sheared by the slant that its strokes have in the mean. False by default.
    /// </summary>
    public bool Deslant { get; init; }

    /// <summary>
    /// The largest distance of points along a stroke: strokes are drawn with points at equal distances, so that the speed of the pen
    /// doesn't matter. In units of the points, after <see cref="Normalize"/>. 0 keeps the points as they are; 0.5 by default.
    /// </summary>
    public double Spacing { get; init; } = 0.5;

    internal void Validate()
    {
        if (!(Spacing >= 0 && double.IsFinite(Spacing)))
            throw new ArgumentException($"{nameof(Spacing)} is {Spacing}; expected a finite number of at least 0.");
    }
}
