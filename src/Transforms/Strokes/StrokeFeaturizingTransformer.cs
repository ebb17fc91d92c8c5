using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Turns strokes of a pen into features that a network reads: normalized, drawn at equal distances, and described point by point
/// (<see cref="StrokeFeatures"/>). Points that can't be read throw an <see cref="InvalidDataException"/> that names column, row and point.
/// </summary>
public sealed class StrokeFeaturizingTransformer : RowTransformer
{
    private readonly StrokeOptions _options;

    internal StrokeFeaturizingTransformer(string output, string input, StrokeOptions options) => (Column, _options) =
        (new(input, output, StrokeFeatures.Count, "x, y and whether the pen is lifted of each point"), options);

    internal FeaturizedColumn Column { get; }

    private protected override RowMapping CreateMapping(DataViewSchema inputSchema) => Column.Map(inputSchema,
        () => (float[] points, string place, ref VBuffer<float> features) => StrokeFeatures.Write(points, _options, place, ref features));

    private protected override SavedChain ToSavedChain() => Column.ToSavedChain(StrokeMapping.Points, StrokeMapping.Features,
        StrokeMapping.Contract, JsonSerializer.SerializeToUtf8Bytes(new StrokeMapping.Settings(Column.Input, _options)),
        new StrokeMapping());
}
