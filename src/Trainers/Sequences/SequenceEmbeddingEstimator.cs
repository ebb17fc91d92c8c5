using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Makes a vector of each sequence of tokens by a pre-trained network, for search by meaning and as features; nothing is trained. The
/// column is <c>Score</c>, a vector of Single.
/// </summary>
public sealed class SequenceEmbeddingEstimator : IEstimator<SequenceScoringTransformer>
{
    private readonly Options _options;

    internal SequenceEmbeddingEstimator(Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(options.Network);
        ArgumentException.ThrowIfNullOrEmpty(options.SequenceColumnName);
        if (!options.Network.ReadsTokens)
            throw new ArgumentException($"{nameof(options.Network)} is '{options.Network.Name}', which nothing was trained for; expected "
                + $"one of {nameof(SequenceNetwork)}.{nameof(SequenceNetwork.FromOnnx)}.");
        if (options.Pooling is not (Pooling.Last or Pooling.Mean or Pooling.Max))
            throw new ArgumentException($"{nameof(options.Pooling)} is {options.Pooling}; expected Mean, Max, or Last for the "
                + "network's own summary.");
        _options = options;
    }

    /// <summary>How vectors are made.</summary>
    public sealed class Options
    {
        /// <summary>The network, of <see cref="SequenceNetwork.FromOnnx(string, OnnxNetworkOptions)"/>.</summary>
        public required SequenceNetwork Network { get; set; }

        /// <summary>The column of tokens: a vector of keys, Int32 or Int64.</summary>
        public string SequenceColumnName { get; set; } = "Features";

        /// <summary>For tokens of type Int32 or Int64: values from 0 to below this are known; null to learn it from the data.</summary>
        public int? VocabularySize { get; set; }

        /// <summary>How the tokens' vectors become one: their mean by default.</summary>
        public Pooling Pooling { get; set; } = Pooling.Mean;

        /// <summary>Whether vectors are scaled to length 1, so that inner products are cosines; true by default.</summary>
        public bool Normalize { get; set; } = true;

        /// <summary>Where the model runs.</summary>
        public ExecutionTarget Target { get; set; } = ExecutionTarget.Cpu();

        /// <summary>What becomes of bad rows.</summary>
        public BadRows BadRows { get; set; }
    }

    /// <summary>Prepares the network for a column.</summary>
    /// <param name="input">Data with the column.</param>
    /// <exception cref="ArgumentException">The column is missing or has no tokens.</exception>
    /// <exception cref="GraphException">The column's vocabulary doesn't fit the network.</exception>
    public SequenceScoringTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var column = SequenceColumn.FromData(input, _options.SequenceColumnName, null, _options.VocabularySize)
            .WithMaximumLength(_options.Network.MaximumLength);
        if (column.Kind != SequenceKind.Tokens)
            throw new ArgumentException($"Column '{column.Name}' is {column.Type}, but the network '{_options.Network.Name}' reads tokens: "
                + "expected a vector of keys, Int32 or Int64.");
        var head = new EmbeddingHead(_options.Normalize);
        var model = new SequenceNetworkModel(new(column, null, 1) { IsRaw = true }, _options.Network, head, new(_options.Pooling, 0), 0,
            false);
        var (graph, verification) = SequenceDeployment.Write(model, new());
        var info = new ModelInfo(ModelRows.Sequences, ModelTask.Regression, [model.Input.Info], null, ModelVersions.Current, verification)
        {
            Outputs = head.Outputs,
        };
        return new(DeployedFile.ToBytes(graph, info), new() { Target = _options.Target, BadRows = _options.BadRows });
    }

    /// <summary>The input's columns and <c>Score</c>.</summary>
    /// <param name="inputSchema">The columns before it.</param>
    /// <exception cref="ArgumentException">The column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.RequireSequence(_options.SequenceColumnName);
        return inputSchema.With(PredictionColumns.Numbers(several: true));
    }
}
