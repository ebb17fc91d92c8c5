using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Trains a network that writes token sequences: the base class of the trainers of language models and translators.
/// </summary>
/// <typeparam name="TTransformer">The trained transformer.</typeparam>
public abstract class GenerativeTrainer<TTransformer> : NetworkTrainer<TTransformer> where TTransformer : class, ITransformer
{
    // Inputs and outputs of the models, beyond those of models of sequences.
    private static readonly RowPlace EachToken = new("each token that is written", InputPlacement.Steps,
        [GenerativeNetwork.Source, GenerativeNetwork.SourceLengths, GenerativeNetwork.Series, GenerativeNetwork.SeriesLengths,
            GenerativeNetwork.Position, GenerativeNetwork.Next, GenerativeNetwork.Logits, GenerativeNetwork.Attention,
            GenerativeNetwork.MaximumLength, GenerativeNetwork.Generated, GenerativeNetwork.Condition]);

    private readonly GenerativeTrainerOptions _options;

    private protected GenerativeTrainer(MLContext ml, GenerativeTrainerOptions options) : base(ml, options) => _options = options;

    /// <summary>Reads the rows and builds the network.</summary>
    /// <param name="training">The training rows.</param>
    /// <param name="validation">The rows to validate on; null for none.</param>
    /// <param name="tokens">The column to write.</param>
    /// <param name="source">The column to read; null for none.</param>
    /// <param name="network">The network.</param>
    /// <param name="batches">How batches are made.</param>
    /// <param name="deploy">Makes the transformer from the trained parameters.</param>
    /// <param name="start">What to start from: weights, and the scaling they learned with; null for random ones.</param>
    private protected TrainingPlan<TTransformer> Prepare(
        IDataView training, IDataView? validation, SequenceColumn tokens, SequenceColumn? source, GenerativeNetwork network,
        TokenBatchOptions batches,
        Func<GenerativeNetwork, ParameterSet, TrainingHistory, TTransformer> deploy,
        TranslatorStart? start = null)
    {
        tokens = tokens.WithMaximumLength(batches.Window is null ? network.Decoder.MaximumLength - 1 : null);
        source = source?.WithMaximumLength(network.Encoder?.MaximumLength);
        var sides = SideInput.BindRows(_options.Inputs, training.Schema, EachToken);
        if (sides.FirstOrDefault(side => side.TokenCount > GenerativeInput.MostCategories) is { } many)
            throw new ArgumentException($"Column '{many.Name}' is {many.Type}: expected fewer than {GenerativeInput.MostCategories} "
                + $"categories.");
        var trained = TokenTable.Read(training, "training", tokens, source, sides, _options);
        if (trained.HasWeights && Enumerable.Range(0, trained.Count).All(row => trained.Weight(row) == 0))
            throw LabelStatistics.NoWeight(_options.ExampleWeightColumnName, trained.Count);
        var validated = validation is null ? null : TokenTable.Read(
            validation, "validation", tokens, source, sides, _options);
        network = network with
        {
            Sides = SideInput.Of(_options.Inputs, trained.Sides),
            MeanCount = new TokenBatches(trained, batches).MeanCount,
            Numbers = source is { Kind: SequenceKind.Real } ? new(source, start?.Scaling ?? SideInput.Scaling(trained.Sources!), 0)
                : null,
        };
        if (_options.OutputAttention && !GenerativeDeployment.HasAttention(network))
            throw new ArgumentException($"{nameof(NetworkTrainerOptions.OutputAttention)} is set, but the decoder, {network.Decoder.Name}, "
                + $"has no attention to the source; expected a Transformer, or a recurrent one with a {nameof(SourceAttention)}.");
        var model = Build(network.Train);
        if (start is not null)
            StartingWeights.CopyTo(model.Parameters, TranslatorStart.Needed(model.Parameters), start.Weights, network.Decoder.Name,
                network.Decoder.Name);
        return new(model, TrainingData.Of(trained, validated, table => new TokenBatches(table, batches).Rows),
            FormattableString.Invariant(
                $"{network.Decoder.Name}, {model.Parameters.Count:N0} parameters; {trained.Count:N0} rows, ")
            + FormattableString.Invariant($"{network.Vocabulary.Count:N0} tokens"),
            history => deploy(network, model.Parameters, history)) { ConstantLoss = Math.Log(network.Vocabulary.Count) };
    }

    /// <summary>A column of tokens.</summary>
    /// <exception cref="ArgumentException">It is missing, or holds something else.</exception>
    private protected SequenceColumn TokenColumn(IDataView data, string name,
        [CallerArgumentExpression(nameof(name))] string asked = "")
    {
        data.Schema.Require(name, asked);
        var isKey = data.Schema.GetColumnOrNull(name) is { Type: VectorDataViewType { ItemType: KeyDataViewType } };
        var column = SequenceColumn.FromData(data, name, null, isKey ? null : _options.VocabularySize, _options.CancellationToken);
        return column.Kind == SequenceKind.Tokens ? column
            : throw new ArgumentException($"Column '{name}' is {column.Type}: expected tokens, a vector of keys, Int32 or Int64.");
    }

    /// <summary>The network without an encoder.</summary>
    private protected GenerativeNetwork Network(SequenceDecoder decoder, SequenceColumn tokens) => new()
    {
        Decoder = decoder,
        Vocabulary = new(tokens.TokenCount),
        Width = _options.EmbeddingSize,
        TieOutput = _options.TieEmbeddings,
        Dropout = _options.Dropout,
        LabelSmoothing = _options.LabelSmoothing,
        IsWeighted = _options.ExampleWeightColumnName is not null,
        ScheduledSampling = _options.ScheduledSampling,
    };
}
