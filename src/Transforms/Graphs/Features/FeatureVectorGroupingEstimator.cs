using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Groups rows that hold a node, a feature's number and its value into one row per node with a sparse vector of its features.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Characteristic</term><description>Value</description></listheader>
/// <item><term>Does this estimator need to look at the data to train its parameters?</term><description>Only for the number of features,
/// where neither <see cref="Options.FeatureCount"/> nor a key column gives it</description></item>
/// <item><term>Input column data types</term><description>Node: text, a key, Int32, Int64 or UInt32; feature: Int32, Int64 or UInt32 from
/// 0, or a key; value: Single</description></item>
/// <item><term>Output columns</term><description>The node, of its own type, a vector of Single of known size, and the carried
/// columns</description></item>
/// </list>
/// Rows may come in any order and are all kept in memory. It is an error if a node has the same feature twice.
/// </remarks>
public sealed class FeatureVectorGroupingEstimator : IEstimator<FeatureVectorGroupingTransformer>
{
    private readonly Options _options;

    internal FeatureVectorGroupingEstimator(Options options) => _options = options.Checked();

    /// <summary>Options of the estimator.</summary>
    public sealed class Options
    {
        /// <summary>The column of nodes' ids; the output has it too.</summary>
        public string NodeColumnName { get; set; } = "Node";

        /// <summary>The column of features' numbers.</summary>
        public string FeatureColumnName { get; set; } = "Feature";

        /// <summary>The column of values; null where all are 1.</summary>
        public string? ValueColumnName { get; set; } = "Value";

        /// <summary>The new column.</summary>
        public string OutputColumnName { get; set; } = "Features";

        /// <summary>
        /// Columns to keep, which are the same in all rows of a node, such as its label. A node that has no rows, possible with
        /// <see cref="NodeCount"/>, gets missing values.
        /// </summary>
        public string[] CarriedColumnNames { get; set; } = [];

        /// <summary>Size of the vectors; null for one more than the largest feature number in the data it is fitted to.</summary>
        public int? FeatureCount { get; set; }

        /// <summary>
        /// The number of nodes, where ids are row numbers (Int32, Int64 or UInt32, from 0). Nodes without features then get a row too, and
        /// rows are in order. Null, the default, gives a row for each id found, in the order found.
        /// </summary>
        public int? NodeCount { get; set; }

        internal Options Checked()
        {
            foreach (var name in (string[])[NodeColumnName, FeatureColumnName, ValueColumnName ?? NodeColumnName, OutputColumnName])
                ArgumentException.ThrowIfNullOrEmpty(name);
            string[] output = [NodeColumnName, OutputColumnName, .. CarriedColumnNames ?? throw new ArgumentNullException(
                nameof(CarriedColumnNames))];
            if (output.Distinct().Count() < output.Length)
                throw new ArgumentException($"The columns of the output, {string.Join(", ", output)}, need different names.");
            foreach (var (name, count) in ((string, int?)[])[(nameof(FeatureCount), FeatureCount), (nameof(NodeCount), NodeCount)])
                if (count < 1)
                    throw new ArgumentOutOfRangeException(name, count, $"{name} is {count}; expected at least 1.");
            return (Options)MemberwiseClone();
        }
    }

    /// <summary>Finds the number of features, where nothing else gives it.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type than expected.</exception>
    /// <exception cref="InvalidDataException">
    /// A feature's number is missing or negative, or there are no rows to take their number from.
    /// </exception>
    public FeatureVectorGroupingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        FeatureTripleReader.Check(input.Schema, _options);
        var column = input.Schema[_options.FeatureColumnName];
        var count = _options.FeatureCount ?? (column.Type is KeyDataViewType key ? KeyCounts.Of(column.Name, column.Type, key) : 0);
        if (count == 0)
        {
            using var cursor = input.GetRowCursor([column]);
            var read = FeatureTripleReader.Numbers(cursor, column, int.MaxValue - 1);
            while (cursor.MoveNextOrThrow())
                count = Math.Max(count, read() + 1);
            if (count == 0)
                throw new InvalidDataException($"The view of features has no rows; set {nameof(Options.FeatureCount)}.");
        }
        return new(_options, count);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.RequireTriples(_options);
        var added = new DataViewSchema.Builder();
        added.AddColumn(_options.OutputColumnName, new VectorDataViewType(NumberDataViewType.Single, 1));
        string[] kept = [_options.NodeColumnName, .. _options.CarriedColumnNames];
        return new SchemaShape(kept.Select(name => inputSchema.Require(name))).With(added.ToSchema());
    }
}
