using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>
/// The format of deployed models: ONNX files that any ONNX Runtime can run, with metadata from which ML.NET's columns are made. Names
/// and meanings are stable; later versions only add to them.
/// </summary>
/// <remarks>
/// <para>Inputs of a model of sequences:</para>
/// <list type="bullet">
/// <item><see cref="Tokens"/>: Int64 [batch, time], for tokens. Known ones are from 1; 0 pads a sequence that is shorter than others
/// after its last token, and the model counts the steps before it. An unknown token is <see cref="ModelInput.UnknownToken"/> or any
/// other id outside the vocabulary, and so is a 0 that has a token after it. A sequence of zeros alone is one unknown token.</item>
/// <item>Or <see cref="Features"/>: Single [batch, time, features], for real-valued sequences, and <see cref="Lengths"/>: Int64 [batch],
/// the steps of each, at least 1. Steps past them are ignored, but must be finite numbers. A model without this input takes
/// batches of sequences of one length only.</item>
/// <item>Further inputs, each named in <see cref="ModelInfo.Inputs"/>: of a vector Single [batch, features]; of a category Int64 [batch],
/// 0 for unknown; of tokens as above; of a series as above, with <c>name_lengths</c> beside it. Those whose steps match the main input's
/// have no lengths or padding of their own.</item>
/// </list>
/// <para>No input has a default: all must be given. In files of formats 1 and 2, which are read, too, 0 is an unknown token wherever
/// it stands, and <c>lengths</c> and <c>graph_index</c> may be left out.</para>
/// <para>Inputs of a model of nodes, graphs or links: <see cref="NodeFeatures"/> Single [nodes, features] and <c>edge_index</c> Int64
/// [2, edges], sources then targets (<see cref="ModelGraph.IsDirected"/> says whether in both directions); where it was trained with them
/// <c>edge_weight</c> Single [edges], <c>edge_attr</c> Single [edges, features], <c>edge_type</c> Int64 [edges]; for graphs
/// <c>graph_index</c> Int64 [nodes], the graph of each node, from 0 without gaps, and further inputs, a row a
/// graph; for links <c>pair_index</c> Int64 [2, pairs], the nodes of each pair, and perhaps <c>pair_type</c> Int64 [pairs], the relation
/// asked for.</para>
/// <para>Outputs, by task, where a row is a sequence, node, graph or pair:</para>
/// <list type="bullet">
/// <item><see cref="ModelTask.Classification"/>: <see cref="Score"/> Single [rows, classes], probabilities;
/// <see cref="PredictedLabel"/> Int64 [rows], the class counted from 0.</item>
/// <item><see cref="ModelTask.Binary"/>: <see cref="Score"/> Single [rows], the logit; <see cref="Probability"/> Single [rows];
/// <see cref="PredictedLabel"/> Boolean [rows].</item>
/// <item><see cref="ModelTask.Tagging"/>: <see cref="Score"/> Single [rows, time, classes], probabilities;
/// <see cref="PredictedLabel"/> Int64 [rows, time]. Values past a sequence's length are arbitrary.</item>
/// <item><see cref="ModelTask.Alignment"/>: <see cref="Score"/> Single [rows, time, classes + 1], probabilities, the last class being the
/// blank; <see cref="PredictedLabel"/> Int64 [rows, time], the labels that were found, in their order, and -1 behind them. Of a network
/// that subsamples time, by <see cref="ModelInfo.Subsampling"/>, there are ⌈time / subsampling⌉ steps.</item>
/// <item><see cref="ModelTask.Span"/>: <see cref="PredictedLabel"/> Int64 [rows, 2], the first and the last step, counted from 0;
/// <see cref="Score"/> Single [rows, 2], the probability of each of them; <see cref="Probability"/> Single [rows], their product.</item>
/// <item><see cref="ModelTask.Regression"/>: <see cref="Score"/> Single [rows, outputs].</item>
/// </list>
/// <para>Where training was asked for them, also <see cref="Vector"/> Single [rows, size], <see cref="Attention"/> Single [rows, time,
/// time], how much each step attends to each other step (for nodes and graphs [edges], how much each edge counts among those that end at
/// its node), and <see cref="PoolingAttention"/> Single [rows, time], how much each step weighs in the summary (for graphs [nodes]). A
/// model of links gives <c>Embedding</c> Single [nodes, size] too, and a network that skips steps <see cref="Updates"/> Single [rows], the
/// steps that it didn't skip. Models with hidden states give <see cref="LogLikelihood"/>, linear dynamical systems also
/// <see cref="States"/>; where <see cref="ModelInput.AllowsMissing"/> says so, NaN stands for a missing number.</para>
/// <para>Metadata: <see cref="FormatKey"/>, <see cref="ModelKey"/>, <see cref="DigestKey"/>.</para>
/// </remarks>
public static class ModelFormat
{
    /// <summary>The version of the format written here; older ones are read, too.</summary>
    public const string Version = "3";

    /// <summary>Input: real-valued steps.</summary>
    public const string Features = "features";

    /// <summary>Input: token ids, padded with 0.</summary>
    public const string Tokens = "tokens";

    /// <summary>Input: features of each node.</summary>
    public const string NodeFeatures = "x";

    /// <summary>Input: steps of each sequence, where they are real-valued.</summary>
    public const string Lengths = "lengths";

    /// <summary>Output and column: probabilities of classes, logit or regressed values.</summary>
    public const string Score = "Score";

    /// <summary>Output and column: the most probable class, or the ends of the most probable span.</summary>
    public const string PredictedLabel = "PredictedLabel";

    /// <summary>Output and column: the probability of <see langword="true"/>, or of a span.</summary>
    public const string Probability = "Probability";

    /// <summary>Output and column: the vector that the output layer reads, where training was asked for it.</summary>
    public const string Vector = "Vector";

    /// <summary>Output and column: the last layer's attention weights, their mean over the heads, where they were asked for in
    /// training.</summary>
    public const string Attention = "Attention";

    /// <summary>Output and column: the weights of attention pooling, where they were asked for in training.</summary>
    public const string PoolingAttention = "PoolingAttention";

    /// <summary>Output of networks that skip steps: how many steps of a row changed the state, of all layers together; no column is made of
    /// it.</summary>
    public const string Updates = "Updates";

    /// <summary>Output of models with hidden states: log p(x), Single [rows], of classifiers Single [rows, classes]; no column is made
    /// of it.</summary>
    public const string LogLikelihood = "LogLikelihood";

    /// <summary>Output of linear dynamical systems: the smoothed means of the states, Single [rows, time, states]; no column is made of
    /// it.</summary>
    public const string States = "States";

    /// <summary>Metadata: <see cref="Version"/>.</summary>
    public const string FormatKey = "mlseqgraph.format";

    /// <summary>Metadata: what the model reads and predicts, <see cref="ModelInfo"/> as JSON.</summary>
    public const string ModelKey = "mlseqgraph.model";

    /// <summary>
    /// Metadata: SHA-256 of the rest of the file, in hexadecimal digits. Loaders of MLSeqGraph refuse a file whose content has another
    /// digest.
    /// </summary>
    public const string DigestKey = ModelDigest.Key;
}
