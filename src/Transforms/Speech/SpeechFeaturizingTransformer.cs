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
        (Output, Input, _options) = (output, input, options);

    internal string Output { get; }

    internal string Input { get; }

    internal DataViewType Type => new VectorDataViewType(NumberDataViewType.Single, 0, _options.FeatureCount);

    internal static ArgumentException WrongType(string column, string type) =>
        new($"Column '{column}' is {type}; expected a vector of Single, the samples of a sound.");

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
        chain.Add(chain.Transforms.CopyColumns(SpeechMapping.Samples, Input));
        chain.AddMapping(SpeechMapping.Contract, JsonSerializer.SerializeToUtf8Bytes(new SpeechMapping.Settings(Input, _options)),
            new SpeechMapping());
        chain.Add(chain.Transforms.CopyColumns(Output, SpeechMapping.Features));
        return chain;
    }

    private Delegate Open(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> samples = default;
        var mel = new LogMel(_options);
        return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            getter(ref samples);
            SpeechMapping.Write(mel, samples, $"Column '{Input}', {RowName.Of(row)}", ref value);
        });
    }
}
