using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Converts columns to another type; there is nothing to fit.</summary>
public sealed class TypeConvertingEstimator : TrivialEstimator<TypeConvertingTransformer>
{
    internal TypeConvertingEstimator(TypeConvertingTransformer transformer) : base(transformer)
    {
    }

    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(Array.ConvertAll(Transformer.Columns, pair =>
        {
            var input = pair.Find(inputSchema);
            // A shape does not tell keys apart, so that a key passes here as the integer it is stored as.
            var type = DataViewTypes.PrimitiveOf(Transformer.OutputKind);
            Contracts.CheckParam(ValueConversion.Find((PrimitiveDataViewType)input.ItemType, type) is not null, nameof(inputSchema),
                $"Don't know how to convert {pair.Input} into {type}");
            return new SchemaShape.Column(pair.Output, input.Kind, type, isKey: false, input.Annotations);
        }));
    }
}

/// <summary>Converts columns to another type. A key stays a key, of another integer type.</summary>
public sealed class TypeConvertingTransformer : OneToOneTransformerBase
{
    internal TypeConvertingTransformer(IHostEnvironment env, ColumnPair[] columns, DataKind outputKind)
        : base(env, nameof(TypeConvertingTransformer))
    {
        Columns = columns;
        OutputKind = outputKind;
    }

    internal ColumnPair[] Columns { get; }

    internal DataKind OutputKind { get; }

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema) =>
        new ColumnMapping(inputSchema, Array.ConvertAll(Columns, pair => Added(pair.Output, pair.Find(inputSchema))));

    private AddedColumn Added(string name, DataViewSchema.Column input)
    {
        var source = (PrimitiveDataViewType)input.Type.ItemType();
        var result = DataViewTypes.PrimitiveOf(OutputKind);
        bool staysKey = source is KeyDataViewType && KeyDataViewType.IsValidDataType(result.RawType);
        if (staysKey)
            result = new KeyDataViewType(result.RawType, ((KeyDataViewType)source).Count);
        var conversion = ValueConversion.Find(source, result)
            ?? throw Contracts.ExceptParam("inputSchema", $"source column '{input.Name}' with item type '{input.Type}' "
                + $"is not compatible with destination type '{result}'");
        var type = input.Type.WithItemType(result);
        var column = new DataViewSchema.DetachedColumn(name, type, AnnotationsOf(input, source, result));
        return new AddedColumn(column, [input.Index], row => (Delegate)Generic.Call(typeof(TypeConvertingTransformer), nameof(MakeGetter),
            [source.RawType, result.RawType], row, input, conversion));
    }

    private static DataViewSchema.Annotations AnnotationsOf(DataViewSchema.Column input, PrimitiveDataViewType source, PrimitiveDataViewType result)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        if (input.Type is VectorDataViewType { IsKnownSize: true })
            annotations.Add(input.Annotations, kind => kind == AnnotationKinds.SlotNames);
        if (source is KeyDataViewType && result is KeyDataViewType)
            annotations.Add(input.Annotations, kind => kind == AnnotationKinds.KeyValues);
        if (source is NumberDataViewType && result is NumberDataViewType)
            annotations.Add(input.Annotations, kind => kind == AnnotationKinds.IsNormalized);
        if (input.Type is BooleanDataViewType && result is NumberDataViewType)
            annotations.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
        return annotations.ToAnnotations();
    }

    private static Delegate MakeGetter<TSource, TResult>(DataViewRow row, DataViewSchema.Column input, Func<TSource, TResult> convert) =>
        ItemMapping.Getter(row, input, convert);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(TypeConvertingTransformer));
        ColumnPair.Write(ctx.Writer, Columns);
        ctx.Writer.Write((byte)OutputKind);
    }

    internal static TypeConvertingTransformer Load(IHostEnvironment env, ModelLoadContext ctx) =>
        new(env, ColumnPair.Read(ctx.Reader), (DataKind)ctx.Reader.ReadByte());
}
