namespace MLSeqGraph.Onnx;

/// <summary>The sizes of a batch of <see cref="CtcLoss"/>.</summary>
/// <param name="Time">Frames, padding included.</param>
/// <param name="Classes">Classes, the blank among them.</param>
/// <param name="Labels">Labels of a row, padding included.</param>
/// <param name="Blank">The class of the blank.</param>
internal sealed record CtcSizes(int Time, int Classes, int Labels, int Blank);

/// <summary>What a row of <see cref="CtcLoss"/> is to become.</summary>
internal readonly unsafe struct CtcTarget
{
    private readonly long* _labels;

    /// <exception cref="ArgumentException">A label is the blank or no class, or there are fewer frames or labels than said.</exception>
    internal CtcTarget(CtcSizes sizes, long row, long length, long labelLength, long* labels)
    {
        if (length < 0 || length > sizes.Time)
            throw new ArgumentException($"CtcLoss, row {row}: {length} frames, expected 0 to {sizes.Time}.");
        if (labelLength < 0 || labelLength > sizes.Labels)
            throw new ArgumentException($"CtcLoss, row {row}: {labelLength} labels, expected 0 to {sizes.Labels}.");
        for (var i = 0; i < labelLength; i++)
            if (labels[i] < 0 || labels[i] >= sizes.Classes || labels[i] == sizes.Blank)
                throw new ArgumentException($"CtcLoss, row {row}, label {i}: {labels[i]}"
                    + $"{(labels[i] == sizes.Blank ? ", the blank" : "")}; expected a class from 0 to {sizes.Classes - 1} other than the "
                    + $"blank, {sizes.Blank}.");
        (Sizes, Length, Labels) = (sizes, (int)length, (int)labelLength);
        _labels = labels;
    }

    internal CtcSizes Sizes { get; }

    /// <summary>Frames.</summary>
    internal int Length { get; }

    /// <summary>Labels.</summary>
    internal int Labels { get; }

    /// <summary>Blanks and labels in turn, from a blank to a blank.</summary>
    internal int States => 2 * Labels + 1;

    /// <summary>The class of a state.</summary>
    internal int Class(int state) => state % 2 == 0 ? Sizes.Blank : (int)_labels[state / 2];

    /// <summary>Whether a path may go to a state from the second before it: to a label other than the one before.</summary>
    internal bool Skips(int state) => state % 2 == 1 && state > 1 && Class(state) != Class(state - 2);
}
