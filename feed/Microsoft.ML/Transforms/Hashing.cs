using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Hashes values to keys. Keeping the values that led to a hash, ML.NET's inverts, is not here.</summary>
public sealed class HashingEstimator : IEstimator<HashingTransformer>
{
    private readonly IHostEnvironment _env;
    private readonly ColumnOptions[] _columns;

    internal HashingEstimator(IHostEnvironment env, ColumnOptions[] columns)
    {
        Contracts.CheckParam(columns is { Length: > 0 }, nameof(columns), "Array columns must have at least one column");
        foreach (var column in columns)
        {
            if (column.MaximumNumberOfInverts != 0)
                throw new NotSupportedException("This stand-in for ML.NET keeps no inverts of hashes.");
            Contracts.CheckParam(!column.Combine || !column.UseOrderedHashing, nameof(ColumnOptions.Combine),
                "When the 'Combine' option is specified, ordered hashing is not supported.");
        }
        _env = env;
        _columns = columns;
    }

    public HashingTransformer Fit(IDataView input)
    {
        var transformer = new HashingTransformer(_env, _columns);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Contracts.CheckValue(inputSchema, nameof(inputSchema));
        return inputSchema.With(Array.ConvertAll(_columns, column =>
        {
            var input = new ColumnPair(column.Name, column.InputColumnName).Find(inputSchema);
            var slotNames = !column.Combine && input.Annotations.TryFindColumn(AnnotationKinds.SlotNames, out var found)
                ? new SchemaShape([found]) : null;
            var kind = column.Combine ? SchemaShape.Column.VectorKind.Scalar : input.Kind;
            return new SchemaShape.Column(column.Name, kind, NumberDataViewType.UInt32, isKey: true, slotNames);
        }));
    }

    /// <summary>How a column is hashed.</summary>
    public sealed class ColumnOptions
    {
        public ColumnOptions(string name, string inputColumnName = null, int numberOfBits = 31, uint seed = 314489979,
            bool useOrderedHashing = false, int maximumNumberOfInverts = 0, bool combine = false)
        {
            Contracts.CheckParam(numberOfBits is >= 1 and <= 31, nameof(numberOfBits), "Should be between 1 and 31 inclusive");
            Name = name;
            InputColumnName = inputColumnName ?? name;
            NumberOfBits = numberOfBits;
            Seed = seed;
            UseOrderedHashing = useOrderedHashing;
            MaximumNumberOfInverts = maximumNumberOfInverts;
            Combine = combine;
        }

        public string Name { get; set; }

        public string InputColumnName { get; set; }

        public int NumberOfBits { get; set; }

        public uint Seed { get; set; }

        /// <summary>The position of a slot goes into its hash.</summary>
        public bool UseOrderedHashing { get; set; }

        public int MaximumNumberOfInverts { get; set; }

        /// <summary>The slots of a vector make one hash together.</summary>
        public bool Combine { get; set; }
    }
}

/// <summary>Hashes each value, or all of a vector together, to a key.</summary>
public sealed class HashingTransformer : OneToOneTransformerBase
{
    private readonly HashingEstimator.ColumnOptions[] _columns;

    internal HashingTransformer(IHostEnvironment env, HashingEstimator.ColumnOptions[] columns) : base(env, nameof(HashingTransformer)) =>
        _columns = columns;

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema) =>
        new ColumnMapping(inputSchema, Array.ConvertAll(_columns, column =>
        {
            var input = new ColumnPair(column.Name, column.InputColumnName).Find(inputSchema);
            PrimitiveDataViewType key = new KeyDataViewType(typeof(uint), 1UL << column.NumberOfBits);
            DataViewType type = input.Type is VectorDataViewType vector && !column.Combine ? new VectorDataViewType(key, vector.Size) : key;
            var annotations = new DataViewSchema.Annotations.Builder();
            annotations.Add(input.Annotations, kind => kind == AnnotationKinds.SlotNames);
            return new AddedColumn(new DataViewSchema.DetachedColumn(column.Name, type, annotations.ToAnnotations()), [input.Index],
                row => (Delegate)Generic.Call(typeof(HashingTransformer), nameof(MakeGetter), input.Type.ItemType().RawType, row, input, column));
        }));

    private static Delegate MakeGetter<T>(DataViewRow row, DataViewSchema.Column input, HashingEstimator.ColumnOptions column)
    {
        if (input.Type is not VectorDataViewType)
            return ItemMapping.Getter<T, uint>(row, input, value => KeyOf(HashFunction.Add(SlotSeed(column, 0), value), 1, column));
        var getter = row.GetGetter<VBuffer<T>>(input);
        VBuffer<T> source = default;
        if (column.Combine)
        {
            return (ValueGetter<uint>)((ref uint destination) =>
            {
                getter(ref source);
                uint hash = column.Seed;
                foreach (T value in source.DenseValues())
                    hash = HashFunction.Add(hash, value);
                destination = KeyOf(hash, source.Length, column);
            });
        }
        return (ValueGetter<VBuffer<uint>>)((ref VBuffer<uint> destination) =>
        {
            getter(ref source);
            var editor = VBufferEditor.Create(ref destination, source.Length);
            int slot = 0;
            foreach (T value in source.DenseValues())
                editor.Values[slot] = KeyOf(HashFunction.Add(SlotSeed(column, slot++), value), 1, column);
            destination = editor.Commit();
        });
    }

    private static uint SlotSeed(HashingEstimator.ColumnOptions column, int slot) =>
        column.UseOrderedHashing ? HashFunction.Add(column.Seed, slot) : column.Seed;

    private static uint KeyOf(uint hash, int count, HashingEstimator.ColumnOptions column) =>
        (HashFunction.Finish(hash, count) & ((1u << column.NumberOfBits) - 1)) + 1;

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(HashingTransformer));
        ctx.Writer.Write(_columns.Length);
        foreach (var column in _columns)
        {
            ctx.Writer.Write(column.Name);
            ctx.Writer.Write(column.InputColumnName);
            ctx.Writer.Write(column.NumberOfBits);
            ctx.Writer.Write(column.Seed);
            ctx.Writer.Write(column.UseOrderedHashing);
            ctx.Writer.Write(column.Combine);
        }
    }

    internal static HashingTransformer Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        var columns = new HashingEstimator.ColumnOptions[ctx.Reader.ReadInt32()];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = new HashingEstimator.ColumnOptions(ctx.Reader.ReadString(), ctx.Reader.ReadString(), ctx.Reader.ReadInt32(),
                ctx.Reader.ReadUInt32(), ctx.Reader.ReadBoolean(), combine: ctx.Reader.ReadBoolean());
        }
        return new HashingTransformer(env, columns);
    }
}
