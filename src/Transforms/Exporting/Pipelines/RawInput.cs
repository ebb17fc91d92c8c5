namespace MLSeqGraph.Transforms;

/// <summary>An input of an exported pipeline that is a column of the pipeline's own input.</summary>
/// <param name="Column">The column, and the input's name.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Size">Of vectors: how many numbers.</param>
internal sealed record RawInput(string Column, RawKind Kind, int Size = 0)
{
    /// <summary>What stands for an empty text among <see cref="RawKind.Texts"/>, where empty ones are padding: U+FFFD.</summary>
    internal const string EmptyWord = "\uFFFD";

    internal string Meaning => $"column '{Column}' of the pipeline: " + Kind switch
    {
        RawKind.Text => "a text per row, as it is",
        RawKind.Texts => "the texts of each row, with empty ones behind the last of a shorter row; U+FFFD stands for a text that is "
            + "empty itself",
        RawKind.Number => "a whole number per row",
        _ => "a vector of real numbers per row, as they are",
    };
}
