using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Learns for each slot how to normalize it.</summary>
public sealed class NormalizingEstimator : IEstimator<NormalizingTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly ColumnPair[] _columns;
    private readonly long _maximumExampleCount;
    private readonly Func<SlotStatistics> _makeStatistics;

    internal NormalizingEstimator(IHostEnvironment env, ColumnPair[] columns, long maximumExampleCount, Func<SlotStatistics> makeStatistics)
    {
        Contracts.CheckParam(maximumExampleCount > 1, nameof(maximumExampleCount), "Must be greater than 1");
        _env = env;
        _columns = columns;
        _maximumExampleCount = maximumExampleCount;
        _makeStatistics = makeStatistics;
    }

    public NormalizingTransformer Fit(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        var inputs = Array.ConvertAll(_columns, pair => pair.Find(input.Schema));
        foreach (var column in inputs)
            NormalizingTransformer.Check(column.Name, column.Type.ItemType(), column.Type.ValueCount() == 0, column.Type.ToString());
        var slots = Array.ConvertAll(inputs, column => Enumerable.Range(0, column.Type.ValueCount()).Select(_ => _makeStatistics()).ToArray());
        using var cursor = input.GetRowCursor(inputs.DistinctBy(column => column.Index));
        var readers = Array.ConvertAll(inputs, column => NormalizingTransformer.ValueReader(cursor, column));
        for (long row = 0; row < _maximumExampleCount && cursor.MoveNext(); row++)
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                double[] values = readers[i]();
                for (int slot = 0; slot < values.Length; slot++)
                    slots[i][slot].Add(values[slot]);
            }
        }
        return new NormalizingTransformer(_env, _columns, inputs.Select((column, i) => SlotNormalizer.Create(column.Type, slots[i])).ToArray());
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(Array.ConvertAll(_columns, pair =>
        {
            var input = pair.Find(inputSchema);
            NormalizingTransformer.Check(pair.Input, input.ItemType, input.Kind == SchemaShape.Column.VectorKind.VariableVector, input.TypeString());
            var isNormalized = SchemaShape.Column.Of(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance);
            SchemaShape.Column[] annotations = input.Annotations.TryFindColumn(AnnotationKinds.SlotNames, out var names)
                ? [isNormalized, names]
                : [isNormalized];
            return new SchemaShape.Column(pair.Output, input.Kind, input.ItemType, input.IsKey, new SchemaShape(annotations));
        }));
    }
}

/// <summary>Normalizes each slot as (value − offset) · scale. A slot that does not vary becomes 0.</summary>
public sealed class NormalizingTransformer : OneToOneTransformerBase
{
    private readonly ColumnPair[] _columns;
    private readonly SlotNormalizer[] _normalizers;

    internal NormalizingTransformer(IHostEnvironment env, ColumnPair[] columns, SlotNormalizer[] normalizers)
        : base(env, nameof(NormalizingTransformer))
    {
        _columns = columns;
        _normalizers = normalizers;
    }

    /// <summary>What was learnt for a column: of a vector, <c>AffineNormalizerModelParameters&lt;ImmutableArray&lt;T&gt;&gt;</c>.</summary>
    public NormalizerModelParametersBase GetNormalizerModelParameters(int index)
    {
        Contracts.CheckParam(index >= 0 && index < _columns.Length, nameof(index),
            $"Not valid. Valid range is from 0 (inclusive) to {_columns.Length} (exclusive) but got {index}.");
        return _normalizers[index].Parameters;
    }

    internal static void Check(string column, DataViewType itemType, bool isVariable, string type)
    {
        if (isVariable)
            throw Contracts.ExceptSchemaMismatch("inputSchema", "input", column, "known-size vector or scalar", type);
        if (itemType != NumberDataViewType.Single && itemType != NumberDataViewType.Double)
            throw Contracts.ExceptSchemaMismatch("inputSchema", "input", column, "vector or scalar of Single or Double", type);
    }

    internal static Func<double[]> ValueReader(DataViewRow row, DataViewSchema.Column column) => column.Type.ItemType() == NumberDataViewType.Single
        ? ValueReader<float>(row, column, value => value)
        : ValueReader<double>(row, column, value => value);

    private static Func<double[]> ValueReader<T>(DataViewRow row, DataViewSchema.Column column, Func<T, double> widen)
    {
        if (column.Type is VectorDataViewType)
        {
            var vectorGetter = row.GetGetter<VBuffer<T>>(column);
            VBuffer<T> vector = default;
            return () =>
            {
                vectorGetter(ref vector);
                return vector.DenseValues().Select(widen).ToArray();
            };
        }
        var getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default;
            getter(ref value);
            return [widen(value)];
        };
    }

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema) =>
        new ColumnMapping(inputSchema, _columns.Select((pair, i) => Added(pair.Output, pair.Find(inputSchema), _normalizers[i])).ToArray());

    private static AddedColumn Added(string name, DataViewSchema.Column input, SlotNormalizer normalizer)
    {
        if (!input.Type.SameSizeAndItemType(normalizer.Type))
            throw Contracts.ExceptSchemaMismatch("inputSchema", "input", input.Name, normalizer.Type.ToString(), input.Type.ToString());
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddPrimitiveValue(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance, true);
        annotations.Add(input.Annotations, kind => kind == AnnotationKinds.SlotNames);
        return new AddedColumn(new DataViewSchema.DetachedColumn(name, normalizer.Type, annotations.ToAnnotations()), [input.Index],
            row => normalizer.Getter(row, input));
    }

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(NormalizingTransformer));
        ColumnPair.Write(ctx.Writer, _columns);
        foreach (var normalizer in _normalizers)
            normalizer.Save(ctx.Writer);
    }

    internal static NormalizingTransformer Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        var columns = ColumnPair.Read(ctx.Reader);
        return new NormalizingTransformer(env, columns, Array.ConvertAll(columns, _ => SlotNormalizer.Load(ctx.Reader)));
    }

    /// <summary>What was learnt for a column.</summary>
    public abstract class NormalizerModelParametersBase
    {
        private protected NormalizerModelParametersBase()
        {
        }
    }

    /// <summary>The offset and scale of a column. The offsets of a vector are empty where all are 0.</summary>
    public sealed class AffineNormalizerModelParameters<TData> : NormalizerModelParametersBase
    {
        public TData Scale { get; }

        public TData Offset { get; }

        internal AffineNormalizerModelParameters(TData scale, TData offset)
        {
            Scale = scale;
            Offset = offset;
        }
    }
}
