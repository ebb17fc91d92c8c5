using Microsoft.ML;

namespace MLSeqGraph.Transforms;

public static partial class MLSeqGraphTransforms
{
    /// <summary>
    /// Turns samples of sound into the logarithms of the power in mel bands, [steps, <see cref="SpeechOptions.FeatureCount"/>], that a
    /// sequence network reads.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of features, variable vectors of Single.</param>
    /// <param name="inputColumnName">The column of samples, a vector of Single, such as <see cref="WavFile.Load"/> reads.</param>
    /// <param name="options">Rate, windows and bands; null for the defaults.</param>
    /// <exception cref="ArgumentException">A name is empty, or an option is out of its range.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.FeaturizeSpeech("Features", "Samples", new() { Rate = 8000, Stacked = 3 })
    ///     .Append(ml.Sequences().Alignment(new() { Network = SequenceNetwork.Conformer() }));
    /// </code>
    /// </example>
    public static SpeechFeaturizingEstimator FeaturizeSpeech(this TransformsCatalog catalog, string outputColumnName,
        string inputColumnName, SpeechOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new SpeechFeaturizingEstimator(outputColumnName, inputColumnName, options ?? new());
    }
}
