using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Maps values by a dictionary; there is nothing to fit.</summary>
public class ValueMappingEstimator : TrivialEstimator<ValueMappingTransformer>
{
    internal ValueMappingEstimator(ValueMappingTransformer transformer) : base(transformer)
    {
    }

    public sealed override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        var map = Transformer.Map;
        return inputSchema.With(Array.ConvertAll(Transformer.Columns, pair =>
        {
            var input = pair.Find(inputSchema);
            bool isVector = input.Kind != SchemaShape.Column.VectorKind.Scalar;
            if (isVector && map.ValueType is VectorDataViewType)
                throw ValueMappingTransformer.BothVectors(pair.Input);
            var shape = SchemaShape.Column.Of(pair.Output, map.ValueType, SchemaShape.Create(map.Annotations.Schema));
            return isVector ? new SchemaShape.Column(pair.Output, input.Kind, shape.ItemType, shape.IsKey, shape.Annotations) : shape;
        }));
    }
}

/// <inheritdoc/>
public sealed class ValueMappingEstimator<TKey, TValue> : ValueMappingEstimator
{
    internal ValueMappingEstimator(ValueMappingTransformer transformer) : base(transformer)
    {
    }
}

/// <summary>
/// Maps values by a dictionary, and each value of a vector. A mapped vector is of variable size, and keys in it are plain integers.
/// </summary>
public class ValueMappingTransformer : OneToOneTransformerBase
{
    internal ValueMappingTransformer(IHostEnvironment env, ColumnPair[] columns, ValueMap map) : base(env, nameof(ValueMappingTransformer))
    {
        Columns = columns;
        Map = map;
    }

    internal ColumnPair[] Columns { get; }

    internal ValueMap Map { get; }

    internal static Exception BothVectors(string column) => new NotSupportedException(
        $"Column '{column}' cannot be mapped to values when the column and the map values are both vector type.");

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema) =>
        new ColumnMapping(inputSchema, Array.ConvertAll(Columns, pair =>
        {
            var input = pair.Find(inputSchema);
            var type = Map.ValueType;
            if (input.Type is VectorDataViewType)
            {
                type = type is VectorDataViewType
                    ? throw BothVectors(pair.Input)
                    : new VectorDataViewType(DataViewTypes.PrimitiveOf(type.RawType));
            }
            return new AddedColumn(new DataViewSchema.DetachedColumn(pair.Output, type, Map.Annotations), [input.Index],
                row => Map.Getter(row, input));
        }));

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(ValueMappingTransformer));
        ColumnPair.Write(ctx.Writer, Columns);
        Map.Save(ctx.Writer);
    }

    internal static ValueMappingTransformer Load(IHostEnvironment env, ModelLoadContext ctx) =>
        new(env, ColumnPair.Read(ctx.Reader), ValueMap.Load(ctx.Reader));
}
