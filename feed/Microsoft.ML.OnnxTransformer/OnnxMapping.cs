using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>The outputs of a model as columns added to a schema.</summary>
internal sealed class OnnxMapping : RowMapping
{
    private readonly OnnxTransformer _transformer;
    private readonly DataViewSchema.Column[] _inputs;
    private readonly int[][] _shapes;

    public OnnxMapping(OnnxTransformer transformer, DataViewSchema inputSchema)
        : base(inputSchema, transformer.Outputs.Select((_, i) => OutputColumn(transformer, i)))
    {
        _transformer = transformer;
        var variables = transformer.Inputs.Select(transformer.Model.GetInput).ToArray();
        _shapes = variables.Select(variable => OnnxTypes.FeedShape(variable.Name, variable.Shape)).ToArray();
        _inputs = variables.Select((variable, i) => FindInput(inputSchema, variable, _shapes[i])).ToArray();
    }

    public override IEnumerable<int> InputsOf(int added) => _inputs.Select(input => input.Index);

    public override Delegate[] MakeGetters(DataViewRow input, bool[] active)
    {
        var outputs = _transformer.Outputs.Where((_, i) => active[i]).ToArray();
        if (outputs.Length == 0)
            return new Delegate[_transformer.Outputs.Length];
        var inputs = _inputs.Select((column, i) => OnnxInput.Create(input, column, _shapes[i])).ToArray();
        var results = new RowResults(_transformer.Model, input, inputs, outputs);
        return _transformer.Outputs.Select((name, i) => active[i] ? OnnxOutput.Getter(name, _transformer.OutputTypes[i], results) : null).ToArray();
    }

    private static DataViewSchema.DetachedColumn OutputColumn(OnnxTransformer transformer, int output)
    {
        const string Suffix = ".output";
        string name = transformer.Outputs[output];
        if (name.EndsWith(Suffix, StringComparison.Ordinal))
            name = name.Replace(Suffix, "", StringComparison.Ordinal);
        var annotations = new DataViewSchema.Annotations.Builder();
        if (transformer.Model.SlotNames(name) is { } slots)
            annotations.AddSlotNames(new VBuffer<ReadOnlyMemory<char>>(slots.Length, slots.Select(slot => slot.AsMemory()).ToArray()));
        return new DataViewSchema.DetachedColumn(name, transformer.OutputTypes[output], annotations.ToAnnotations());
    }

    private static DataViewSchema.Column FindInput(DataViewSchema schema, OnnxVariable variable, int[] shape)
    {
        var column = schema.GetColumnOrNull(variable.Name)
            ?? throw Contracts.ExceptSchemaMismatch("inputSchema", "input", variable.Name);
        DataViewType item = column.Type.ItemType(), expected = variable.ColumnType.ItemType();
        bool fits = item.Equals(expected) || (item is KeyDataViewType && item.RawType == expected.RawType);
        if (!fits)
            throw Contracts.ExceptSchemaMismatch("inputSchema", "input", variable.Name, expected.ToString(), column.Type.ToString());
        int length = column.Type.ValueCount();
        Contracts.Check(shape.Contains(0) || length % shape.Aggregate((a, b) => a * b) == 0,
            $"Input shape mismatch: Input '{variable.Name}' has shape {string.Join(",", shape)}, but input data is of length {length}.");
        return column;
    }

    /// <summary>The values of the active outputs in the current row, found by one run for all of them.</summary>
    internal sealed class RowResults(OnnxModel model, DataViewRow row, OnnxInput[] inputs, string[] outputs)
    {
        private readonly Dictionary<string, Array> _values = [];
        private long _position = -1;

        /// <summary>The values of an output, flat.</summary>
        public T[] Get<T>(string output)
        {
            if (row.Position != _position)
            {
                using var results = model.Run(Array.ConvertAll(inputs, input => input.Read()), outputs);
                foreach (var result in results)
                    _values[result.Name] = OnnxOutput.Copy(result);
                _position = row.Position;
            }
            return (T[])_values[output];
        }
    }
}
