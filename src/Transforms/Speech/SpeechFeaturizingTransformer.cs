using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Turns samples of sound into the logarithms of the power in mel bands, step by step. Samples that can't be read throw an
/// <see cref="InvalidDataException"/> that names column and row.
/// </summary>
public sealed class SpeechFeaturizingTransformer : RowTransformer
{
    private readonly SpeechOptions _options;

    internal SpeechFeaturizingTransformer(string output, string input, SpeechOptions options) =>
        (Column, _options) = (new(input, output, options.FeatureCount, "the samples of a sound"), options);

    internal FeaturizedColumn Column { get; }

    private protected override RowMapping CreateMapping(DataViewSchema inputSchema) => Column.Map(inputSchema, () =>
    {
        var mel = new LogMel(_options);
        return (float[] samples, string place, ref VBuffer<float> features) => SpeechMapping.Write(mel, samples, place, ref features);
    });

    private protected override SavedChain ToSavedChain() => Column.ToSavedChain(SpeechMapping.Samples, SpeechMapping.Features,
        SpeechMapping.Contract, JsonSerializer.SerializeToUtf8Bytes(new SpeechMapping.Settings(Column.Input, _options)),
        new SpeechMapping());
}
