using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLSeqGraph.Transforms;

/// <summary>
/// A transformer of ours as a chain of ML.NET's own transformers, the only ones that ML.NET saves. What a transformer needs
/// (its settings, a model's bytes: the payload) goes in as a column of text that is the same in every row, and a
/// <see cref="CustomMappingEstimator{TSrc, TDst}"/> whose factory is ours does the work:
/// <code>
/// columns - CopyColumns - fixed names -+- mapping: 1 - MapValue: 1 to the payload -+
///                                      +-------------------------------------------+- our mapping - CopyColumns - columns
/// </code>
/// </summary>
/// <remarks>
/// ML.NET writes the name of our assembly into the file and loads it when it reads the file: a program that loads the model needs
/// the assembly beside it, and need not register it. The columns in between have names that begin with <see cref="Prefix"/>; the
/// chain drops them at its end.
/// </remarks>
internal sealed class SavedChain
{
    /// <summary>Begins the names of the columns in between.</summary>
    public const string Prefix = "mlseqgraph.";

    private const string One = Prefix + "one";

    private readonly MLContext _ml = new();
    private readonly List<ITransformer> _transformers = [];
    private readonly DataViewSchema _columns;
    private IDataView _data;

    /// <summary>Starts a chain.</summary>
    /// <param name="columns">The columns that it reads, with their types.</param>
    public SavedChain(DataViewSchema columns) => (_columns, _data) = (columns, new EmptyView(columns));

    /// <summary>The catalog that creates estimators to add.</summary>
    public TransformsCatalog Transforms => _ml.Transforms;

    /// <summary>The columns there are.</summary>
    public DataViewSchema Schema => _data.Schema;

    /// <summary>A view of them without rows.</summary>
    public IDataView Data => _data;

    /// <summary>Appends a transformer of ML.NET's own, fitted on the columns there are; there are no rows.</summary>
    public void Add(IEstimator<ITransformer> estimator) => Add(estimator.Fit(_data));

    /// <summary>Appends a transformer that ML.NET can save.</summary>
    public void Add(ITransformer transformer)
    {
        _transformers.Add(transformer);
        _data = transformer.Transform(_data);
    }

    /// <summary>Appends a mapping of ours.</summary>
    /// <param name="contract">
    /// The name in the factory's <see cref="CustomMappingFactoryAttributeAttribute"/>, by which it is found again.
    /// </param>
    /// <param name="payload">What the mapping finds in <see cref="PayloadRow.Payload"/>.</param>
    /// <param name="factory">The factory; the lambda it returns must stand in the same assembly.</param>
    public void AddMapping<TSource, TResult>(string contract, byte[] payload, CustomMappingFactory<TSource, TResult> factory)
        where TSource : PayloadRow, new()
        where TResult : class, new()
    {
        Add(Transforms.CustomMapping(new OneFactory().GetMapping(), OneFactory.Contract));
        Add(Transforms.Conversion.MapValue(PayloadRow.ColumnName, [KeyValuePair.Create(1, Convert.ToBase64String(payload))], One));
        Add(Transforms.CustomMapping(factory.GetMapping(), contract));
    }

    /// <summary>Ends the chain.</summary>
    public TransformerChain<ITransformer> ToTransformer()
    {
        string[] between = [.. _data.Schema.Select(column => column.Name).Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)
            && _columns.GetColumnOrNull(name) is null).Distinct()];
        if (between.Length > 0)
            Add(Transforms.DropColumns(between));
        return new([.. _transformers]);
    }

    /// <summary>A row without columns.</summary>
    public sealed class NothingRow
    {
    }

    /// <summary>A column of ones, which MapValue turns into the payload.</summary>
    public sealed class OneRow
    {
        /// <summary>Always 1.</summary>
        [ColumnName(One)]
        public int Value { get; set; }
    }

    /// <summary>Makes the column of ones.</summary>
    [CustomMappingFactoryAttribute(Contract)]
    public sealed class OneFactory : CustomMappingFactory<NothingRow, OneRow>
    {
        /// <summary>The name in saved models.</summary>
        public const string Contract = "MLSeqGraph.One";

        /// <inheritdoc/>
        public override Action<NothingRow, OneRow> GetMapping() => static (_, row) => row.Value = 1;
    }
}
