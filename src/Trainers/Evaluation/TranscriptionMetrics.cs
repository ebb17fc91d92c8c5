namespace MLSeqGraph.Trainers;

/// <summary>How well sequences were written down: <see cref="EvaluationExtensions.EvaluateTranscription"/>.</summary>
public sealed class TranscriptionMetrics
{
    internal TranscriptionMetrics(EditCounts symbols, EditCounts words, long rows, long wrongRows) =>
        (Symbols, Words, RowCount, WrongRowCount) = (symbols, words, rows, wrongRows);

    /// <summary>Edits of symbols: characters, or phonemes.</summary>
    public EditCounts Symbols { get; }

    /// <summary>Edits of words; where symbols aren't separated by white space each row is one.</summary>
    public EditCounts Words { get; }

    /// <summary>
    /// CER: edits of symbols per symbol of the labels; above 1 where far too much was written. Where symbols are phonemes it is their error
    /// rate, PER.
    /// </summary>
    public double CharacterErrorRate => Symbols.Rate;

    /// <summary>WER: edits of words per word of the labels.</summary>
    public double WordErrorRate => Words.Rate;

    /// <summary>The share of rows with an error.</summary>
    public double RowErrorRate => (double)WrongRowCount / RowCount;

    /// <summary>Number of rows.</summary>
    public long RowCount { get; }

    /// <summary>Number of rows with an error.</summary>
    public long WrongRowCount { get; }

    /// <summary>A table: characters, words and rows.</summary>
    public override string ToString() => MetricsText.Table(["", "count", "substituted", "inserted", "deleted", "error rate"],
        [Line("characters", Symbols), Line("words", Words),
            ["rows", MetricsText.Format(RowCount), "", "", "", MetricsText.Format(RowErrorRate)]]);

    private static string[] Line(string name, EditCounts edits) => [name, MetricsText.Format(edits.Length),
        MetricsText.Format(edits.Substitutions), MetricsText.Format(edits.Insertions), MetricsText.Format(edits.Deletions),
        MetricsText.Format(edits.Rate)];
}
