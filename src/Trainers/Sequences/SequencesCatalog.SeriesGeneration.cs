namespace MLSeqGraph.Trainers;

// Series that are drawn.
public sealed partial class SequencesCatalog
{
    /// <summary>Learns to draw series step by step, such as the movements of a pen, for a text or by themselves.</summary>
    /// <param name="seriesColumnName">The column of series, vectors of Single.</param>
    /// <param name="textColumnName">The column of texts that they write, vectors of keys, Int32 or Int64; null for none.</param>
    /// <param name="featureCount">Features of a step; null to take them from the column, or 1.</param>
    /// <param name="binaryFeatures">How many of them, the last ones, are 0 or 1.</param>
    /// <param name="epochs">Passes over the training data.</param>
    public SeriesGenerationTrainer SeriesGeneration(string seriesColumnName = "Features", string? textColumnName = null,
        int? featureCount = null, int binaryFeatures = 0, int epochs = 20) => SeriesGeneration(new SeriesGenerationTrainer.Options
        {
            SequenceColumnName = seriesColumnName, TextColumnName = textColumnName, FeatureCount = featureCount,
            BinaryFeatures = binaryFeatures, Epochs = epochs,
        });

    /// <inheritdoc cref="SeriesGeneration(string, string, int?, int, int)"/>
    public SeriesGenerationTrainer SeriesGeneration(SeriesGenerationTrainer.Options options) => new(_ml, options);
}
