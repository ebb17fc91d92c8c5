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

    internal StrokeFeaturizingTransformer(string output, string input, StrokeOptions options) =>
        (Output, Input, _options) = (output, input, options);

    internal string Output { get; }

    internal string Input { get; }

    internal static DataViewType Type { get; } = new VectorDataViewType(NumberDataViewType.Single, 0, StrokeFeatures.Count);

    internal static ArgumentException WrongType(string column, string type) =>
        new($"Column '{column}' is {type}; expected a vector of Single, x, y and whether the pen is lifted of each point.");

    private protected override RowMapping CreateMapping(DataViewSchema inputSchema)
    {
        var column = inputSchema.Require(Input);
        return column.Type is VectorDataViewType { ItemType: NumberDataViewType { RawType: var item } } && item == typeof(float)
            ? new RowMapping(inputSchema, [Input], Output, Type, row => Open(row, column))
            : throw WrongType(Input, $"{column.Type}");
    }

    private protected override SavedChain ToSavedChain()
    {
        var columns = new DataViewSchema.Builder();
        columns.AddColumn(Input, new VectorDataViewType(NumberDataViewType.Single));
        var chain = new SavedChain(columns.ToSchema());
        chain.Add(chain.Transforms.CopyColumns(StrokeMapping.Points, Input));
        chain.AddMapping(StrokeMapping.Contract, JsonSerializer.SerializeToUtf8Bytes(new StrokeMapping.Settings(Input, _options)),
            new StrokeMapping());
        chain.Add(chain.Transforms.CopyColumns(Output, StrokeMapping.Features));
        return chain;
    }

    private Delegate Open(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> points = default;
        return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            getter(ref points);
            StrokeFeatures.Write([.. points.DenseValues()], _options, $"Column '{Input}', {RowName.Of(row)}", ref value);
        });
    }
}
