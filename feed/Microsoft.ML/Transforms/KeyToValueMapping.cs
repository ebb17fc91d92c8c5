using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Maps keys back to their values; there is nothing to fit.</summary>
public sealed class KeyToValueMappingEstimator : TrivialEstimator<KeyToValueMappingTransformer>
{
    internal KeyToValueMappingEstimator(KeyToValueMappingTransformer transformer) : base(transformer)
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(Array.ConvertAll(Transformer.Columns, pair => ShapeOf(pair.Output, pair.Find(inputSchema))));
    }

    private static SchemaShape.Column ShapeOf(string name, SchemaShape.Column input)
    {
        if (!input.IsKey)
            throw Contracts.ExceptSchemaMismatch("inputSchema", "input", input.Name, "KeyType", input.TypeString());
        bool hasValues = input.Annotations.TryFindColumn(AnnotationKinds.KeyValues, out var values);
        Contracts.CheckParam(hasValues, "inputSchema", $"Input column '{input.Name}' doesn't contain key values metadata");
        var annotations = input.Annotations.TryFindColumn(AnnotationKinds.SlotNames, out var slotNames) ? new SchemaShape([slotNames]) : null;
        return new SchemaShape.Column(name, input.Kind, values.ItemType, values.IsKey, annotations);
    }
}

/// <summary>Maps keys to the values among their annotations, the missing key to NaN or the default.</summary>
public sealed class KeyToValueMappingTransformer : OneToOneTransformerBase
{
    internal KeyToValueMappingTransformer(IHostEnvironment env, ColumnPair[] columns) : base(env, nameof(KeyToValueMappingTransformer)) =>
        Columns = columns;

    internal ColumnPair[] Columns { get; }

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema) =>
        new ColumnMapping(inputSchema, Array.ConvertAll(Columns, pair => Added(pair.Output, pair.Find(inputSchema))));

    private static AddedColumn Added(string name, DataViewSchema.Column input)
    {
        Contracts.Check(input.TryGetKeyValues(out var values), "Metadata KeyValues does not exist");
        Contracts.Check(input.Type.ItemType() is KeyDataViewType key && key.Count == (ulong)values.Size,
            "KeyValues metadata size does not match column type key count");
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(input.Annotations, kind => kind == AnnotationKinds.SlotNames);
        var column = new DataViewSchema.DetachedColumn(name, input.Type.WithItemType(values.ItemType), annotations.ToAnnotations());
        return new AddedColumn(column, [input.Index], row => (Delegate)Generic.Call(typeof(KeyToValueMappingTransformer), nameof(MakeGetter),
            [input.Type.ItemType().RawType, values.ItemType.RawType], row, input));
    }

    private static Delegate MakeGetter<TKey, TValue>(DataViewRow row, DataViewSchema.Column input)
    {
        VBuffer<TValue> buffer = default;
        input.GetKeyValues(ref buffer);
        var values = buffer.DenseValues().ToArray();
        TValue missing = typeof(TValue) == typeof(float) ? (TValue)(object)float.NaN
            : typeof(TValue) == typeof(double) ? (TValue)(object)double.NaN
            : default;
        return ItemMapping.Getter<TKey, TValue>(row, input, key =>
        {
            ulong index = Convert.ToUInt64(key);
            return index > 0 && index <= (ulong)values.Length ? values[index - 1] : missing;
        });
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(KeyToValueMappingTransformer));
        ColumnPair.Write(ctx.Writer, Columns);
    }

    internal static KeyToValueMappingTransformer Load(IHostEnvironment env, ModelLoadContext ctx) => new(env, ColumnPair.Read(ctx.Reader));
}
