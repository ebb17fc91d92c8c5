using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Groups a panel in long form (a row per step: series, time, features) into sequences: one row per series, in the order in which the
/// series first occur, with its steps in the order of time. The rows of a series may be scattered; a sequence has only the steps there
/// are. When the first cursor is opened, the panel is loaded into memory once: 4 · features + 4 bytes per row, 20 more while it is
/// read, up to twice that where arrays have just grown.
/// </summary>
/// <remarks>
/// | | |
/// |-|-|
/// | Input | series (text, key or whole number), time (number, date or time span), features (Single or vectors of Single) |
/// | Output | the series; a variable vector of Single, [steps, features]; the carried columns |
/// | Does this estimator need to look at the data? | No |
/// | Row to row | No, the number of rows changes |
/// | Can be saved | No, see <see cref="SequenceGroupingTransformer"/> |
/// </remarks>
public sealed class SequenceGroupingEstimator : IEstimator<SequenceGroupingTransformer>
{
    private readonly Options _options;

    internal SequenceGroupingEstimator(Options options) => _options = options.Checked();

    /// <summary>Options of the estimator.</summary>
    public sealed class Options
    {
        /// <summary>The column of sequences.</summary>
        public string OutputColumnName { get; set; } = "Features";

        /// <summary>The column that says which series a row belongs to.</summary>
        public string SeriesColumnName { get; set; } = "Series";

        /// <summary>The column that orders the rows of a series.</summary>
        public string TimeColumnName { get; set; } = "Time";

        /// <summary>The columns of a step's features, Single or vectors of Single of known size, concatenated in this order.</summary>
        public string[] FeatureColumnNames { get; set; } = [];

        /// <summary>Columns with one value per series, such as its label, that go into the output.</summary>
        public string[] CarriedColumnNames { get; set; } = [];

        internal Options Checked()
        {
            ArgumentNullException.ThrowIfNull(FeatureColumnNames);
            ArgumentNullException.ThrowIfNull(CarriedColumnNames);
            string[] output = [SeriesColumnName, OutputColumnName, .. CarriedColumnNames];
            foreach (string name in (string[])[.. output, TimeColumnName, .. FeatureColumnNames])
                ArgumentException.ThrowIfNullOrEmpty(name);
            if (FeatureColumnNames.Length == 0)
                throw new ArgumentException("A sequence needs at least one feature column.");
            if (output.Distinct().Count() < output.Length)
                throw new ArgumentException($"The columns of the output, {string.Join(", ", output)}, need different names.");
            var copy = (Options)MemberwiseClone();
            (copy.FeatureColumnNames, copy.CarriedColumnNames) = ([.. FeatureColumnNames], [.. CarriedColumnNames]);
            return copy;
        }
    }

    /// <summary>Checks the columns; there is nothing to learn.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type than expected.</exception>
    public SequenceGroupingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var transformer = new SequenceGroupingTransformer(_options);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or of another type than expected.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.Require(_options.TimeColumnName);
        foreach (string name in _options.FeatureColumnNames)
        {
            var feature = inputSchema.Require(name);
            if (feature.IsKey || feature.ItemType.RawType != typeof(float) || feature.Kind == SchemaShape.Column.VectorKind.VariableVector)
            {
                throw new ArgumentException(
                    $"Column '{name}' is {feature.Describe()}: expected a Single or a vector of Single of known size.");
            }
        }

        var sequence = new DataViewSchema.Builder();
        sequence.AddColumn(_options.OutputColumnName, new VectorDataViewType(NumberDataViewType.Single));
        string[] kept = [_options.SeriesColumnName, .. _options.CarriedColumnNames];
        return new SchemaShape(kept.Select(name => inputSchema.Require(name))).With(sequence.ToSchema());
    }
}
